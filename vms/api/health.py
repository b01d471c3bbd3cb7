"""Is it alive, is it ready, and what does it count."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from vms.api.deps import Given, Parts

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(parts: Given) -> JSONResponse:
    """Database, models and ingest, each with its reason when it is not ready; 503 if any is not."""
    ok, body = await _checked(parts)
    return JSONResponse(body, status_code=200 if ok else 503)


@router.get("/api/v1/health")
async def health(parts: Given) -> JSONResponse:
    """The same for people and programs that only want to know: always 200."""
    _ok, body = await _checked(parts)
    return JSONResponse(body)


async def _checked(parts: Parts) -> tuple[bool, dict[str, object]]:
    checks = await parts.health.checks()
    ok = all(check.ok for check in checks)
    body: dict[str, object] = {
        "status": "ready" if ok else "not ready",
        "checks": {
            check.name: {"ok": check.ok, "detail": {"en": check.detail_en, "zh": check.detail_zh}}
            for check in checks
        },
    }
    return ok, body


@router.get("/metrics")
async def metrics(parts: Given) -> Response:
    """Figures for Prometheus."""
    return Response(parts.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
