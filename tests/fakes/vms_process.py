"""A whole server as a child process: started, asked over HTTP and WebSocket, ended in order or killed as by a power cut."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect

#: cameras of tests are on this machine, which no camera of a real house may be
LOCAL_CAMERAS = {"VMS_CAMERAS__NETWORKS": '["127.0.0.0/8"]'}


class VmsProcess:
    """`vms serve`, or another long command, on a data folder; after `kill` or `stop`, `start` brings it back on the same folder."""

    def __init__(
        self,
        data: Path,
        *,
        database_url: str | None = None,
        environment: dict[str, str] | None = None,
        command: tuple[str, ...] = ("serve", "--port", "0"),
    ) -> None:
        self._data = data
        self._database_url = database_url
        self._environment = environment or {}
        self._command = command
        self._child: asyncio.subprocess.Process | None = None
        self._errors: asyncio.Task[bytes] | None = None
        self.url = ""
        #: what it wrote to standard error, once it has ended
        self.errors = ""

    async def start(self, *, within_s: float = 60.0) -> None:
        command = [
            sys.executable,
            "-m",
            "vms.cli",
            *self._command,
            "--json",
            "--data",
            str(self._data),
        ]
        if self._database_url:
            command += ["--database", self._database_url]
        self._child = await asyncio.create_subprocess_exec(
            *command,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "VMS_LANGUAGE": "en", **LOCAL_CAMERAS, **self._environment},
        )
        assert self._child.stdout is not None and self._child.stderr is not None
        self._errors = asyncio.create_task(self._child.stderr.read())
        async with asyncio.timeout(within_s):
            line = await self._child.stdout.readline()
        if not line:
            await self._ended()
            raise AssertionError(f"the server did not start:\n{self.errors}")
        self.url = json.loads(line)["ready"].get("url", "").rstrip("/")

    async def stop(self) -> int:
        """End it in order; the exit status."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def _end(self, number: int) -> int:
        assert self._child is not None
        if self._child.returncode is None:
            self._child.send_signal(number)
        return await self._ended()

    async def _ended(self) -> int:
        assert self._child is not None and self._errors is not None
        async with asyncio.timeout(30):
            status = await self._child.wait()
            self.errors = (await self._errors).decode()
        return status

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.returncode is None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self.running:
            await self.stop()

    async def get(self, path: str) -> Any:
        async with httpx.AsyncClient(timeout=20) as client:
            answer = await client.get(self.url + path)
            answer.raise_for_status()
            return answer.json() if "json" in answer.headers["content-type"] else answer.content

    async def post(self, path: str, body: object) -> httpx.Response:
        async with httpx.AsyncClient(timeout=60) as client:
            return await client.post(self.url + path, json=body)

    @asynccontextmanager
    async def room_socket(self, since: int, *, room_id: int = 1) -> AsyncIterator[ClientConnection]:
        address = f"{self.url.replace('http', 'ws', 1)}/api/v1/rooms/{room_id}/socket?since={since}"
        async with connect(address, proxy=None) as socket:
            yield socket


async def next_notification(socket: ClientConnection, *, within_s: float = 60.0) -> dict[str, Any]:
    """The next notification; greetings are passed over."""
    async with asyncio.timeout(within_s):
        while True:
            message: dict[str, Any] = json.loads(await socket.recv())
            if message["type"] == "notification":
                return message
