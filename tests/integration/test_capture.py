"""From an event to an alert, on a real Postgres: everything in one transaction, once, and through an outage."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from alerts import store
from alerts.alert import AlertId
from alerts.capture import Capture
from alerts.journal import Journal
from alerts.lifecycle import Lifecycle
from detectors.event import Curve, Event, Level, Pictures
from runtime.clock import SystemClock
from runtime.database import Database, DatabaseUnavailable
from tests.fakes.events import NOON, PICTURES, add_camera, crowd_event, fall_event
from tests.fakes.wait import until


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", capacity=5)


@pytest.fixture
def capture(database: Database, journal: Journal) -> Capture:
    return Capture(database=database, journal=journal, clock=SystemClock())


async def camera_in(database: Database) -> int:
    async with database.connection() as connection:
        return await add_camera(connection)


async def table(database: Database, query: str) -> list[tuple[object, ...]]:
    async with database.connection() as connection:
        return [tuple(row) for row in await connection.fetch(query)]


class Unreachable(Database):
    """A database that is away until it is told to be back."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.away = True

    def transaction(self):  # type: ignore[no-untyped-def]
        if self.away:
            raise DatabaseUnavailable(reason="switched off by the test")
        return super().transaction()


async def test_a_fall_raises_one_alert_with_its_picture_and_tells_the_room(
    database: Database, capture: Capture
) -> None:
    camera = await camera_in(database)
    await capture.submit(fall_event(camera), PICTURES)

    alerts = await table(database, "select kind, state, severity, event_count, raised_at from alert")
    assert alerts == [("fall", "raised", "critical", 1, NOON)]
    assert await table(database, "select jpeg from snapshot") == [(PICTURES.snapshot,)]
    assert await table(database, "select from_state, verb, to_state, author from transition") == [
        ("none", "raise", "raised", "system")
    ]
    async with database.connection() as connection:
        told = await store.notifications_after(connection, 1, 0, limit=10)
    assert [(n.seq, n.kind) for n in told] == [(1, "raised")]
    assert told[0].alert["camera"] == {"id": camera, "name": "东口"}
    assert told[0].alert["snapshot_url"] == "/api/v1/alerts/1/snapshot.jpg"


async def test_a_second_event_joins_the_open_alert_and_keeps_its_first_picture(
    database: Database, capture: Capture
) -> None:
    camera = await camera_in(database)
    await capture.submit(crowd_event(camera), PICTURES)
    later = crowd_event(
        camera, occurred_at=NOON + timedelta(seconds=30), measurements={"count": 20.0, "limit": 8.0}
    )
    await capture.submit(later, Pictures(snapshot=b"another picture"))

    assert await table(database, "select event_count, last_event_at, facts from alert") == [
        (2, NOON + timedelta(seconds=30), {"score": 0.8, "count": 20.0, "limit": 8.0})
    ]
    assert await table(database, "select jpeg from snapshot") == [(PICTURES.snapshot,)]
    assert await table(database, "select seq, kind from notification order by seq") == [
        (1, "raised"),
        (2, "repeated"),
    ]


def crowd(camera: int, level: Level, *, after_s: float = 0, rising: bool = True) -> Event:
    return crowd_event(camera, level=level, rising=rising, occurred_at=NOON + timedelta(seconds=after_s))


async def test_an_event_keeps_why_it_was_stated_and_its_strip(database: Database, capture: Capture) -> None:
    curve = Curve(name="height", at_s=(1.0, 1.125), values=(1.0, None), limit=0.62)
    event = fall_event(await camera_in(database), curves=(curve,))
    await capture.submit(event, PICTURES)
    assert await table(database, "select level, rising, curves from event") == [
        (None, True, [{"name": "height", "at_s": [1.0, 1.125], "values": [1.0, None], "limit": 0.62}])
    ]
    assert await table(database, "select event_id, jpeg from event_strip") == [(event.id, PICTURES.strip)]


async def test_one_crowd_is_one_alert_that_rises_and_eases(database: Database, capture: Capture) -> None:
    camera = await camera_in(database)
    steps: list[tuple[Level, bool]] = [
        ("crowded", True),
        ("dangerous", True),
        ("crowded", False),
        ("clear", False),
    ]
    seen = []
    for after_s, (level, rising) in enumerate(steps):
        await capture.submit(crowd(camera, level, after_s=after_s, rising=rising), PICTURES)
        seen += await table(database, "select level, severity, event_count from alert")
    assert seen == [
        ("crowded", "major", 1),
        ("dangerous", "critical", 2),
        ("crowded", "major", 3),
        ("clear", "minor", 4),
    ]
    told = await table(database, "select kind, alert->>'level' from notification order by seq")
    assert told == [
        ("raised", "crowded"),
        ("repeated", "dangerous"),
        ("eased", "crowded"),
        ("eased", "clear"),
    ]


async def test_a_crowd_that_eases_after_its_alert_ended_changes_and_tells_nothing(
    database: Database, capture: Capture
) -> None:
    camera = await camera_in(database)
    await capture.submit(crowd(camera, "crowded"), PICTURES)
    lifecycle = Lifecycle(database=database, clock=SystemClock())
    await lifecycle.apply("dismiss", AlertId(1), author="王芳", room_id=1, note="集市")
    before = await table(database, "select level, event_count from alert")
    await capture.submit(crowd(camera, "clear", after_s=9, rising=False), PICTURES)
    assert await table(database, "select level, event_count from alert") == before
    assert await table(database, "select kind from notification order by seq") == [
        ("raised",),
        ("dismissed",),
    ]
    # It is kept all the same, with the alert that it belongs to.
    assert await table(database, "select alert_id, level from event order by occurred_at") == [
        (1, "crowded"),
        (1, "clear"),
    ]


async def test_a_crowd_that_grows_again_after_its_alert_ended_raises_a_new_one(
    database: Database, capture: Capture
) -> None:
    camera = await camera_in(database)
    await capture.submit(crowd(camera, "crowded"), PICTURES)
    lifecycle = Lifecycle(database=database, clock=SystemClock())
    await lifecycle.apply("dismiss", AlertId(1), author="王芳", room_id=1, note="集市")
    await capture.submit(crowd(camera, "dangerous", after_s=9), PICTURES)
    assert await table(database, "select state, level from alert order by id") == [
        ("dismissed", "crowded"),
        ("raised", "dangerous"),
    ]


async def test_easing_of_what_was_never_raised_is_counted_and_raises_nothing(
    database: Database, capture: Capture
) -> None:
    await capture.submit(crowd(await camera_in(database), "clear", rising=False), PICTURES)
    assert capture.stats.refused == 1
    assert await table(database, "select count(*) from alert") == [(0,)]


async def test_a_crowd_from_the_journal_of_an_older_program_is_crowded(
    database: Database, capture: Capture
) -> None:
    await capture.submit(crowd_event(await camera_in(database), level=None), PICTURES)
    assert await table(database, "select level from alert") == [("crowded",)]


async def test_the_same_event_delivered_twice_counts_once(database: Database, capture: Capture) -> None:
    event = fall_event(await camera_in(database))
    await capture.submit(event, PICTURES)
    await capture.submit(event, PICTURES)
    assert await table(database, "select event_count from alert") == [(1,)]
    assert await table(database, "select count(*) from notification") == [(1,)]


async def test_another_kind_or_camera_is_another_alert(database: Database, capture: Capture) -> None:
    async with database.connection() as connection:
        east = await add_camera(connection, "东口")
        west = await add_camera(connection, "西口")
    for event in (fall_event(east), crowd_event(east), fall_event(west)):
        await capture.submit(event, PICTURES)
    assert await table(database, "select count(*) from alert") == [(3,)]


async def test_many_events_at_once_still_make_one_open_alert(database: Database, capture: Capture) -> None:
    camera = await camera_in(database)
    await asyncio.gather(*(capture.submit(fall_event(camera), PICTURES) for _ in range(20)))
    assert await table(database, "select event_count from alert") == [(20,)]
    assert await table(database, "select seq from notification order by seq") == [(n,) for n in range(1, 21)]


async def test_after_an_alert_is_resolved_the_next_fall_raises_a_new_one(
    database: Database, capture: Capture
) -> None:
    camera = await camera_in(database)
    await capture.submit(fall_event(camera), PICTURES)
    lifecycle = Lifecycle(database=database, clock=SystemClock())
    await lifecycle.apply("acknowledge", AlertId(1), author="王芳", room_id=1)
    await lifecycle.apply("resolve", AlertId(1), author="王芳", room_id=1, note="已送医")
    await capture.submit(fall_event(camera), PICTURES)
    assert await table(database, "select state from alert order by id") == [("resolved",), ("raised",)]


async def test_a_unit_without_a_room_tells_the_nearest_room_above(
    database: Database, capture: Capture
) -> None:
    async with database.connection() as connection:
        grid = await connection.fetchval(
            "insert into unit (parent_id, level, name) select id, 'grid', '第三网格' from unit returning id"
        )
        camera = await add_camera(connection, unit_id=grid)
    await capture.submit(fall_event(camera), PICTURES)
    assert await table(database, "select room_id from notification") == [(1,)]


async def test_an_event_during_an_outage_is_kept_on_disk_and_delivered_after_it(
    database_url: str, journal: Journal
) -> None:
    database = Unreachable(database_url)
    await database.open()
    camera = await camera_in(database)
    capture = Capture(database=database, journal=journal, clock=SystemClock())
    first, second = fall_event(camera), crowd_event(camera, occurred_at=NOON + timedelta(seconds=1))
    await capture.submit(first, PICTURES)
    await capture.submit(second, PICTURES)
    assert len(journal) == 2
    assert capture.stats.journalled == 2

    database.away = False
    delivery = asyncio.create_task(capture.run())
    await until(lambda: len(journal) == 0)
    delivery.cancel()
    assert await table(database, "select kind from alert order by id") == [("fall",), ("crowd",)]
    assert await table(database, "select jpeg from snapshot order by alert_id") == [(PICTURES.snapshot,)] * 2
    await database.close()


async def test_what_an_earlier_process_left_in_the_journal_is_delivered(
    database: Database, journal: Journal, capture: Capture
) -> None:
    journal.append(fall_event(await camera_in(database)), PICTURES)
    delivery = asyncio.create_task(capture.run())
    await until(lambda: len(journal) == 0)
    delivery.cancel()
    assert await table(database, "select count(*) from alert") == [(1,)]


async def test_an_event_of_a_camera_that_is_gone_is_set_aside_and_holds_up_nobody(
    database: Database, journal: Journal, capture: Capture, tmp_path: Path
) -> None:
    camera = await camera_in(database)
    journal.append(fall_event(999), PICTURES)
    journal.append(fall_event(camera, occurred_at=NOON + timedelta(seconds=1)), PICTURES)
    delivery = asyncio.create_task(capture.run())
    await until(lambda: len(journal) == 0)
    delivery.cancel()
    assert capture.stats.refused == 1
    assert len(list((tmp_path / "journal" / "refused").iterdir())) == 1
    assert await table(database, "select count(*) from alert") == [(1,)]


async def test_a_full_journal_counts_what_it_loses(database_url: str, journal: Journal) -> None:
    database = Unreachable(database_url)
    capture = Capture(database=database, journal=journal, clock=SystemClock())
    for _ in range(7):
        await capture.submit(fall_event(1), PICTURES)
    assert (capture.stats.journalled, capture.stats.lost) == (5, 2)
