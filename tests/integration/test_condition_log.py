"""The history of conditions on a real Postgres: on a change only, through an outage, honest about what nobody watched."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from runtime.clock import SystemClock
from runtime.database import Database, DatabaseUnavailable
from runtime.listen import listen
from streams.camera import CameraId
from streams.condition import Condition
from streams.errors import CameraRefused
from tests.fakes.clock import ManualClock
from tests.fakes.conditions import Seen
from tests.fakes.events import add_camera
from tests.fakes.wait import until
from vms.health.condition_log import ConditionLog


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def seen(database: Database, clock: ManualClock) -> Seen:
    async with database.connection() as connection:
        for name in ("东口", "西口"):
            await add_camera(connection, name)
    return Seen(database, clock)


async def history(database: Database, clock: ManualClock, camera_id: int = 1) -> list[tuple[Any, ...]]:
    """State, first and last second of each row, the last None while it lasts."""
    start = ManualClock().now()
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select state, since, until from camera_condition where camera_id = $1 order by since", camera_id
        )

    def second(at: Any) -> float | None:
        return None if at is None else round((at - start).total_seconds(), 3)

    return [(row["state"], second(row["since"]), second(row["until"])) for row in rows]


async def test_a_change_ends_what_was_and_begins_what_is(
    database: Database, clock: ManualClock, seen: Seen
) -> None:
    await seen.see(1, "live")
    await seen.see(2, "live")
    await clock.advance(60)
    await seen.see(1, "offline", "refused", error=CameraRefused(url="x", reason="y"))
    await clock.advance(5)
    seen.log.unwatched(1, "main")  # type: ignore[arg-type]
    await seen.log.write()
    assert await history(database, clock) == [("live", 0, 60), ("offline", 60, 65)]
    assert await history(database, clock, 2) == [("live", 0, None)]
    async with database.connection() as connection:
        row = await connection.fetchrow("select causes, error from camera_condition where state = 'offline'")
    assert row is not None
    assert (row["causes"], row["error"]["code"]) == (["refused"], "camera_refused")
    assert row["error"]["message"]["zh"] and row["error"]["message"]["en"]


async def test_several_changes_at_once_are_written_in_order(
    database: Database, clock: ManualClock, seen: Seen
) -> None:
    for state in ("never_connected", "live", "stalled"):
        seen.note(1, state)
        await clock.advance(2)
    await seen.write()
    assert await history(database, clock) == [("never_connected", 0, 2), ("live", 2, 4), ("stalled", 4, None)]


class Flaky:
    """A database whose next transactions fail, before or after they are done."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.fails: list[str] = []

    def connection(self) -> Any:
        return self._database.connection()

    def transaction(self) -> Any:
        return _FlakyTransaction(self._database.transaction(), self.fails.pop(0) if self.fails else "")


class _FlakyTransaction:
    def __init__(self, inner: Any, fails: str) -> None:
        self._inner = inner
        self._fails = fails

    async def __aenter__(self) -> Any:
        if self._fails == "before":
            raise DatabaseUnavailable(reason="away")
        return await self._inner.__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        await self._inner.__aexit__(*error)
        if self._fails == "after" and error[0] is None:
            raise DatabaseUnavailable(reason="gone before it answered")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_outage_loses_no_change_and_moves_none(
    database: Database, clock: ManualClock, seen: Seen, when: str
) -> None:
    await seen.see(1, "live")
    flaky = Flaky(database)
    flaky.fails = [when]
    seen.log._database = flaky  # type: ignore[assignment]
    await clock.advance(10)
    seen.note(1, "offline")
    with pytest.raises(DatabaseUnavailable):
        await seen.log.write()
    assert seen.log.waiting == 1
    await clock.advance(10)
    seen.note(1, "live")
    await clock.advance(10)
    await seen.log.write()
    assert await history(database, clock) == [("live", 0, 10), ("offline", 10, 20), ("live", 20, None)]
    assert (seen.log.waiting, seen.log.dropped) == (0, 0)


async def test_what_a_killed_server_left_open_was_watched_until_its_last_beat(
    database: Database, clock: ManualClock, seen: Seen
) -> None:
    await seen.see(1, "live")
    await clock.advance(30)
    await seen.log._beat()
    await clock.advance(500)  # killed somewhere in here, and started again
    again = Seen(database, clock)
    await again.log.begin()
    assert await history(database, clock) == [("live", 0, 30)]
    await again.see(1, "offline")
    assert await history(database, clock) == [("live", 0, 30), ("offline", 530, None)]


async def test_a_server_that_stops_ends_what_is_open_and_writes_what_waits(
    database: Database, clock: ManualClock, seen: Seen
) -> None:
    await seen.see(1, "live")
    await clock.advance(30)
    seen.note(2, "frozen")
    await clock.advance(30)
    await seen.log.close()
    assert await history(database, clock) == [("live", 0, 60)]
    assert await history(database, clock, 2) == [("frozen", 30, 60)]


async def test_what_another_server_watched_and_left_open_ends_at_its_own_last_beat(
    database: Database, clock: ManualClock, seen: Seen
) -> None:
    await seen.see(1, "live")
    await clock.advance(1000)
    heir = Seen(database, clock)
    heir.log._watcher = "another"
    await heir.see(1, "live")
    assert await history(database, clock) == [("live", 0, 0), ("live", 1000, None)]


async def test_a_camera_that_is_not_there_holds_nobody_up(
    database: Database, clock: ManualClock, seen: Seen
) -> None:
    seen.note(99, "offline")
    await seen.see(1, "live")
    assert await history(database, clock) == [("live", 0, None)]
    assert await history(database, clock, 99) == []


async def test_a_stream_is_in_one_condition_at_a_time_by_the_database(database: Database, seen: Seen) -> None:
    await seen.see(1, "live")
    async with database.connection() as connection:
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(
                "insert into camera_condition (camera_id, profile, state, causes, since, watcher)"
                " values (1, 'main', 'live', '{}', $1, 'vms')",
                ManualClock().now() + timedelta(seconds=1),
            )


async def test_who_lets_go_of_a_camera_does_not_end_what_its_next_watcher_sees(
    database: Database, clock: ManualClock, seen: Seen
) -> None:
    await seen.see(1, "live")
    other = ConditionLog(database=database, clock=clock, watcher="b")
    await other.begin()
    await clock.advance(10)
    other.note(CameraId(1), "main", Condition(state="black", since=clock.now()))
    await other.write()
    await clock.advance(5)
    seen.log.unwatched(
        CameraId(1), "main"
    )  # the one before hears late that the camera is not its own any more
    await seen.log.write()
    assert (await history(database, clock))[-1] == ("black", 10, None)
    await clock.advance(5)
    other.unwatched(CameraId(1), "main")
    await other.write()
    assert (await history(database, clock))[-1] == ("black", 10, 20)


async def test_two_that_see_one_camera_at_the_same_moment_write_one_after_the_other(
    database: Database, clock: ManualClock, seen: Seen
) -> None:
    other = ConditionLog(database=database, clock=clock, watcher="b")
    await seen.log.begin()
    await other.begin()
    for each in (seen.log, other):
        each.note(CameraId(1), "main", Condition(state="live", since=clock.now()))
        await clock.advance(1)

    async def held_up() -> bool:
        async with database.connection() as connection:
            return bool(await connection.fetchval("select count(*) from pg_locks where not granted"))

    async with database.transaction() as connection:
        await seen.log._put(connection, seen.log._pending.take(1))
        writing = asyncio.create_task(other.write())
        await until(held_up)
    await writing
    assert len([row for row in await history(database, clock) if row[2] is None]) == 1


async def test_every_process_hears_of_a_condition_that_is_written(database_url: str, seen: Seen) -> None:
    rings: list[str] = []
    listening = asyncio.create_task(
        listen(
            database_url, ["condition"], on_ring=lambda channel, _: rings.append(channel), clock=SystemClock()
        )
    )
    await until(lambda: len(rings) == 1)  # it is rung once when it has connected
    await seen.see(1, "live")
    await until(lambda: len(rings) > 1)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
