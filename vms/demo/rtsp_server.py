"""A simulated RTSP/1.0 camera server (RFC 2326) for demos and tests: synthetic clips that play for ever.

TCP interleaved only: a client that asks for UDP is told 461, and may ask again for TCP. What goes wrong with cameras can be
made to go wrong here, while it runs. Never an edge of the real system: that one is a client.
"""

import asyncio
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from runtime.clock import Clock
from vms.demo.clip import packetise
from vms.demo.mount import Behaviour, Mount
from vms.demo.rtsp_connection import RtspConnection, ServerState


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCamera:
    #: without a leading slash
    path: str
    #: H.264 or H.265 in anything that FFmpeg opens
    clip: Path


class RtspServer:
    def __init__(
        self,
        cameras: Sequence[SimulatedCamera],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        username: str = "",
        password: str = "",
        clock: Clock,
        unread_limit_bytes: int = 4_000_000,
    ) -> None:
        self.port = port
        self._cameras = tuple(cameras)
        self._host = host
        self._clock = clock
        self._mounts: dict[str, Mount] = {}
        self._connections: set[RtspConnection] = set()
        self._state = ServerState(
            mounts=self._mounts, username=username, password=password, unread_limit_bytes=unread_limit_bytes
        )
        self._listener: asyncio.Server | None = None
        # Held here, and awaited in `stop`: start and stop are called from different tasks, which no TaskGroup bears.
        self._players: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Read the clips and listen. Raises VideoUnreadable, and OSError where the port is taken."""
        for camera in self._cameras:
            ssrc = zlib.crc32(camera.path.encode()) & 0x7FFFFFFF
            clip = await asyncio.to_thread(packetise, camera.clip, ssrc=ssrc)
            self._mounts[camera.path] = Mount(path=camera.path, clip=clip, ssrc=ssrc, clock=self._clock)
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            lambda: RtspConnection(self._state, self._connections), self._host, self.port
        )
        self.port = self._listener.sockets[0].getsockname()[1]
        self._players = [loop.create_task(mount.run()) for mount in self._mounts.values()]

    async def stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for connection in tuple(self._connections):
            connection.abort()
        players, self._players = self._players, []
        for player in players:
            player.cancel()
        for outcome in await asyncio.gather(*players, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.stop()

    def url(self, path: str) -> str:
        """Without credentials."""
        return f"rtsp://{self._host}:{self.port}/{path}"

    def clients(self, path: str) -> int:
        """How many play this path now."""
        return self._mounts[path].viewers

    @property
    def cut_off(self) -> int:
        """How many clients were cut off because they did not read."""
        return self._state.cut_off

    def behave(self, path: str, behaviour: Behaviour) -> None:
        self._mounts[path].behave(behaviour)

    def stall(self, path: str) -> None:
        """Connections stand, and nothing comes."""
        self.behave(path, "stalled")

    def freeze(self, path: str) -> None:
        """The same picture again and again, with timestamps that go on."""
        self.behave(path, "frozen")

    def resume(self, path: str) -> None:
        self.behave(path, "live")

    def drop_clients(self, path: str) -> None:
        """Hang up on everybody who plays this path; they may come back."""
        self._mounts[path].hang_up()

    def refuse_credentials(self, refuse: bool = True) -> None:
        """From the next connection on, accept nobody."""
        self._state.refuse_credentials = refuse
