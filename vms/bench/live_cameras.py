"""Cameras at work as the server has them, recorded and watched for everything, in a process of its own that measures itself.

`python -m vms.bench.live_cameras URL COUNT FOLDER WARM_S WINDOW_S` plays the stream COUNT times and prints one line of JSON:
CPU and wall seconds of the window, memory in it, what was analysed and skipped, and the bytes that were recorded in all.
No database: its rows cost this process next to nothing.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import uvloop

from detectors.budget import Budget
from detectors.event import EVENT_KINDS, Event, Pictures, ZoneId
from detectors.models import Models, load_models
from detectors.zones import Zone
from runtime.clock import Clock, SystemClock, cpu_seconds
from runtime.cores import usable_cores
from runtime.memory import limit_arenas
from streams.camera import Camera, CameraId, ProfileName, StreamProfile
from streams.condition import Condition
from streams.health import StreamHealth
from streams.segment import VolumeId
from streams.view_files import ViewFiles
from vms.bench.recording import SEGMENT_S, ListedSegments
from vms.camera_task import CameraTask
from vms.cameras.watch import Watch
from vms.settings import Settings

#: persons in the whole picture above which the busy scene is too full
CROWD_LIMIT = 8
_WHOLE_PICTURE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
#: seconds between two looks at how much memory there is
_LOOK_S = 0.5


def whole_picture() -> Zone:
    return Zone.parse(
        id=ZoneId(1), name="picture", polygon=_WHOLE_PICTURE, rules=["crowd"], crowd_limit=CROWD_LIMIT
    )


def resident_bytes() -> int:
    """Memory of this process that is in the machine's; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


async def measure(url: str, count: int, folder: Path, *, warm_s: float, window_s: float) -> dict[str, float]:
    clock = SystemClock()
    segments = ListedSegments()
    settings = Settings(recording={"folder": folder, "segment_s": SEGMENT_S})  # type: ignore[arg-type]
    models = load_models(settings.models_folder, threads=settings.analysis.threads_per_model)
    workers = settings.analysis.workers or usable_cores()
    budget = Budget(
        threads=workers,
        share=settings.analysis.budget_share,
        at_least_every_s=settings.analysis.at_least_every_s,
        clock=clock,
    )
    with ThreadPoolExecutor(workers) as executor:
        cameras = [
            _camera(number, url, settings, models, segments, executor, budget, clock)
            for number in range(1, count + 1)
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(camera.run()) for camera in cameras]
            await clock.sleep(warm_s)
            before, cpu, wall = _analysed(cameras), cpu_seconds(), clock.monotonic()
            resident = resident_bytes()
            while clock.monotonic() < wall + window_s:
                await clock.sleep(min(_LOOK_S, window_s))
                resident = max(resident, resident_bytes())
            figures = {"cpu_s": cpu_seconds() - cpu, "wall_s": clock.monotonic() - wall}
            after = _analysed(cameras)
            for task in tasks:
                task.cancel()
    # The last files are made whole when the recorders end.
    recorded = float(sum(segment.bytes for segment in segments.segments))
    counted = {name: after[name] - before[name] for name in after}
    return {**figures, **counted, "resident_bytes": resident, "recorded_bytes": recorded}


def _camera(
    number: int,
    url: str,
    settings: Settings,
    models: Models,
    segments: ListedSegments,
    executor: Executor,
    budget: Budget,
    clock: Clock,
) -> CameraTask:
    camera = Camera(
        id=CameraId(number),
        unit_id=1,
        name=f"bench {number}",
        enabled=True,
        profiles=(StreamProfile(name="main", url=url),),
    )
    return CameraTask(
        Watch(camera=camera, rules=frozenset(EVENT_KINDS), zones=(whole_picture(),)),
        models=models,
        detector_settings=settings.detectors,
        ingest_settings=settings.ingest,
        recording_settings=settings.recording,
        condition_settings=settings.condition,
        views=ViewFiles(settings.recording.folder / "views"),
        segments=segments,
        volume_id=VolumeId(1),
        budget=budget,
        max_lag_s=settings.analysis.max_lag_s,
        on_event=_ignore_event,
        on_health=_ignore_health,
        on_condition=_ignore_condition,
        clock=clock,
        executor=executor,
    )


def _analysed(cameras: Sequence[CameraTask]) -> dict[str, float]:
    stats = [camera.analysis_stats for camera in cameras]
    causes = sorted({cause for each in stats for cause in each.skipped})
    return {
        "frames": sum(each.frames for each in stats),
        "inferences": sum(each.inferences for each in stats),
        "wakings": sum(each.schedule.wakings for each in stats),
        **{f"skipped_{cause}": sum(each.skipped[cause] for each in stats) for cause in causes},
    }


async def _ignore_event(_event: Event, _pictures: Pictures) -> None:
    return


def _ignore_health(_camera: CameraId, _profile: ProfileName, _health: StreamHealth) -> None:
    return


def _ignore_condition(_camera: CameraId, _profile: ProfileName, _condition: Condition) -> None:
    return


if __name__ == "__main__":
    limit_arenas()
    address, cameras_wanted, target, warm, window = sys.argv[1:]
    found = uvloop.run(
        measure(address, int(cameras_wanted), Path(target), warm_s=float(warm), window_s=float(window))
    )
    print(json.dumps(found))
