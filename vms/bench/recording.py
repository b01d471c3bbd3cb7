"""Cameras recorded as the house does it, in a process of its own that measures itself.

`python -m vms.bench.recording URL COUNT FOLDER WARM_S WINDOW_S [DATABASE]` records the stream COUNT times and prints one line of
JSON: CPU seconds until the window began, CPU and wall seconds of the window, resident memory at its end, calls that wrote and bytes
that they wrote in it, and in all the bytes that were recorded, the files, and the packets that could not be recorded. With a database,
each file's row is chained and written there, for cameras 1 to COUNT.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from runtime.clock import SystemClock, cpu_seconds
from runtime.database import Database
from streams.camera import CameraId, StreamProfile
from streams.ingest import Ingest
from streams.recorder import Recorder, SegmentStore
from streams.segment import Segment, VolumeId
from streams.settings import RecordingSettings
from vms.segments import PostgresSegments

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


async def measure(
    url: str, count: int, folder: Path, *, warm_s: float, window_s: float, database_url: str = ""
) -> dict[str, float]:
    clock = SystemClock()
    store = ListedSegments()
    database = Database(database_url) if database_url else None
    rows: SegmentStore = store
    if database is not None:
        await database.open()
        rows = PostgresSegments(database)
    before = cpu_seconds()
    async with asyncio.TaskGroup() as group:
        tasks = []
        recorders: list[Recorder] = []
        for number in range(1, count + 1):
            ingest = Ingest(StreamProfile(name="main", url=url), CameraId(number), clock)
            recorder = Recorder(
                ingest.fanout,
                camera_id=CameraId(number),
                profile="main",
                settings=RecordingSettings(folder=folder, segment_s=SEGMENT_S),
                volume_id=VolumeId(1),
                store=rows,
                clock=clock,
            )
            recorders.append(recorder)
            tasks += [group.create_task(recorder.run()), group.create_task(ingest.run())]
        await clock.sleep(warm_s)
        cpu, wall = cpu_seconds(), clock.monotonic()
        written = _io()
        await clock.sleep(window_s)
        figures = {
            "warm_cpu_s": cpu - before,
            "cpu_s": cpu_seconds() - cpu,
            "wall_s": clock.monotonic() - wall,
            "resident_mb": _resident_mb(),
            **{name: after - written[name] for name, after in _io().items()},
        }
        for task in tasks:
            task.cancel()
    # The last files are made whole when the recorders end.
    if database is not None:
        await database.close()
    return {
        **figures,
        "bytes": float(sum(recorder.bytes for recorder in recorders)),
        "files": float(sum(recorder.segments for recorder in recorders)),
        "lost_packets": float(sum(recorder.unusable for recorder in recorders)),
    }


def _io() -> dict[str, float]:
    """What this process wrote until now: calls, and bytes."""
    lines = Path("/proc/self/io").read_text().splitlines()
    fields = dict(line.split(": ") for line in lines)
    return {"write_calls": float(fields["syscw"]), "written_bytes": float(fields["wchar"])}


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    address, cameras, target, warm, window, *rest = sys.argv[1:]
    found = uvloop.run(
        measure(
            address,
            int(cameras),
            Path(target),
            warm_s=float(warm),
            window_s=float(window),
            database_url="".join(rest),
        )
    )
    print(json.dumps(found))
