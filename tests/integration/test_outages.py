"""Alerts about cameras on a real Postgres: one network fault is one alert, whatever restarts in between, and it ends by itself."""

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from alerts import store
from alerts.alert import Alert, AlertId
from alerts.capture import SYSTEM
from alerts.lifecycle import Lifecycle
from alerts.notification import Notification
from alerts.outages import store as outage_store
from alerts.outages.settings import OutageSettings
from alerts.outages.watch import OutageWatch
from runtime.database import Database
from tests.fakes.clock import ManualClock
from tests.fakes.conditions import Seen
from tests.fakes.events import add_camera

ALERT = AlertId(1)


class House:
    """A district of two communities with rooms, its cameras, and what watches over them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock()
        self.seen = Seen(database, self.clock)
        self.watch = self._watch()
        self.lifecycle = Lifecycle(database=database, clock=self.clock)

    def _watch(self) -> OutageWatch:
        return OutageWatch(database=self.database, clock=self.clock, settings=OutageSettings())

    async def build(self, cameras: int) -> None:
        """Rooms: 1 of the first community, 2 of the second, 3 of the district; cameras in turn in both, one network."""
        async with self.database.connection() as connection:
            await connection.execute(
                """
                insert into unit (level, name) values ('district', '江岸区');
                update unit set parent_id = 2 where id = 1;
                insert into unit (parent_id, level, name) values (2, 'community', '另一社区');
                insert into room (unit_id, name) values (3, '另一值班室'), (2, '区值班室');
                """
            )
            await connection.execute(
                "insert into camera (unit_id, name, address)"
                " select 1 + 2 * (n % 2), n || ' 号', '10.1.2.' || n from generate_series(1, $1::int) n",
                cameras,
            )

    async def see(self, cameras: Sequence[int], state: str, *causes: str) -> None:
        for number in cameras:
            self.seen.note(number, state, *causes)
        await self.seen.write()

    async def go_on(self, seconds: float, *, every_s: float = 1.0) -> None:
        for _ in range(int(seconds / every_s)):
            await self.clock.advance(every_s)
            await self.watch.look()

    async def restart(self, away_s: float = 60) -> None:
        """Killed, and started again: nobody looked meanwhile."""
        await self.seen.log._beat()
        await self.clock.advance(away_s)
        self.seen = Seen(self.database, self.clock)
        self.watch = self._watch()
        await self.seen.write()

    async def alerts(self) -> list[Alert]:
        async with self.database.connection() as connection:
            rows = await connection.fetch("select id from alert order by id")
            found = [await store.alert(connection, AlertId(row["id"])) for row in rows]
        return [alert for alert in found if alert is not None]

    async def the_alert(self) -> Alert:
        (alert,) = await self.alerts()
        return alert

    async def told(self, room_id: int) -> list[Notification]:
        async with self.database.connection() as connection:
            return await store.notifications_after(connection, room_id, 0, limit=100)


@pytest.fixture
async def house(database: Database) -> House:
    return House(database)


async def test_two_hundred_cameras_that_lose_their_network_are_one_alert_and_their_return_ends_it(
    house: House,
) -> None:
    await house.build(200)
    everyone = range(1, 201)
    await house.see(everyone, "live")
    await house.clock.advance(100)
    for first in range(1, 201, 50):  # their connections end within four seconds
        await house.see(range(first, first + 50), "offline", "unreachable")
        await house.go_on(1)
    await house.go_on(2)
    alert = await house.the_alert()
    assert (alert.kind, alert.severity, alert.state) == ("camera_offline", "minor", "raised")
    assert alert.outage == {
        "cameras": 200,
        "most": 200,
        "unit_id": 2,
        "unit_name": "江岸区",
        "network": "10.1.2.0/24",
        "states": ["offline"],
        "causes": ["unreachable"],
    }
    for room in (1, 2, 3):  # whoever watches any of them, and whoever watches over all of them
        assert [each.kind for each in await house.told(room)] == ["raised"]

    await house.restart()
    await house.go_on(40)
    assert (await house.the_alert()).state == "raised"
    await house.see(everyone, "never_connected")
    await house.go_on(40)
    assert [each.kind for each in await house.told(1)] == ["raised"]

    for first in range(1, 201, 100):
        await house.see(range(first, first + 100), "live")
        await house.go_on(20)
    await house.go_on(15)
    alert = await house.the_alert()
    assert (alert.state, alert.taken_by) == ("resolved", SYSTEM)
    assert alert.note and alert.outage is not None
    assert (alert.outage["cameras"], alert.outage["most"]) == (0, 200)
    for room in (1, 2, 3):
        told = await house.told(room)
        assert [(each.seq, each.kind) for each in told] == [(1, "raised"), (2, "eased"), (3, "resolved")]
    async with house.database.connection() as connection:
        history = await store.transitions_of(connection, ALERT)
    assert [(line["verb"], line["author"]) for line in history] == [("raise", SYSTEM), ("recover", SYSTEM)]


async def test_a_camera_of_one_room_is_told_to_that_room_alone(house: House) -> None:
    await house.build(4)
    await house.see([2], "frozen", "no_change")
    await house.go_on(6)
    alert = await house.the_alert()
    assert (alert.kind, alert.camera_id) == ("camera_blind", 2)
    assert alert.outage is not None
    assert (alert.outage["unit_name"], alert.outage["network"]) == ("示范社区", None)
    assert [len(await house.told(room)) for room in (1, 2, 3)] == [1, 0, 0]


async def test_an_outage_that_spreads_tells_the_rooms_that_it_reaches(house: House) -> None:
    await house.build(6)
    await house.see([2], "offline")
    await house.go_on(6)
    await house.see([1, 3], "offline")
    await house.go_on(6)
    alert = await house.the_alert()
    assert alert.outage is not None and alert.outage["cameras"] == 3
    assert [[each.kind for each in await house.told(room)] for room in (1, 2, 3)] == [
        ["raised", "repeated"],
        ["repeated"],
        ["repeated"],
    ]


async def test_what_people_have_ended_is_not_told_again_until_the_camera_was_back(house: House) -> None:
    await house.build(2)
    await house.see([1], "offline")
    await house.go_on(6)
    await house.lifecycle.apply("dismiss", ALERT, author="王芳", room_id=1, note="检修")
    await house.go_on(200, every_s=10)
    assert (await house.the_alert()).state == "dismissed"
    await house.see([1], "live")
    await house.go_on(40)
    assert (await house.the_alert()).note == "检修"
    await house.see([1], "offline")
    await house.go_on(6)
    assert [alert.state for alert in await house.alerts()] == ["dismissed", "raised"]


async def test_an_alert_that_somebody_has_taken_ends_by_itself_and_keeps_who_and_what(house: House) -> None:
    await house.build(2)
    await house.see([2], "offline")
    await house.go_on(6)
    await house.lifecycle.apply("acknowledge", ALERT, author="王芳", room_id=1, note="已报修")
    await house.see([2], "live")
    await house.go_on(40)
    alert = await house.the_alert()
    assert (alert.state, alert.taken_by, alert.note) == ("resolved", "王芳", "已报修")
    assert [each.kind for each in await house.told(1)] == ["raised", "acknowledged", "resolved"]


async def test_what_lasts_is_major(house: House) -> None:
    await house.build(2)
    await house.see([2], "offline")
    await house.go_on(1900, every_s=100)
    alert = await house.the_alert()
    assert (alert.severity, [each.kind for each in await house.told(1)]) == ("major", ["raised", "repeated"])


async def test_a_degraded_camera_raises_nothing(house: House) -> None:
    await house.build(2)
    await house.see([1], "degraded", "low_fps")
    await house.go_on(30)
    assert await house.alerts() == []


async def test_a_camera_that_is_switched_off_leaves_and_its_alert_ends(house: House) -> None:
    await house.build(2)
    await house.see([1], "offline")
    await house.go_on(6)
    async with house.database.connection() as connection:
        await connection.execute("update camera set enabled = false where id = 1")
    house.seen.log.unwatched(1, "main")  # type: ignore[arg-type]
    await house.seen.log.write()
    await house.go_on(1)
    assert (await house.the_alert()).state == "resolved"


async def test_a_start_gives_cameras_time_and_new_ones_more(house: House) -> None:
    await house.build(4)
    await house.see([1], "live")
    await house.restart()
    await house.see([1, 2], "never_connected")
    await house.go_on(29)
    assert await house.alerts() == []
    await house.go_on(2)  # seen before the restart: it should be back
    assert (await house.the_alert()).camera_id == 1
    await house.see([2], "never_connected", "refused")  # another cause is no new beginning
    await house.go_on(265)
    assert len(await house.alerts()) == 1
    await house.go_on(10)
    assert [alert.camera_id for alert in await house.alerts()] == [1, 2]


async def test_two_servers_that_decide_at_once_raise_one_alert(house: House) -> None:
    await house.build(20)
    await house.see(range(1, 21), "offline")
    await house.clock.advance(6)
    await asyncio.gather(*(house._watch().look() for _ in range(4)))
    alert = await house.the_alert()
    assert alert.outage is not None and alert.outage["cameras"] == 20
    assert len(await house.told(1)) == 1


async def test_the_database_refuses_a_camera_in_two_outages(house: House) -> None:
    await house.build(2)
    await house.see([1], "offline")
    await house.go_on(6)
    async with house.database.connection() as connection:
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(
                """
                with other as (
                    insert into alert (camera_id, kind, severity, state, raised_at, last_event_at, facts, outage)
                    select camera_id, kind, severity, state, raised_at, last_event_at, facts, outage from alert
                    returning id, kind
                )
                insert into outage_camera (alert_id, camera_id, kind, joined_at) select id, 1, kind, now() from other
                """
            )


async def test_the_cameras_of_an_alert_are_listed_in_pages(house: House) -> None:
    await house.build(5)
    await house.see([1, 3, 5], "offline", "refused")
    await house.go_on(6)
    async with house.database.connection() as connection:
        first = await outage_store.cameras_of(connection, ALERT, after=0, limit=2)
        rest = await outage_store.cameras_of(connection, ALERT, after=3, limit=2)
    assert [(row["id"], row["state"], row["causes"]) for row in first + rest] == [
        (number, "offline", ["refused"]) for number in (1, 3, 5)
    ]


async def test_people_s_alerts_of_the_same_camera_stay_apart(house: House, database: Database) -> None:
    async with database.connection() as connection:
        await add_camera(connection)
    await house.see([1], "frozen")
    await house.go_on(6)
    await house.see([1], "offline")
    await house.go_on(6)
    assert [alert.kind for alert in await house.alerts()] == ["camera_blind", "camera_offline"]
