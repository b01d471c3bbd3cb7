"""`vms bench audit`: acts a second that the audit takes, from one writer and from many, on a database of its own."""

import asyncio
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from runtime.clock import Clock, SystemClock
from runtime.database import Database, DatabaseUnavailable
from runtime.migrations import migrate, read_migrations
from runtime.postgres import EmbeddedPostgresFailed, embedded_postgres
from vms.audit.audit import Audit
from vms.audit.entry import AuditEntry
from vms.bench.errors import BenchFailed
from vms.places import MIGRATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    acts: int
    #: acts a second of one writer, and of many who wait for each other
    one: float
    many: float
    writers: int
    #: lines a second that are verified
    verified: float

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def run(*, acts: int, writers: int) -> AuditReport:
    """Raises BenchFailed."""
    return asyncio.run(_run(acts, writers))


async def _run(acts: int, writers: int) -> AuditReport:
    clock = SystemClock()
    try:
        with tempfile.TemporaryDirectory(prefix="vms-bench-") as folder:
            async with embedded_postgres(Path(folder), clock=clock) as url:
                database = Database(url)
                await database.open()
                try:
                    await migrate(database, read_migrations(MIGRATIONS))
                    audit = Audit(database=database, clock=clock)
                    one = await _rate(audit, clock, acts=acts, writers=1)
                    many = await _rate(audit, clock, acts=acts, writers=writers)
                    began = clock.monotonic()
                    found = await audit.verify()
                    verified = found.lines / (clock.monotonic() - began)
                finally:
                    await database.close()
    except (OSError, DatabaseUnavailable, EmbeddedPostgresFailed) as error:
        raise BenchFailed(part="audit", reason=error) from error
    if not found.sound:
        raise BenchFailed(part="audit", reason="the chain is not whole")
    return AuditReport(acts=acts, one=round(one), many=round(many), writers=writers, verified=round(verified))


async def _rate(audit: Audit, clock: Clock, *, acts: int, writers: int) -> float:
    async def work() -> None:
        for number in range(acts // writers):
            entry = AuditEntry(author="bench", act="camera.change", camera_ids=[number], detail={"name": "x"})
            await audit.note(entry)

    began = clock.monotonic()
    async with asyncio.TaskGroup() as group:
        for _ in range(writers):
            group.create_task(work())
    return acts // writers * writers / (clock.monotonic() - began)
