"""Uvicorn inside our own event loop: we own the signals and the socket, it owns HTTP."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from vms.errors import HostRefused, PortTaken


class HttpServer(uvicorn.Server):
    """Serves until cancelled."""

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                app, log_config=None, access_log=False, timeout_graceful_shutdown=2, ws_ping_interval=15
            )
        )
        self._listener = listener
        #: set once requests are answered
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the command line's business."""
        yield

    async def run_until_cancelled(self) -> None:
        serving = asyncio.ensure_future(self.serve(sockets=[self._listener]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.should_exit = True
            await serving
            raise

    @property
    def url(self) -> str:
        host, port = self._listener.getsockname()[:2]
        return f"http://{host}:{port}/"


def is_taken(host: str, port: int) -> bool:
    """Whether another program listens there."""
    try:
        listen_on(host, port).close()
    except PortTaken:
        return True
    return False


def listen_on(host: str, port: int) -> socket.socket:
    """A listening socket on this machine only; port 0 takes a free one. Raises: HostRefused, PortTaken."""
    address = "127.0.0.1" if host == "localhost" else host
    try:
        loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise HostRefused(host=host)
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        listener.close()
        raise PortTaken(port=port) from error
    return listener
