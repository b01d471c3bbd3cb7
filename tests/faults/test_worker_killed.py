"""A worker is killed as by a power cut: another takes its cameras, and a page of its own tells of it; the one that stops in order
leaves them free."""

import asyncio
from pathlib import Path

from runtime.database import Database
from tests.fakes.vms_process import VmsProcess
from tests.fakes.wait import until

#: nothing answers there: what becomes of the streams is not the point
NOWHERE = "rtsp://127.0.0.1:9/main"


async def add_cameras(database: Database, count: int) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            "insert into camera (unit_id, name) select 1, 'c' || n from generate_series(1, $1::int) n", count
        )
        await connection.execute(
            "insert into stream_profile (camera_id, name, url, recorded, analysed)"
            " select id, 'main', $1, true, true from camera",
            NOWHERE,
        )


async def cameras_by_worker(database: Database) -> dict[str | None, int]:
    async with database.connection() as connection:
        rows = await connection.fetch("select worker, count(*) as n from camera_lease group by worker")
    return {row["worker"]: row["n"] for row in rows}


async def test_a_killed_workers_cameras_are_taken_over(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await add_cameras(database, 4)

    def process(name: str, *command: str) -> VmsProcess:
        return VmsProcess(
            tmp_path / name,
            database_url=database_url,
            environment={"VMS_WORKER__LEASE_S": "1"},
            command=command,
        )

    a, b = (process(name, "worker", "--name", name) for name in "ab")
    page = process("page", "serve", "--no-cameras", "--port", "0")
    await asyncio.gather(a.start(), b.start(), page.start())

    async def shared() -> bool:
        return await cameras_by_worker(database) == {"a": 2, "b": 2}

    async def taken_over() -> bool:
        return await cameras_by_worker(database) == {"b": 4}

    await until(shared)
    await a.kill()
    await until(taken_over)

    async def told() -> bool:
        found = (await page.get("/api/v1/workers"))["workers"]
        return {each["name"]: (each["live"], each["cameras"]) for each in found} == {
            "a": (False, 0),
            "b": (True, 4),
        }

    await until(told)
    assert await page.get("/readyz")
    assert await b.stop() == 0, b.errors
    assert await page.stop() == 0, page.errors
    assert await cameras_by_worker(database) == {None: 4}
