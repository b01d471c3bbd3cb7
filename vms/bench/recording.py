"""Cameras recorded as the house does it, in a process of its own that measures itself.

`python -m vms.bench.recording URL COUNT FOLDER WARM_S WINDOW_S` records the stream COUNT times and prints one line of JSON:
CPU seconds until the window began, CPU and wall seconds of the window, and the bytes that were recorded in all.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from runtime.clock import SystemClock, cpu_seconds
from streams.camera import CameraId, StreamProfile
from streams.ingest import Ingest
from streams.recorder import Recorder, SegmentStore
from streams.segment import Segment, VolumeId
from streams.settings import RecordingSettings

#: seconds of a file, short enough that every window has a change of files in it
SEGMENT_S = 10.0


class ListedSegments:
    """Rows that go nowhere: Postgres has a process of its own, and a row a minute."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []

    async def add_segment(self, segment: Segment) -> None:
        self.segments.append(segment)

    async def known_paths(self, paths: Sequence[str]) -> set[str]:
        return {segment.path for segment in self.segments} & set(paths)


_conforms: type[SegmentStore] = ListedSegments


async def measure(url: str, count: int, folder: Path, *, warm_s: float, window_s: float) -> dict[str, float]:
    clock = SystemClock()
    store = ListedSegments()
    before = cpu_seconds()
    async with asyncio.TaskGroup() as group:
        tasks = []
        for number in range(1, count + 1):
            ingest = Ingest(StreamProfile(name="main", url=url), CameraId(number), clock)
            recorder = Recorder(
                ingest.fanout,
                camera_id=CameraId(number),
                profile="main",
                settings=RecordingSettings(folder=folder, segment_s=SEGMENT_S),
                volume_id=VolumeId(1),
                store=store,
                clock=clock,
            )
            tasks += [group.create_task(recorder.run()), group.create_task(ingest.run())]
        await clock.sleep(warm_s)
        cpu, wall = cpu_seconds(), clock.monotonic()
        await clock.sleep(window_s)
        figures = {
            "warm_cpu_s": cpu - before,
            "cpu_s": cpu_seconds() - cpu,
            "wall_s": clock.monotonic() - wall,
        }
        for task in tasks:
            task.cancel()
    # The last files are made whole when the recorders end.
    return {**figures, "bytes": float(sum(segment.bytes for segment in store.segments))}


if __name__ == "__main__":
    address, cameras, target, warm, window = sys.argv[1:]
    found = uvloop.run(
        measure(address, int(cameras), Path(target), warm_s=float(warm), window_s=float(window))
    )
    print(json.dumps(found))
