"""The ASGI application: routes, the console's files, and what guards a server that has no login yet.

It is bound to the loopback address; a page of another site that is open in the same browser can still reach that, so
requests must name a local host and, where they change something or open a socket, come from our own page.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from vms.api import (
    accesses,
    alerts,
    audit,
    camera_devices,
    camera_health,
    camera_sheets,
    camera_zones,
    cameras,
    deletions,
    events,
    exports,
    health,
    holds,
    playbacks,
    probes,
    rooms,
    timeline,
    units,
    workers,
)
from vms.api.deps import Parts
from vms.api.documented.openapi import openapi_of
from vms.api.errors import add_error_handlers, problem

WEB = Path(__file__).parent.parent / "web"

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; connect-src 'self';"
    " script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none';"
    " form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SameOrigin:
    """Refuses what another site's page asks for: mutations and sockets whose Origin is not our own host."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD", "OPTIONS")
        if scope["type"] not in ("http", "websocket") or reads:
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get("origin")
        if origin is None or urlsplit(origin).netloc == headers.get("host"):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "another site's page"})
        else:
            refused = problem(
                403,
                code="origin_refused",
                en=f"A page of {origin} may not change anything here. Use this server's own page.",
                zh=f"来自 {origin} 的网页不能在此操作，请使用本系统页面。",
            )
            await refused(scope, receive, send)


def create_app(parts: Parts) -> FastAPI:
    app = FastAPI(title="vms", version="0.1.0", docs_url=None, redoc_url=None)
    app.state.parts = parts
    app.openapi = cache(lambda: openapi_of(app))  # type: ignore[method-assign]
    for module in (
        accesses,
        alerts,
        audit,
        camera_devices,
        camera_health,
        camera_sheets,
        camera_zones,
        cameras,
        deletions,
        events,
        exports,
        health,
        holds,
        playbacks,
        probes,
        rooms,
        timeline,
        units,
        workers,
    ):
        app.include_router(module.router)
    add_error_handlers(app)
    app.mount("/web", StaticFiles(directory=WEB), name="web")

    @app.get("/", include_in_schema=False)
    async def console() -> FileResponse:
        return FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})

    @app.middleware("http")
    async def harden(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(_HEADERS)
        if request.url.path.startswith("/web/"):
            response.headers["Cache-Control"] = "no-cache"
        return response

    app.add_middleware(SameOrigin)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    return app
