"""The simulated cameras as a process of their own: `python -m vms.demo.simulator [options] path=clip.mp4 ...`

It prints one line of JSON when it listens, and ends when its standard input closes: whoever started it may be killed with
-9 and leaves nothing running. A line on standard input is a fault: `stall PATH`, `freeze PATH`, `resume PATH`,
`drop PATH`.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from runtime.clock import SystemClock
from streams.errors import VideoUnreadable
from vms.demo.rtsp_server import RtspServer, SimulatedCamera


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m vms.demo.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--username", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("cameras", nargs="+", type=_camera, metavar="path=clip.mp4")
    given = parser.parse_args(arguments)
    server = RtspServer(
        given.cameras,
        host=given.host,
        port=given.port,
        username=given.username,
        password=given.password,
        clock=SystemClock(),
    )
    paths = [camera.path for camera in given.cameras]
    try:
        asyncio.run(_serve(server, paths))
    except (VideoUnreadable, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1
    return 0


def _camera(text: str) -> SimulatedCamera:
    path, equals, clip = text.partition("=")
    if not (path.strip("/") and equals and clip):
        raise argparse.ArgumentTypeError(f"{text!r} is not path=clip.mp4")
    return SimulatedCamera(path=path.strip("/"), clip=Path(clip))


async def _serve(server: RtspServer, paths: Sequence[str]) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with server:
        ready = {"ready": {"port": server.port, "urls": {path: server.url(path) for path in paths}}}
        print(json.dumps(ready), flush=True)
        _follow_input(loop, lambda line: _make_fault(server, line), ended.set)
        await ended.wait()


def _make_fault(server: RtspServer, line: str) -> None:
    verb, _, path = line.partition(" ")
    faults: dict[str, Callable[[str], None]] = {
        "stall": server.stall,
        "freeze": server.freeze,
        "resume": server.resume,
        "drop": server.drop_clients,
    }
    try:
        faults[verb](path.strip())
    except KeyError:
        print(f"simulator: no such fault or path: {line}", file=sys.stderr, flush=True)


def _follow_input(
    loop: asyncio.AbstractEventLoop, on_line: Callable[[str], None], on_end: Callable[[], None]
) -> None:
    """Read standard input in a thread: it may be a pipe, a terminal or a file, and epoll takes only the first two."""

    def read() -> None:
        pending = b""
        # os.read, for sys.stdin holds a lock that a daemon thread would take into the interpreter's end
        while data := os.read(0, 4096):
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                loop.call_soon_threadsafe(on_line, line.decode("utf-8", "replace"))
        loop.call_soon_threadsafe(on_end)

    threading.Thread(target=read, name="stdin", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
