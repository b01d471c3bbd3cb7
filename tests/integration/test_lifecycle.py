"""What people do with an alert, on a real Postgres: one wins, the other is told who, and the rooms are told both."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from alerts import store
from alerts.alert import AlertId
from alerts.capture import Capture
from alerts.errors import AlertAlreadyTaken, AlertTransitionRefused, AlertUnknown, RoomUnknown
from alerts.journal import Journal
from alerts.lifecycle import Lifecycle
from runtime.clock import SystemClock
from runtime.database import Database
from tests.fakes.events import PICTURES, add_camera, fall_event

ALERT = AlertId(1)


@pytest.fixture
async def lifecycle(database: Database, tmp_path: Path) -> Lifecycle:
    """With one raised alert."""
    async with database.connection() as connection:
        camera = await add_camera(connection)
    capture = Capture(
        database=database, journal=Journal(tmp_path / "journal", capacity=5), clock=SystemClock()
    )
    await capture.submit(fall_event(camera), PICTURES)
    return Lifecycle(database=database, clock=SystemClock())


async def test_an_alert_goes_from_raised_to_resolved_with_a_line_for_each_step(
    database: Database, lifecycle: Lifecycle
) -> None:
    await lifecycle.apply("acknowledge", ALERT, author="王芳", room_id=1)
    await lifecycle.apply("dispatch", ALERT, author="王芳", room_id=1, note="网格员李明已出发")
    alert = await lifecycle.apply("resolve", ALERT, author="李明", room_id=1, note="已送医")
    assert (alert.state, alert.taken_by, alert.note) == ("resolved", "王芳", "已送医")
    assert alert.ended_at is not None
    async with database.connection() as connection:
        history = await store.transitions_of(connection, ALERT)
        told = await store.notifications_after(connection, 1, 0, limit=10)
    assert [(line["verb"], line["author"]) for line in history] == [
        ("raise", "system"),
        ("acknowledge", "王芳"),
        ("dispatch", "王芳"),
        ("resolve", "李明"),
    ]
    assert [n.kind for n in told] == ["raised", "acknowledged", "dispatched", "resolved"]
    assert [n.seq for n in told] == [1, 2, 3, 4]


async def test_two_people_press_at_once_one_wins_and_the_other_is_told_who(
    database: Database, lifecycle: Lifecycle
) -> None:
    outcomes = await asyncio.gather(
        *(lifecycle.apply("acknowledge", ALERT, author=name, room_id=1) for name in ("王芳", "李明", "赵强")),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, AlertAlreadyTaken)]
    assert len(refused) == 2
    async with database.connection() as connection:
        alert = await store.alert(connection, ALERT)
    assert alert is not None
    assert {error.context["taken_by"] for error in refused} == {alert.taken_by}


async def test_a_verb_that_the_state_does_not_allow_is_refused_in_words(lifecycle: Lifecycle) -> None:
    await lifecycle.apply("dismiss", ALERT, author="王芳", room_id=1, note="是影子")
    with pytest.raises(AlertTransitionRefused, match="is dismissed"):
        await lifecycle.apply("resolve", ALERT, author="王芳", room_id=1)


async def test_an_unknown_alert_or_room_is_named(lifecycle: Lifecycle) -> None:
    with pytest.raises(AlertUnknown, match="no alert 77"):
        await lifecycle.apply("acknowledge", AlertId(77), author="王芳", room_id=1)
    with pytest.raises(RoomUnknown, match="no room 9"):
        await lifecycle.apply("acknowledge", ALERT, author="王芳", room_id=9)


async def test_the_database_refuses_a_transition_that_is_not_in_the_table(
    database: Database, lifecycle: Lifecycle
) -> None:
    async with database.connection() as connection:
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await connection.execute(
                "insert into transition (alert_id, from_state, verb, to_state, author, at)"
                " values (1, 'resolved', 'acknowledge', 'acknowledged', '王芳', now())"
            )


async def test_the_database_refuses_a_second_open_alert(database: Database, lifecycle: Lifecycle) -> None:
    async with database.connection() as connection:
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(
                "insert into alert (camera_id, kind, severity, state, raised_at, last_event_at, facts)"
                " select camera_id, kind, severity, state, raised_at, last_event_at, facts from alert"
            )


async def test_the_database_refuses_an_alert_that_is_taken_by_nobody(
    database: Database, lifecycle: Lifecycle
) -> None:
    async with database.connection() as connection:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("update alert set state = 'acknowledged'")
