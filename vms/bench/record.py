"""`vms bench record`: what it costs to record cameras as evidence, against a process of `ffmpeg -c copy` for each.

Ours hashes every byte twice while it is written (the file, and the pictures in it), chains each file and writes its row into a real
Postgres, whose processes are counted too. Two ratios: of the whole, connecting included, and of the steady state after it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from runtime.clock import Clock, SystemClock
from runtime.database import Database
from runtime.migrations import migrate, read_migrations
from runtime.postgres import PostgresServer, get_server
from vms.bench import store
from vms.bench.children import ffmpeg_program, record_with_ffmpeg, record_with_ours
from vms.bench.clip import FULL
from vms.bench.errors import BenchFailed
from vms.bench.machine import Machine, this_machine
from vms.bench.report import Comparison, Spread
from vms.bench.scenes import scene_clip
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera
from vms.places import MIGRATIONS

GOAL: Final = 0.6
_WARM_S: Final = 5.0
_TICK_S: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReport:
    machine: Machine
    cameras: int
    window_s: float
    #: CPU seconds a camera from the first connection to the end of the window
    whole: Comparison
    #: share of a core a camera in the window
    steady: Comparison
    #: of ours: MB resident a camera beyond nothing, MB/s, calls that write a second and camera, fsyncs a minute and camera
    memory_mb: Spread
    written_mb_s: Spread
    write_calls: Spread
    fsyncs: Spread
    lost_packets: int

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "met": self.whole.met and self.steady.met and self.lost_packets == 0}


def run(
    *, cameras: int, seconds: float, repeats: int, tell: Callable[[str], None] = lambda _what: None
) -> RecordReport:
    """Raises BenchFailed."""
    return asyncio.run(_run(cameras, seconds, repeats, tell, SystemClock()))


async def _run(
    cameras: int, seconds: float, repeats: int, tell: Callable[[str], None], clock: Clock
) -> RecordReport:
    program = ffmpeg_program()
    if program is None:
        raise BenchFailed(part="record", reason="there is no ffmpeg program: pip install imageio-ffmpeg")
    machine = await this_machine()
    ours: list[dict[str, float]] = []
    bare: list[dict[str, float]] = []
    with TemporaryDirectory(prefix="vms-bench-") as kept:
        clip = await asyncio.to_thread(scene_clip, "busy")
        postgres = await asyncio.to_thread(get_server, Path(kept) / "postgres")
        try:
            database = Database(postgres.get_uri())
            await database.open()
            await migrate(database, read_migrations(MIGRATIONS))
            async with database.connection() as connection:
                await store.add_cameras(connection, cameras, clock.now())
                await store.add_volume(connection)
            await database.close()
            async with SimulatorProcess([SimulatedCamera(path="bench", clip=clip)]) as simulator:
                url = simulator.urls["bench"]
                for turn in range(repeats):
                    tell(f"ours {turn + 1}/{repeats}")
                    before = _cpu_of(postgres)
                    found = await record_with_ours(
                        url, cameras, warm_s=_WARM_S, window_s=seconds, database_url=postgres.get_uri()
                    )
                    # Connections end with our process, and their CPU goes to the server that waited for them.
                    found["postgres_s"] = _cpu_of(postgres) - before
                    ours.append(found)
                    tell(f"ffmpeg {turn + 1}/{repeats}")
                    bare.append(
                        await record_with_ffmpeg(
                            program, url, cameras, warm_s=_WARM_S, window_s=seconds, clock=clock
                        )
                    )
        finally:
            await asyncio.to_thread(postgres.cleanup)
    for found in (*ours, *bare):
        if found["bytes"] < 0.9 * FULL.bits_per_s / 8 * seconds * cameras:
            raise BenchFailed(part="record", reason=f"only {found['bytes']:.0f} bytes were recorded")
    return _report(machine, cameras, seconds, program, ours, bare)


def _report(
    machine: Machine,
    cameras: int,
    seconds: float,
    program: str,
    ours: list[dict[str, float]],
    bare: list[dict[str, float]],
) -> RecordReport:
    share = seconds / (seconds + _WARM_S)
    bare_is = f"{Path(program).name} -rtsp_transport tcp -c copy -f segment, a process for each of {cameras}"
    return RecordReport(
        machine=machine,
        cameras=cameras,
        window_s=seconds,
        whole=Comparison.of(
            [(each["warm_cpu_s"] + each["cpu_s"] + each["postgres_s"]) / cameras for each in ours],
            [(each["warm_cpu_s"] + each["cpu_s"]) / cameras for each in bare],
            unit="s of CPU a camera, connecting included",
            bare_is=bare_is,
            goal=GOAL,
        ),
        steady=Comparison.of(
            [100 * (each["cpu_s"] + each["postgres_s"] * share) / each["wall_s"] / cameras for each in ours],
            [100 * each["cpu_s"] / each["wall_s"] / cameras for each in bare],
            unit="% of a core a camera",
            bare_is=bare_is,
            goal=GOAL,
        ),
        memory_mb=Spread.of([each["resident_mb"] / cameras for each in ours], 1),
        written_mb_s=Spread.of([each["written_bytes"] / 1e6 / each["wall_s"] for each in ours], 2),
        write_calls=Spread.of([each["write_calls"] / each["wall_s"] / cameras for each in ours], 2),
        # of the file, and of its folder
        fsyncs=Spread.of([2 * each["files"] / cameras / (seconds + _WARM_S) * 60 for each in ours], 1),
        lost_packets=int(sum(each["lost_packets"] for each in ours)),
    )


def _cpu_of(postgres: PostgresServer) -> float:
    """CPU seconds of the server and of all its processes, those that have ended included."""
    pid = int((postgres.pgdata / "postmaster.pid").read_text().split()[0])
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(stat.parent.name) == pid:
            total += sum(int(fields[number]) for number in (11, 12, 13, 14)) * _TICK_S
        elif int(fields[1]) == pid:
            total += sum(int(fields[number]) for number in (11, 12)) * _TICK_S
    return total
