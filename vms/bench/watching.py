"""What it costs to know the condition of live cameras, beyond reading them, in a process of its own that measures itself.

`python -m vms.bench.watching URL COUNT FOLDER WARM_S WINDOW_S TURNS` reads the stream COUNT times without a break, watches the
streams for their condition in every other window, and prints one line of JSON: for each turn the CPU seconds a second and
camera of a window without and of one with watching, and how many streams were live.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import uvloop

from runtime.clock import Clock, SystemClock, cpu_seconds
from runtime.memory import limit_arenas
from streams.camera import CameraId, StreamProfile
from streams.condition_settings import ConditionSettings
from streams.ingest import Ingest
from streams.looker import Looker
from streams.view_files import ViewFiles
from streams.watcher import Watcher


async def measure(
    url: str, count: int, folder: Path, *, warm_s: float, window_s: float, turns: int
) -> dict[str, object]:
    clock = SystemClock()
    ingests = [
        Ingest(StreamProfile(name="main", url=url), CameraId(number), clock) for number in range(1, count + 1)
    ]
    without, watched, looks = [], [], 0
    with ThreadPoolExecutor(1) as executor:
        async with asyncio.TaskGroup() as group:
            reading = [group.create_task(ingest.run()) for ingest in ingests]
            await clock.sleep(warm_s)
            for _ in range(turns):
                without.append(await _window(clock, window_s) / count)
                watchers = _watchers(ingests, folder, clock, executor)
                watching = [group.create_task(watcher.run()) for watcher in watchers]
                await clock.sleep(warm_s)
                before = sum(watcher.looks for watcher in watchers)
                watched.append(await _window(clock, window_s) / count)
                looks += sum(watcher.looks for watcher in watchers) - before
                for task in watching:
                    task.cancel()
            live = sum(ingest.health.state == "live" for ingest in ingests)
            for task in reading:
                task.cancel()
    return {"without": without, "watched": watched, "looks": looks, "live": live}


def _watchers(ingests: Sequence[Ingest], folder: Path, clock: Clock, executor: Executor) -> list[Watcher]:
    """As the server has them, with a reference picture each."""
    settings = ConditionSettings()
    return [
        Watcher(
            ingest,
            settings=settings,
            clock=clock,
            executor=executor,
            looker=Looker(ingest.camera_id, files=ViewFiles(folder), adapt_s=settings.adapt_s),
        )
        for ingest in ingests
    ]


async def _window(clock: Clock, window_s: float) -> float:
    """CPU seconds a second."""
    cpu, wall = cpu_seconds(), clock.monotonic()
    await clock.sleep(window_s)
    return (cpu_seconds() - cpu) / (clock.monotonic() - wall)


if __name__ == "__main__":
    limit_arenas()
    address, cameras, target, warm, window, repeats = sys.argv[1:]
    found = uvloop.run(
        measure(
            address,
            int(cameras),
            Path(target),
            warm_s=float(warm),
            window_s=float(window),
            turns=int(repeats),
        )
    )
    print(json.dumps(found))
