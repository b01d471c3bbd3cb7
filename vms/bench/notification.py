"""From a frame's arrival to the notification on the wall, through the whole house, once a rule has fired.

A server of its own with an embedded Postgres watches simulated cameras; a client follows the room's WebSocket. The
arrival is the wall time at which the frame's packet reached the server; both ends are on one machine, so one clock
serves. What a rule waits for by design (a person stays down, a place stays full) is before the frame, and not counted.
"""

import asyncio
import json
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from runtime.clock import Clock
from vms.bench.errors import BenchFailed
from vms.bench.report import Latency
from vms.cameras.networks import LOOPBACK
from vms.demo.cameras import CAMERAS
from vms.demo.process import SimulatorFailed, SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

GOAL_MS: Final = 200.0
_READY_S: Final = 60.0
#: seconds after registration in which cameras connect and networks warm up
_WARM_S: Final = 10.0
_WHAT: Final = (
    "ms from the arrival of the frame on which a rule fires to its notification on the WebSocket,"
    " the cameras of the demo on one server"
)


async def measure(window_s: float, *, clock: Clock) -> Latency:
    """Raises BenchFailed, also where no rule fired within the window."""
    cameras = [SimulatedCamera(path=camera.path, clip=camera.clip) for camera in CAMERAS]
    try:
        async with SimulatorProcess(cameras) as simulator, _server() as url:
            for camera in CAMERAS:
                await _register(url, camera.path, simulator.urls[camera.path])
            await clock.sleep(_WARM_S)
            waits = await _follow(url, window_s, clock)
    except (OSError, SimulatorFailed, TimeoutError, WebSocketException) as error:
        raise BenchFailed(part="notification", reason=error) from error
    if not waits:
        raise BenchFailed(part="notification", reason="no rule fired")
    return Latency.of(waits, what=_WHAT, goal_ms=GOAL_MS)


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    """The address of a server in a process and a folder of its own."""
    with TemporaryDirectory(prefix="vms-bench-") as folder:
        config = Path(folder) / "vms.toml"
        config.write_text(f"[cameras]\nnetworks = {list(LOOPBACK)}\n", "utf-8")
        where = ["--data", str(Path(folder) / "data"), "--config", str(config)]
        command = ["-m", "vms.cli", "serve", "--json", "--port", "0", *where]
        child = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        assert child.stdout is not None
        try:
            async with asyncio.timeout(_READY_S):
                line = await child.stdout.readline()
            if not line:
                raise BenchFailed(part="notification", reason=f"the server ended: {await child.wait()}")
            yield json.loads(line)["ready"]["url"].rstrip("/")
        finally:
            if child.returncode is None:
                child.terminate()
            await child.communicate()


async def _register(url: str, path: str, stream: str) -> None:
    camera = next(camera for camera in CAMERAS if camera.path == path)
    body = {
        "name": camera.name_en,
        "url": stream,
        "probe": False,
        "rules": [],
        "zones": [
            {
                "name": zone.name_en,
                "polygon": zone.polygon,
                "rules": list(zone.rules),
                "crowd_limit": zone.occupancy_limit,
            }
            for zone in camera.zones
        ],
    }
    await asyncio.to_thread(_request, f"{url}/api/v1/cameras", body)


def _request(address: str, body: object = None) -> object:
    """POST `body` as JSON, or GET without one."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


async def _follow(url: str, window_s: float, clock: Clock) -> list[float]:
    """Seconds from arrival to socket, of every notification of an event that comes within the window."""
    rooms = await asyncio.to_thread(_request, f"{url}/api/v1/rooms")
    assert isinstance(rooms, list), "rooms are a list"
    room = rooms[0]["id"]
    wall = await asyncio.to_thread(_request, f"{url}/api/v1/rooms/{room}/wall")
    assert isinstance(wall, dict), "a wall is an object"
    waits = []
    address = f"{url.replace('http', 'ws', 1)}/api/v1/rooms/{room}/socket?since={wall['last_seq']}"
    async with connect(address, proxy=None) as socket:
        try:
            async with asyncio.timeout(window_s):
                async for text in socket:
                    now = clock.now()
                    message = json.loads(text)
                    if message["type"] == "notification" and message["kind"] in ("raised", "repeated"):
                        arrived = datetime.fromisoformat(message["alert"]["last_event_at"])
                        waits.append((now - arrived).total_seconds())
        except TimeoutError:
            return waits
    raise BenchFailed(part="notification", reason="the server closed the socket")
