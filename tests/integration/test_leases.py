"""Two workers and one database: each camera is watched by one of them, whoever comes, goes, dies or is cut off."""

import asyncio
from collections.abc import AsyncIterator, Set
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from runtime.database import Database
from streams.camera import CameraId
from tests.fakes.clock import ManualClock
from tests.fakes.wait import until
from vms.cluster import store
from vms.cluster.errors import WorkerNameTaken
from vms.cluster.identity import WorkerIdentity
from vms.cluster.keeper import Keeper
from vms.cluster.settings import WorkerSettings
from vms.cluster.turn import EVERY_S, Turn


class Bench:
    """A keeper with a clock of its own; what it was told to stop."""

    def __init__(
        self, database: Database, name: str, *, cameras: int = 0, overlap_s: float = 0.0, host: str = "h"
    ) -> None:
        self.clock = ManualClock()
        self.stopped: list[CameraId] = []
        self.gained = 0
        self.database = database
        self.keeper = Keeper(
            database=database,
            clock=self.clock,
            settings=WorkerSettings(cameras=cameras, overlap_s=overlap_s),
            identity=WorkerIdentity(name=name, host=host, folder=f"/data/{name}", version="1"),
            stop=self._stop,
            on_gained=self._gain,
            figures=lambda: (30, 10),
        )

    async def _stop(self, camera_ids: Set[CameraId]) -> None:
        assert not camera_ids & self.keeper.owned, "it is not owned any more when it is stopped"
        if not self.keeper.replaced:
            async with self.database.connection() as connection:
                free = await connection.fetchval(
                    "select count(*) from camera_lease where camera_id = any($1) and worker is distinct from $2",
                    list(camera_ids),
                    self.keeper.name,
                )
            assert free == 0, "a camera is stopped before it is given back"
        self.stopped += sorted(camera_ids)

    def _gain(self) -> None:
        self.gained += 1

    @property
    def owned(self) -> list[int]:
        return sorted(self.keeper.owned)

    async def join(self) -> "Bench":
        await self.keeper.join()
        await self.keeper.round()
        return self


async def add_cameras(database: Database, count: int, *, enabled: bool = True) -> None:
    async with database.connection() as connection:
        await connection.execute(
            "insert into camera (unit_id, name, enabled) select 1, 'c' || n, $2 from generate_series(1, $1::int) n",
            count,
            enabled,
        )


async def pass_time(database: Database, seconds: float) -> None:
    """Seconds pass by the clock of the database."""
    async with database.connection() as connection:
        await connection.execute(
            "update worker set until = until - make_interval(secs => $1), seen_at = seen_at - make_interval(secs => $1)",
            seconds,
        )


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[Bench]:
    task = asyncio.create_task(bench.keeper.run())
    yield bench
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_worker_alone_takes_all_and_only_what_is_switched_on(database: Database) -> None:
    await add_cameras(database, 3)
    a = await Bench(database, "a").join()
    assert a.owned == [1, 2, 3] and a.gained == 1
    async with database.connection() as connection:
        await connection.execute("update camera set enabled = false where id = 2")
        await connection.execute("insert into camera (unit_id, name) values (1, 'new')")
        await connection.execute("insert into camera (unit_id, name, enabled) values (1, 'off', false)")
    await a.keeper.round()
    assert a.owned == [1, 3, 4]


async def test_a_camera_is_one_workers_and_a_limit_is_kept(database: Database) -> None:
    await add_cameras(database, 10)
    a, b = await Bench(database, "a", cameras=4).join(), await Bench(database, "b", cameras=4).join()
    assert a.owned == [1, 2, 3, 4] and b.owned == [5, 6, 7, 8]
    c = await Bench(database, "c").join()
    assert c.owned == [9, 10]


async def test_workers_that_take_at_the_same_time_share_without_a_double(database: Database) -> None:
    await add_cameras(database, 30)
    benches = [Bench(database, name, cameras=10) for name in "abc"]
    await asyncio.gather(*(bench.join() for bench in benches))
    for bench in benches:
        await bench.keeper.round()
    assert sorted(camera for bench in benches for camera in bench.owned) == list(range(1, 31))


async def test_a_dead_workers_cameras_are_taken_once_its_lease_ran_out(database: Database) -> None:
    await add_cameras(database, 4)
    a, b = await Bench(database, "a", cameras=4).join(), await Bench(database, "b", cameras=4).join()
    await b.keeper.round()
    assert b.owned == []
    await pass_time(database, 14)
    await b.keeper.round()
    assert b.owned == []
    async with database.connection() as connection:
        await connection.execute("update worker set until = now() - interval '1 ms' where name = 'a'")
    await b.keeper.round()
    assert b.owned == [1, 2, 3, 4]

    await a.keeper.round()  # it was not dead, only late: it stops, and has nothing
    assert a.stopped == [1, 2, 3, 4] and a.owned == [] and a.keeper.replaced == 1
    await a.keeper.round()
    assert a.owned == [] and b.owned == [1, 2, 3, 4]


async def test_a_process_that_comes_back_on_its_folder_has_its_cameras_at_once(database: Database) -> None:
    await add_cameras(database, 2)
    first = await Bench(database, "a").join()
    again = await Bench(database, "a").join()
    assert again.owned == [1, 2]
    with pytest.raises(WorkerNameTaken):  # the one before is told to end, should it still live
        await Bench(database, "a", host="elsewhere").join()
    assert first.keeper.owned


async def test_a_clean_stop_gives_all_back_at_once(database: Database) -> None:
    await add_cameras(database, 4)
    a, b = await Bench(database, "a", cameras=4).join(), await Bench(database, "b", cameras=4).join()
    await a.keeper.leave()
    await b.keeper.round()
    assert b.owned == [1, 2, 3, 4] and a.owned == []


async def test_who_joins_later_gets_a_fair_share_slowly(database: Database) -> None:
    await add_cameras(database, 40)
    a = await Bench(database, "a").join()
    b = await Bench(database, "b").join()
    await a.keeper.round()
    assert len(a.owned) == 38 and a.stopped == [39, 40]
    for _ in range(20):
        await b.keeper.round()
        await a.keeper.round()
    assert (len(a.owned), len(b.owned)) == (20, 20)
    assert len(a.stopped) == 20 and b.stopped == []


async def test_an_outage_stops_nothing_before_the_lease_ends_and_everything_then(database: Database) -> None:
    await add_cameras(database, 4)
    a = await Bench(database, "a", cameras=2, overlap_s=5).join()
    await Bench(database, "b", cameras=2).join()
    async with running(a):
        await until(lambda: a.clock.sleepers >= 2)
        await a.keeper.round()  # it knows of the other now
        await database.close()
        a.stopped.clear()
        stop_without_database(a)
        await a.clock.advance(19.9)
        assert a.owned == [1, 2] and a.stopped == []
        await a.clock.advance(0.2)
        assert a.owned == [] and a.stopped == [1, 2] and a.keeper.ran_out == 1

        await database.open()  # nobody has taken them meanwhile
        await a.clock.advance(10)
        await until(lambda: a.owned == [1, 2])
        assert a.keeper.replaced == 0


async def test_a_worker_that_knows_of_no_other_goes_on_through_a_long_outage(database: Database) -> None:
    await add_cameras(database, 2)
    a = await Bench(database, "a").join()
    async with running(a):
        await until(lambda: a.clock.sleepers >= 2)
        await database.close()
        stop_without_database(a)
        await a.clock.advance(7200)
        assert a.owned == [1, 2] and a.stopped == []
        await database.open()
        await pass_time(database, 7200)
        await a.clock.advance(10)
        await until(lambda: a.clock.sleepers >= 2)
        assert a.owned == [1, 2] and a.stopped == [] and a.keeper.replaced == 0


def stop_without_database(bench: Bench) -> None:
    async def stop(camera_ids: Set[CameraId]) -> None:
        bench.stopped += sorted(camera_ids)

    bench.keeper._stop = stop


async def test_what_others_know_of_a_worker(database: Database) -> None:
    await add_cameras(database, 3)
    a = await Bench(database, "a", cameras=2).join()
    await a.keeper.round()
    async with database.connection() as connection:
        (facts,) = await store.workers(connection)
    assert (facts.name, facts.cameras, facts.capacity, facts.live, facts.lag) == ("a", 2, 2, True, 0.25)
    await pass_time(database, 16)
    async with database.connection() as connection:
        (facts,) = await store.workers(connection)
    assert not facts.live and 16 <= facts.silent_s < 60


async def test_one_process_at_a_time_has_its_turn_and_the_next_has_it_after_its_end(
    database: Database, database_url: str
) -> None:
    clock = ManualClock()
    first, second = (Turn(database=database, clock=clock) for _ in range(2))
    one = asyncio.create_task(first.run())
    await until(first.is_mine)
    two = asyncio.create_task(second.run())
    await until(lambda: clock.sleepers == 2)
    assert not second.is_mine()
    one.cancel()
    await asyncio.gather(one, return_exceptions=True)
    assert not first.is_mine()
    await clock.advance(EVERY_S)
    await until(second.is_mine)
    two.cancel()
    await asyncio.gather(two, return_exceptions=True)


async def test_taking_and_reading_do_not_look_at_thousands(database: Database) -> None:
    await add_cameras(database, 20_000)
    async with database.transaction() as connection:
        await store.join(
            connection, name="a", host="h", folder="f", capacity=64, version="1", lease_s=15,
            session=uuid4(),
        )  # fmt: skip
        await store.take(connection, "a", 64)
        await connection.execute("analyze camera_lease")
        taking = await connection.fetch(f"explain {store.TAKE}".replace("$1", "'a'").replace("$2", "64"))
        reading = await connection.fetch(f"explain {store.OWNED}".replace("$1", "'a'"))
    assert any("camera_lease_free" in row[0] for row in taking), taking
    assert not any("Seq Scan on camera_lease" in row[0] for row in taking), taking
    assert any("camera_lease_worker" in row[0] for row in reading), reading
