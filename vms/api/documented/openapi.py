"""The OpenAPI document: what FastAPI knows of the routes, with answers, examples and refusals from the table of calls."""

from collections import defaultdict
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from runtime.database import DatabaseUnavailable
from runtime.errors import Language, VmsError
from vms.api.documented.call import Call
from vms.api.documented.calls import CALLS
from vms.api.documented.shapes import Problem
from vms.api.errors import problem_body

_REF: Final = "#/components/schemas/{model}"


def problems_of(method: str, call: Call) -> dict[int, list[dict[str, Any]]]:
    """An example of each refusal, by status: what a call knows itself, and what every call knows."""
    kinds: list[type[VmsError]] = list(dict.fromkeys([*call.errors, DatabaseUnavailable]))
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for kind in kinds:
        error = kind()
        found[kind.http_status].append(
            problem_body(kind.http_status, code=error.code, en=_text(kind, "en"), zh=_text(kind, "zh"))
        )
    found[422].append(
        problem_body(
            422,
            code="request_invalid",
            en="The request is not as it must be: ….",
            zh="请求内容不符合要求：…。",
        )
    )
    if method != "get":
        found[403].append(
            problem_body(
                403,
                code="origin_refused",
                en="A page of … may not change anything here.",
                zh="来自 … 的网页不能在此操作。",
            )
        )
    for status, code in (call.refusals or {}).items():
        found[status].append(
            problem_body(
                status, code=code, en="… rows are refused, so nothing was written.", zh="…行被拒绝。"
            )
        )
    return dict(sorted(found.items()))


def openapi_of(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description="Every refusal is problem+json (RFC 9457) with a stable `code`, in English and Chinese.",
        routes=app.routes,
    )
    answers = [call.answer for call in CALLS.values() if call.answer is not None]
    models: list[type[BaseModel]] = list(dict.fromkeys([Problem, *answers]))
    _, shapes = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    document["components"]["schemas"] |= shapes["$defs"]
    for (method, path), call in CALLS.items():
        _describe(document["paths"][path][method], method, call)
    return document


def _describe(operation: dict[str, Any], method: str, call: Call) -> None:
    if call.asked is not None:
        operation["requestBody"]["content"][call.asked_media]["example"] = call.asked
    answer: dict[str, Any] = {"description": HTTPStatus(call.status).phrase}
    if call.answer is not None:
        schema = {"$ref": _REF.format(model=call.answer.__name__)}
        answer["content"] = {"application/json": {"schema": schema, "example": call.example}}
    elif call.media is not None:
        answer["content"] = {call.media: {"schema": {"type": "string", "contentMediaType": call.media}}}
    operation["responses"] = {str(call.status): answer}
    for status, problems in problems_of(method, call).items():
        operation["responses"][str(status)] = {
            "description": ", ".join(problem["code"] for problem in problems),
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": _REF.format(model="Problem")},
                    "examples": {problem["code"]: {"value": problem} for problem in problems},
                }
            },
        }


class _Dots(Mapping[str, str]):
    """Context of an error that has not happened."""

    def __getitem__(self, _name: str) -> str:
        return "…"

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


def _text(kind: type[VmsError], language: Language) -> str:
    error = kind()
    error.context = _Dots()  # type: ignore[assignment]
    return error.message(language)
