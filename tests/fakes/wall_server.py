"""A room's server whose every move the test decides: the contract of the wall, kept in memory.

It serves the page itself (with the strict policy it must live under), the snapshot of the wall, the socket and the verbs.
It knows no cameras and raises nothing by itself. Not a model of the product: one room, one transaction at a time.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse

from runtime.clock import SystemClock

WEB = Path(__file__).parents[2] / "vms" / "web"
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; connect-src 'self'; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
STATE_AFTER = {
    "acknowledge": "acknowledged",
    "dispatch": "dispatched",
    "resolve": "resolved",
    "dismiss": "dismissed",
}
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360">'
    b'<rect width="640" height="360" fill="#37474f"/><rect x="240" y="190" width="170" height="80" fill="none" '
    b'stroke="#ff5252" stroke-width="4"/></svg>'
)

Json = dict[str, Any]


class WallServer:
    """Runs on a thread of its own; the methods below may be called from the test's."""

    def __init__(self) -> None:
        self.rooms: list[Json] = [
            {"id": 1, "name": "光明路值班室", "unit": {"id": 1, "name": "光明路社区"}},
        ]
        self.alerts: dict[int, Json] = {}
        self.log: list[Json] = []
        self.cameras: list[Json] = []
        self.posts: list[tuple[str, int, Json]] = []
        self.since: list[int] = []
        self.pictures: dict[int, bytes] = {}
        #: Of an alert, latest first; their strips by the id of the event.
        self.events: dict[int, list[Json]] = {}
        self.strips: dict[str, bytes] = {}
        #: Cameras of an alert about cameras.
        self.outages: dict[int, list[Json]] = {}
        self.refuse_sockets = False
        #: Who gets in first, by alert: the next acknowledge is answered 409.
        self.taken_first: dict[int, str] = {}
        self._sockets: set[WebSocket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port: int = self._listener.getsockname()[1]
        self._loop: asyncio.AbstractEventLoop
        self._server: uvicorn.Server
        self._thread: threading.Thread

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    # --- what the test does -----------------------------------------------------------------------------------------

    def start(self) -> None:
        started = threading.Event()
        config = uvicorn.Config(
            self._app(),
            log_level="warning",
            ws="websockets-sansio",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)

        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            serving = asyncio.ensure_future(self._server.serve(sockets=[self._listener]))
            while not self._server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event
                await asyncio.sleep(0.01)
            started.set()
            await serving

        self._thread = threading.Thread(target=lambda: asyncio.run(serve()), name="wall-server", daemon=True)
        self._thread.start()
        started.wait(10)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._listener.close()

    def restart(self) -> None:
        """Gone, and back at the same address with the same room."""
        self.stop()
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self.start()

    def drop_sockets(self) -> None:
        self._run(self._drop())

    def add_alert(self, **fields: Any) -> Json:
        """An alert as it stands, without a notification: what the snapshot of the wall begins with."""
        number = len(self.alerts) + 1
        alert = {
            "id": number,
            "camera": {"id": 3, "name": "光明路东口（模拟）"},
            "zone": {"id": 5, "name": "广场"},
            "kind": "fall",
            "state": "raised",
            "severity": "critical",
            "raised_at": iso(),
            "last_event_at": iso(),
            "event_count": 1,
            "facts": {"score": 0.83},
            "taken_by": None,
            "taken_at": None,
            "note": "",
            "outage": None,
            "snapshot_url": f"/api/v1/alerts/{number}/snapshot.jpg",
        } | fields
        self.alerts[alert["id"]] = alert
        return alert

    def add_event(self, alert_id: int, strip: bytes | None = None, **fields: Any) -> Json:
        """One more event of an alert, as the server tells it with the alert."""
        known = self.events.setdefault(alert_id, [])
        number = f"00000000-0000-0000-0000-{alert_id:06}{len(known):06}"
        if strip is not None:
            self.strips[number] = strip
        event = {
            "id": number,
            "kind": self.alerts[alert_id]["kind"],
            "level": None,
            "rising": True,
            "media_time_s": 12.5,
            "occurred_at": iso(),
            "rule_version": "fall-2",
            "models": [{"name": "movenet_multipose", "sha256": "12efcc29" + "0" * 56}],
            "measurements": {},
            "curves": [],
            "strip_url": f"/api/v1/events/{number}/strip.jpg" if strip is not None else None,
        } | fields
        known.insert(0, event)
        return event

    def raise_alert(self, **fields: Any) -> Json:
        alert = self.add_alert(**fields)
        self.notify("raised", alert)
        return alert

    def change(self, alert_id: int, kind: str, **fields: Any) -> None:
        self.alerts[alert_id] = self.alerts[alert_id] | fields
        self.notify(kind, self.alerts[alert_id])

    def take(self, alert_id: int, who: str) -> None:
        """Somebody else acknowledges it."""
        self.change(alert_id, "acknowledged", state="acknowledged", taken_by=who, taken_at=iso())

    def notify(self, kind: str, alert: Json) -> Json:
        notification = {
            "type": "notification",
            "seq": len(self.log) + 1,
            "kind": kind,
            "at": iso(),
            "alert": dict(alert),
        }
        self.log.append(notification)
        self.send(notification)
        return notification

    def send(self, message: Json) -> None:
        """To every socket as it is, be it a duplicate."""
        self._run(self._send(message))

    # --- what the page sees -----------------------------------------------------------------------------------------

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _send(self, message: Json) -> None:
        for websocket in list(self._sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await websocket.send_json(message)

    async def _drop(self) -> None:
        for websocket in list(self._sockets):
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await websocket.close(1012)

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.middleware("http")
        async def policy(request: Request, call_next: Any) -> Response:
            response: Response = await call_next(request)
            response.headers["content-security-policy"] = POLICY
            response.headers["cache-control"] = "no-store"
            return response

        @app.get("/")
        async def index() -> FileResponse:
            return FileResponse(WEB / "index.html")

        @app.get("/web/{name}")
        async def static(name: str) -> FileResponse:
            return FileResponse(WEB / name)

        @app.get("/api/v1/rooms")
        async def rooms() -> list[Json]:
            return self.rooms

        @app.get("/api/v1/rooms/{room_id}/wall")
        async def wall(room_id: int) -> Json:
            room = next(room for room in self.rooms if room["id"] == room_id)
            return {"room": room, "last_seq": len(self.log), "alerts": list(self.alerts.values())}

        @app.get("/api/v1/rooms/{room_id}/cameras")
        async def cameras(room_id: int) -> list[Json]:
            assert any(room["id"] == room_id for room in self.rooms)
            return self.cameras

        @app.get("/api/v1/alerts/{alert_id}")
        async def alert(alert_id: int) -> Json:
            return self.alerts[alert_id] | {"history": [], "events": self.events.get(alert_id, [])}

        @app.get("/api/v1/alerts/{alert_id}/cameras")
        async def outage(alert_id: int) -> Json:
            return {"cameras": self.outages[alert_id], "next": None}

        @app.get("/api/v1/events/{event_id}/strip.jpg")
        async def strip(event_id: str) -> Response:
            return Response(self.strips[event_id], media_type="image/jpeg")

        @app.get("/api/v1/alerts/{alert_id}/snapshot.jpg")
        async def snapshot(alert_id: int) -> Response:
            if alert_id in self.pictures:
                return Response(self.pictures[alert_id], media_type="image/jpeg")
            return Response(PICTURE, media_type="image/svg+xml")

        @app.post("/api/v1/alerts/{alert_id}/{verb}")
        async def act(alert_id: int, verb: str, body: Json) -> Response:
            return await self._act(alert_id, verb, body)

        @app.websocket("/api/v1/rooms/{room_id}/socket")
        async def room_socket(websocket: WebSocket, room_id: int, since: int) -> None:
            await self._follow(websocket, room_id, since)

        return app

    async def _act(self, alert_id: int, verb: str, body: Json) -> Response:
        self.posts.append((verb, alert_id, body))
        if verb == "acknowledge" and alert_id in self.taken_first:
            return taken_by(self.taken_first[alert_id])
        alert = self.alerts[alert_id] | {"state": STATE_AFTER[verb], "note": body["note"]}
        if verb == "acknowledge":
            alert |= {"taken_by": body["author"], "taken_at": iso()}
        self.alerts[alert_id] = alert
        notification = {
            "type": "notification",
            "seq": len(self.log) + 1,
            "kind": alert["state"],
            "at": iso(),
            "alert": alert,
        }
        self.log.append(notification)
        await self._send(notification)
        return JSONResponse(alert)

    async def _follow(self, websocket: WebSocket, room_id: int, since: int) -> None:
        if self.refuse_sockets:
            await websocket.close(1013)
            return
        await websocket.accept()
        self.since.append(since)
        await websocket.send_json({"type": "hello", "room_id": room_id, "last_seq": len(self.log)})
        for notification in self.log[since:]:
            await websocket.send_json(notification)
        self._sockets.add(websocket)
        with contextlib.suppress(WebSocketDisconnect):
            await websocket.receive_text()
        self._sockets.discard(websocket)


def taken_by(who: str) -> JSONResponse:
    problem = {
        "title": "Already taken",
        "detail": f"{who} already has this alert",
        "detail_zh": f"该告警已由 {who} 接警",
        "code": "alert_already_taken",
        "context": {"taken_by": who},
    }
    return JSONResponse(problem, 409, media_type="application/problem+json")


def camera(number: int, name: str, state: str = "live", error: Json | None = None, **fields: Any) -> Json:
    profile = {"url": "rtsp://10.0.0.1/", "state": state, "since": iso(), "fps": 12.5, "error": error}
    unit = {"id": 1, "name": "光明路社区"}
    return {
        "id": number,
        "name": name,
        "unit": unit,
        "enabled": True,
        "profiles": [profile | {"name": "main"}],
    } | fields


def iso(seconds_ago: float = 0) -> str:
    moment = SystemClock().now() - timedelta(seconds=seconds_ago)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextlib.contextmanager
def running() -> Iterator[WallServer]:
    server = WallServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
