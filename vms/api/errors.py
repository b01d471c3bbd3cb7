"""Errors over HTTP: problem+json (RFC 9457), in English and Chinese, never a traceback."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from runtime.errors import VmsError


def problem(
    status: int, *, code: str, en: str, zh: str, context: dict[str, object] | None = None
) -> JSONResponse:
    body = problem_body(status, code=code, en=en, zh=zh, context=context)
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def problem_body(
    status: int, *, code: str, en: str, zh: str, context: dict[str, object] | None = None
) -> dict[str, object]:
    """What stands in a problem+json answer."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": en,
        "detail_zh": zh,
        "context": context or {},
    }


def add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(VmsError)
    async def ours(_request: Request, error: VmsError) -> JSONResponse:
        context = {
            name: value if isinstance(value, str | int | float) else str(value)
            for name, value in error.context.items()
        }
        return problem(
            error.http_status,
            code=error.code,
            en=error.message("en"),
            zh=error.message("zh"),
            context=dict(context),
        )

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        )
        return problem(
            422,
            code="request_invalid",
            en=f"The request is not as it must be: {faults}.",
            zh=f"请求内容不符合要求：{faults}。",
        )

    @app.exception_handler(HTTPException)
    async def framework(_request: Request, error: HTTPException) -> JSONResponse:
        return problem(
            error.status_code,
            code=HTTPStatus(error.status_code).name.lower(),
            en=str(error.detail),
            zh=str(error.detail),
        )
