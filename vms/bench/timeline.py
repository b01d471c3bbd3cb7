"""`vms bench timeline`: a day's timeline of one camera among millions of recorded files, over HTTP and in SQL.

The files are rows only, a partition a day, written straight into the database of a running server; which camera and which day
is asked for is drawn with a seed. What the database does is asked of it (EXPLAIN) and stands in the report.
"""

import asyncio
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlencode

from runtime.clock import Clock, SystemClock
from runtime.database import Connection, Database, DatabaseUnavailable
from runtime.postgres import get_server
from streams.camera import CameraId
from streams.segment import iso
from vms.bench import store
from vms.bench.errors import BenchFailed
from vms.bench.house import ask, running_house
from vms.bench.machine import this_machine
from vms.bench.report import Latency
from vms.bench.timeline_report import GOAL_MS, Plan, TimelineReport
from vms.data_folder import open_data_folder
from vms.timeline.store import recorded

CAMERAS: Final = 36
DAYS: Final = 100
REQUESTS: Final = 300
_DAY: Final = timedelta(days=1)
#: files that are kept of a camera in a day
_A_DAY: Final = 1440


def run(
    *,
    cameras: int = CAMERAS,
    days: int = DAYS,
    requests: int = REQUESTS,
    tell: Callable[[str], None] = lambda _what: None,
) -> TimelineReport:
    """Raises BenchFailed."""
    return asyncio.run(_run(cameras, days, requests, tell))


async def _run(cameras: int, days: int, requests: int, tell: Callable[[str], None]) -> TimelineReport:
    clock = SystemClock()
    machine = await this_machine()
    draw = random.Random(7)
    first = clock.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - days * _DAY
    try:
        with TemporaryDirectory(prefix="vms-bench-") as kept:
            async with running_house("timeline", folder=Path(kept)) as url:
                # Found, not started; given back at the end, so that the server stops it.
                data = open_data_folder(Path(kept) / "data")
                postgres = await asyncio.to_thread(get_server, data.postgres)
                database = Database(postgres.get_uri())
                await database.open()
                try:
                    async with database.connection() as connection:
                        camera_ids = await _write(connection, cameras, days, first, tell)
                        rows = cameras * days * _A_DAY
                        asked = [
                            (draw.choice(camera_ids), first + draw.randrange(1, days) * _DAY)
                            for _ in range(requests)
                        ]
                        tell("a day in SQL")
                        in_sql = [await _in_sql(connection, *each, clock) for each in asked]
                        plan = await _plan(connection, *asked[0], days)
                finally:
                    await database.close()
                tell("a day over HTTP")
                over_http = [await _over_http(url, *each, clock) for each in asked]
                await asyncio.to_thread(postgres.cleanup)
    except (OSError, TimeoutError, DatabaseUnavailable) as error:
        raise BenchFailed(part="timeline", reason=error) from error
    return TimelineReport(
        made_at=clock.now(),
        machine=machine,
        rows=rows,
        cameras=cameras,
        days=days,
        latencies=(
            Latency.of(over_http, what="a day of one camera, over HTTP", goal_ms=GOAL_MS),
            Latency.of(in_sql, what="its files alone, in SQL"),
        ),
        plan=plan,
    )


async def _write(
    connection: Connection, cameras: int, days: int, first: datetime, tell: Callable[[str], None]
) -> list[CameraId]:
    camera_ids = await store.add_cameras(connection, cameras, first)
    volume_id = await store.add_volume(connection)
    for day in range(days):
        if day % 10 == 0:
            tell(f"files of day {day + 1} of {days}")
        await store.write_a_day_of_files(connection, camera_ids, volume_id, first + day * _DAY)
    await store.analyze_files(connection)
    return camera_ids


async def _in_sql(connection: Connection, camera_id: CameraId, day: datetime, clock: Clock) -> float:
    began = clock.monotonic()
    found = await recorded(connection, camera_id, "main", day, day + _DAY)
    seconds = clock.monotonic() - began
    if len(found) != _A_DAY:
        raise BenchFailed(part="timeline", reason=f"{len(found)} files in a day, not {_A_DAY}")
    return seconds


async def _over_http(url: str, camera_id: CameraId, day: datetime, clock: Clock) -> float:
    query = urlencode({"start": iso(day), "end": iso(day + _DAY)})
    began = clock.monotonic()
    await asyncio.to_thread(ask, f"{url}/api/v1/cameras/{camera_id}/timeline?{query}")
    return clock.monotonic() - began


async def _plan(connection: Connection, camera_id: CameraId, day: datetime, days: int) -> Plan:
    lines = await store.explain(connection, camera_id, day, day + _DAY)
    text = "\n".join(lines)
    return Plan(
        partitions=days,
        read=len({match[:16] for match in re.findall(r"segment_\d{8}", text)}),
        by_index="Seq Scan" not in text,
        lines=tuple(lines),
    )
