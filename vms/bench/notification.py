"""From a frame's arrival to the notification on the wall, through the whole house, once a rule has fired.

A server of its own watches simulated cameras; a client follows the room's WebSocket. The
arrival is the wall time at which the frame's packet reached the server; both ends are on one machine, so one clock
serves. What a rule waits for by design (a person stays down, a place stays full) is before the frame, and not counted.
"""

import asyncio
import json
from datetime import datetime
from typing import Final

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from runtime.clock import Clock
from vms.bench.errors import BenchFailed
from vms.bench.house import ask, running_house
from vms.bench.report import Latency
from vms.demo.cameras import CAMERAS
from vms.demo.process import SimulatorFailed, SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

GOAL_MS: Final = 200.0
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
        async with SimulatorProcess(cameras) as simulator, running_house("notification") as url:
            for camera in CAMERAS:
                await _register(url, camera.path, simulator.urls[camera.path])
            await clock.sleep(_WARM_S)
            waits = await _follow(url, window_s, clock)
    except (OSError, SimulatorFailed, TimeoutError, WebSocketException) as error:
        raise BenchFailed(part="notification", reason=error) from error
    if not waits:
        raise BenchFailed(part="notification", reason="no rule fired")
    return Latency.of(waits, what=_WHAT, goal_ms=GOAL_MS)


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
    await asyncio.to_thread(ask, f"{url}/api/v1/cameras", body)


async def _follow(url: str, window_s: float, clock: Clock) -> list[float]:
    """Seconds from arrival to socket, of every notification of an event that comes within the window."""
    rooms = await asyncio.to_thread(ask, f"{url}/api/v1/rooms")
    assert isinstance(rooms, list), "rooms are a list"
    room = rooms[0]["id"]
    wall = await asyncio.to_thread(ask, f"{url}/api/v1/rooms/{room}/wall")
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
