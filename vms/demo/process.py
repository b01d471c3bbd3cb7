"""The simulator as a child process: started, waited for, stopped, or killed as a power cut would."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from vms.demo.rtsp_server import SimulatedCamera


class SimulatorFailed(Exception):
    """The simulator ended before it listened; its standard error says why."""


class SimulatorProcess:
    """An async context manager. After `kill` or `stop`, `start` brings it back on the same port."""

    def __init__(
        self,
        cameras: Sequence[SimulatedCamera],
        *,
        port: int = 0,
        username: str = "",
        password: str = "",
    ) -> None:
        self.port = port
        #: path -> address without credentials; complete once started
        self.urls: Mapping[str, str] = {}
        self._cameras = tuple(cameras)
        self._username = username
        self._password = password
        self._child: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None, "the simulator is not running"
        return self._child.pid

    async def start(self, *, within_s: float = 30.0) -> None:
        """Raises SimulatorFailed, and TimeoutError where it is not ready in time."""
        assert self._child is None, "the simulator is running"
        self._child = await asyncio.create_subprocess_exec(
            *self._command(), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(within_s):
                await self._read_ready(self._child)
        except BaseException:
            await self.kill()
            raise

    async def stop(self) -> None:
        """End it as its closing input does, and wait."""
        child, self._child = self._child, None
        if child is not None:
            assert child.stdin is not None
            child.stdin.close()
            await child.communicate()

    async def kill(self) -> None:
        """End it with SIGKILL: its clients see a connection that breaks."""
        child, self._child = self._child, None
        if child is not None:
            if child.returncode is None:
                child.kill()
            await child.communicate()

    def fault(self, verb: str, path: str) -> None:
        """`stall`, `freeze`, `resume` or `drop` a path."""
        assert self._child is not None and self._child.stdin is not None, "the simulator is not running"
        self._child.stdin.write(f"{verb} {path}\n".encode())

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "vms.demo.simulator", "--port", str(self.port)]
        if self._username:
            # In the list of processes: these guard synthetic pictures and nothing else.
            command += ["--username", self._username, "--password", self._password]
        return [*command, *(f"{camera.path}={camera.clip}" for camera in self._cameras)]

    async def _read_ready(self, child: asyncio.subprocess.Process) -> None:
        assert child.stdout is not None
        line = await child.stdout.readline()
        if not line:
            raise SimulatorFailed(f"exit status {await child.wait()}")
        ready = json.loads(line)["ready"]
        self.port = ready["port"]
        self.urls = ready["urls"]
