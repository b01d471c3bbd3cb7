"""The processes that are measured: ours, which measure themselves, and FFmpeg's program, measured from outside."""

import asyncio
import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from runtime.clock import Clock
from vms.bench.errors import BenchFailed
from vms.bench.recording import SEGMENT_S

#: as our recorder writes: fragments cut at keyframes, readable up to the last one
_MP4 = "movflags=frag_keyframe+empty_moov+default_base_moof"


def ffmpeg_program() -> str | None:
    """The program of PyPI's imageio-ffmpeg, or the one of the system; None where there is neither."""
    try:
        import imageio_ffmpeg
    except ImportError:
        return shutil.which("ffmpeg")
    return cast(str, imageio_ffmpeg.get_ffmpeg_exe())


async def ffmpeg_version(program: str) -> str:
    child = await asyncio.create_subprocess_exec(program, "-version", stdout=asyncio.subprocess.PIPE)
    output, _ = await child.communicate()
    return " ".join(output.decode().split()[:3])


async def run_module(module: str, *arguments: object) -> dict[str, object]:
    """Run one of this package's modules in a process of its own; the JSON that it prints."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *map(str, arguments), stdout=asyncio.subprocess.PIPE
    )
    try:
        output, _ = await child.communicate()
    except BaseException:
        child.kill()
        await child.wait()
        raise
    if child.returncode:
        raise BenchFailed(part=module, reason=f"exit status {child.returncode}")
    return cast(dict[str, object], json.loads(output))


async def record_with_ours(
    url: str, count: int, *, warm_s: float, window_s: float, database_url: str = ""
) -> dict[str, float]:
    """`count` cameras in one process: see recording.py for the figures."""
    with _folder() as folder:
        rest = [database_url] if database_url else []
        found = await run_module("vms.bench.recording", url, count, folder, warm_s, window_s, *rest)
    return cast(dict[str, float], found)


async def record_with_ffmpeg(
    program: str, url: str, count: int, *, warm_s: float, window_s: float, clock: Clock
) -> dict[str, float]:
    """`count` cameras, a process each, as is usual; the same figures as `record_with_ours`."""
    with _folder() as folder:
        children = [
            await asyncio.create_subprocess_exec(
                *_ffmpeg_command(program, url, folder / str(number)), stdin=asyncio.subprocess.DEVNULL
            )
            for number in range(count)
        ]
        try:
            await clock.sleep(warm_s)
            cpu, wall = _cpu_seconds(children), clock.monotonic()
            await clock.sleep(window_s)
            figures = {
                "warm_cpu_s": cpu,
                "cpu_s": _cpu_seconds(children) - cpu,
                "wall_s": clock.monotonic() - wall,
            }
        finally:
            for child in children:
                if child.returncode is None:
                    child.terminate()
            for child in children:
                await child.wait()
        return {**figures, "bytes": float(sum(file.stat().st_size for file in folder.rglob("*.mp4")))}


def _ffmpeg_command(program: str, url: str, folder: Path) -> list[str]:
    folder.mkdir()
    return [
        *(program, "-nostdin", "-hide_banner", "-loglevel", "fatal"),
        *("-rtsp_transport", "tcp", "-i", url, "-an", "-c", "copy"),
        *("-f", "segment", "-segment_time", f"{SEGMENT_S:g}", "-reset_timestamps", "1"),
        *("-segment_format", "mp4", "-segment_format_options", _MP4, str(folder / "%05d.mp4")),
    ]


def _cpu_seconds(children: Sequence[asyncio.subprocess.Process]) -> float:
    """CPU seconds of running processes, to the nanosecond: /proc counts in hundredths, too coarse for this."""
    total = 0.0
    for child in children:
        if child.returncode is not None:
            raise BenchFailed(part="ffmpeg", reason=f"exit status {child.returncode}")
        # clock_getcpuclockid(3), which Python does not have: CPUCLOCK_SCHED of the process
        total += time.clock_gettime((~child.pid << 3) | 2)
    return total


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="vms-bench-") as folder:
        yield Path(folder)
