"""A whole server in a process and a folder of its own, asked over HTTP as any program would."""

import asyncio
import json
import sys
import urllib.request
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from vms.bench.errors import BenchFailed
from vms.cameras.networks import LOOPBACK

_READY_S: Final = 60.0
_JSON: Final = "application/json"


@asynccontextmanager
async def running_house(part: str, *, folder: Path | None = None, cameras: int = 0) -> AsyncIterator[str]:
    """The address of a server with an embedded Postgres, which takes the cameras of this machine only, and `cameras` of
    them at most. In `folder` it goes on where the last one there ended; without, it is a new one.

    Raises: BenchFailed, naming the `part` of the benchmark.
    """
    with ExitStack() as stack:
        folder = folder or Path(stack.enter_context(TemporaryDirectory(prefix="vms-bench-")))
        config = folder / "vms.toml"
        networks = json.dumps(["10.0.0.0/8", *LOOPBACK])
        config.write_text(f"[cameras]\nnetworks = {networks}\n[worker]\ncameras = {cameras}\n", "utf-8")
        where = ["--data", str(folder / "data"), "--config", str(config)]
        command = ["-m", "vms.cli", "serve", "--json", "--port", "0", *where]
        child = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        assert child.stdout is not None
        try:
            async with asyncio.timeout(_READY_S):
                line = await child.stdout.readline()
            if not line:
                raise BenchFailed(part=part, reason=f"the server ended: {await child.wait()}")
            yield json.loads(line)["ready"]["url"].rstrip("/")
        finally:
            if child.returncode is None:
                child.terminate()
            await child.communicate()


def ask(address: str, body: object = None, *, within_s: float = 30.0) -> object:
    """POST `body` (bytes as they are, else as JSON), or GET without one; blocks. Raises: OSError."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/csv" if isinstance(body, bytes) else _JSON
    request = urllib.request.Request(address, data, {"Content-Type": kind})
    with urllib.request.urlopen(request, timeout=within_s) as response:
        return json.load(response)
