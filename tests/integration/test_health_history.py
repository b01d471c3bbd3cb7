"""Health over HTTP on a real Postgres: how cameras are, how one was, and how much of a month they could be seen."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.database import Database
from runtime.vault import Vault
from tests.fakes.clock import ManualClock
from tests.fakes.conditions import Seen
from tests.fakes.registry_client import registry_client
from vms.cameras.draft import CameraDraft
from vms.cameras.registry import Registry

#: a month that begins as the test does: a share of it is a share of the test
START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = 86_400.0


class House:
    def __init__(
        self, database: Database, registry: Registry, client: httpx.AsyncClient, clock: ManualClock
    ) -> None:
        self.database = database
        self.registry = registry
        self.client = client
        self.clock = clock
        self.seen = Seen(database, clock)

    async def add(self, name: str, unit: str | None = None, *, sub: bool = False) -> int:
        camera = await self.registry.register(
            CameraDraft(
                name=name, url="rtsp://10.0.0.5/m", sub_url="rtsp://10.0.0.5/s" if sub else None, unit=unit
            ),
            probe=False,
        )
        async with self.database.connection() as connection:
            await connection.execute("update camera set created_at = $1", START - timedelta(days=400))
        return camera.id

    async def see(self, camera_id: int, state: str, *causes: str, day: float, profile: str = "main") -> None:
        self.seen.note(camera_id, state, *causes, profile=profile, at=START + timedelta(days=day))

    async def until(self, day: float) -> None:
        """It is that day, and the server has watched all the time."""
        await self.seen.write()
        await self.clock.advance((START + timedelta(days=day) - self.clock.now()).total_seconds())
        await self.seen.log._beat()

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.client.get(f"/api/v1{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    clock = ManualClock(START)
    registry = Registry(database=database, vault=Vault.open(tmp_path / "key"))
    async with registry_client(database, registry, clock=clock) as client:
        yield House(database, registry, client, clock)


async def test_a_month_is_counted_by_unit_and_by_cause_without_what_nobody_watched(house: House) -> None:
    await house.registry.units.add(name="第一网格", level="grid", parent_id=1, code=None, author="王")  # type: ignore[arg-type]
    good, bad = await house.add("好"), await house.add("坏", "第一网格", sub=True)
    await house.see(good, "live", day=-5)
    await house.see(bad, "live", day=0)
    await house.see(bad, "live", day=0, profile="sub")
    await house.see(bad, "offline", "unreachable", day=2)
    await house.see(bad, "frozen", "no_change", day=3, profile="sub")  # at the same time: it counts once
    await house.see(bad, "live", day=4)
    await house.see(bad, "degraded", "low_fps", day=5, profile="sub")
    await house.until(8)
    found = await house.get("/health/availability", month="2026-11")
    assert found["total"] == {
        "cameras": 2,
        "seen_share": round(1 - 3 / 16, 6),
        "watched_s": 16 * DAY,
        "down_s": 3 * DAY,
        "degraded_s": 3 * DAY,
        "unwatched_s": 0.0,
    }
    assert [(each["state"], each["cause"], each["seconds"]) for each in found["downtime"]] == [
        ("frozen", "no_change", 2 * DAY),
        ("offline", "unreachable", 2 * DAY),
    ]
    assert [each["name"] for each in found["worst"]] == ["坏"]
    (unit,) = found["units"]
    assert (unit["path"], unit["cameras"]) == ("示范社区", 2)
    below = await house.get("/health/availability", unit=1, month="2026-11")
    assert [(each["path"], each["cameras"], each["down_s"]) for each in below["units"]] == [
        ("示范社区", 1, 0.0),
        ("示范社区/第一网格", 1, 3 * DAY),
    ]
    assert below["unit"]["seen_share"] == found["total"]["seen_share"]
    alone = await house.get("/health/availability", camera=good)
    assert (alone["total"]["watched_s"], alone["total"]["seen_share"]) == (8 * DAY, 1.0)


async def test_what_nobody_watched_is_stated_and_counts_for_nothing(house: House) -> None:
    camera = await house.add("东口")
    await house.see(camera, "live", day=0)
    await house.until(2)
    await house.seen.log.close()
    await house.clock.advance(2 * DAY)
    house.seen = Seen(house.database, house.clock)
    await house.see(camera, "offline", day=4)
    await house.until(6)
    found = (await house.get("/health/availability"))["total"]
    assert (found["watched_s"], found["down_s"], found["unwatched_s"]) == (4 * DAY, 2 * DAY, 2 * DAY)
    assert found["seen_share"] == 0.5


async def test_a_server_that_died_says_nothing_of_the_time_since(house: House) -> None:
    camera = await house.add("东口")
    await house.see(camera, "live", day=0)
    await house.until(2)
    await house.clock.advance(3 * DAY)  # no beat
    found = (await house.get("/health/availability"))["total"]
    assert (found["watched_s"], found["unwatched_s"]) == (2 * DAY, 3 * DAY)


async def test_history_goes_along_when_units_move_and_merge(house: House) -> None:
    units = house.registry.units
    first = await units.add(name="甲街道", level="street", parent_id=None, code=None, author="王")
    other = await units.add(name="乙街道", level="street", parent_id=None, code=None, author="王")
    camera = await house.add("东口", "甲街道")
    await house.see(camera, "live", day=0)
    await house.see(camera, "black", "dark", day=1)
    await house.until(4)
    await units.merge(first.id, other.id, author="王")
    for asked in (first.id, other.id):
        found = await house.get("/health/availability", unit=asked)
        assert (found["unit"]["path"], found["unit"]["down_s"]) == ("乙街道", 3 * DAY)
    answer = await house.client.get("/api/v1/health/availability", params={"unit": 999})
    assert (answer.status_code, answer.json()["code"]) == (404, "unit_id_unknown")


async def test_whatever_happens_the_sums_are_those_of_a_clerk_with_a_pencil(house: House) -> None:
    """Two streams at random, counted hour by hour."""
    draw = random.Random(5)
    house.seen.log._pending._most = 999
    camera = await house.add("东口", sub=True)
    hours: dict[str, list[str | None]] = {}
    for profile in ("main", "sub"):
        now: str | None = None
        hours[profile] = []
        for hour in range(24 * 20):
            if draw.random() < 0.2:
                new = draw.choice([None, "live", "live", "degraded", "offline", "black"])
                at = START + timedelta(hours=hour)
                if new is not None and new != now:
                    house.seen.note(camera, new, profile=profile, at=at)
                elif new is None and now is not None:
                    house.clock = ManualClock(at)
                    house.seen.log._clock = house.clock
                    house.seen.log.unwatched(camera, profile)  # type: ignore[arg-type]
                now = new
            hours[profile].append(now)
    house.seen.log._clock = house.clock = ManualClock(START + timedelta(days=20))
    await house.seen.write()
    house.client._transport.app.state.parts.history._clock = house.clock  # type: ignore[attr-defined]
    both = list(zip(hours["main"], hours["sub"], strict=True))
    down = sum(any(each in ("offline", "black") for each in pair) for pair in both)
    found = (await house.get("/health/availability", camera=camera))["total"]
    assert found["watched_s"] == 3600 * sum(pair != (None, None) for pair in both)
    assert found["down_s"] == 3600 * down
    assert found["degraded_s"] == 3600 * sum(
        "degraded" in pair and not {"offline", "black"} & {*pair} for pair in both
    )


async def test_the_history_of_a_camera_comes_in_pages_newest_first(house: House) -> None:
    camera = await house.add("东口", sub=True)
    for day in range(5):
        for profile in ("main", "sub"):
            await house.see(camera, "live" if day % 2 else "offline", day=day, profile=profile)
    await house.until(6)
    seen, query = [], {}
    while True:
        page = await house.get(f"/cameras/{camera}/health", limit=3, **query)
        seen += [(each["since"], each["profile"]) for each in page["conditions"]]
        if page["next"] is None:
            break
        query = {"cursor": page["next"]}
    assert len(seen) == 10
    assert seen == sorted(seen, reverse=True)
    assert page["conditions"][-1]["until"] is not None
    for cursor in ("x", "2026-99-99T00:00:00.000000Z~main", "9" * 500):
        answer = await house.client.get(f"/api/v1/cameras/{camera}/health", params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid"), cursor
    answer = await house.client.get("/api/v1/cameras/99/health")
    assert answer.json()["code"] == "camera_unknown"


async def test_a_page_of_health_is_filtered_by_unit_state_and_cause(house: House) -> None:
    await house.registry.units.add(name="第一网格", level="grid", parent_id=1, code=None, author="王")  # type: ignore[arg-type]
    for name, unit in (("甲", None), ("乙", "第一网格"), ("丙", "第一网格")):
        await house.add(name, unit)
    await house.see(1, "offline", "refused", day=0)
    await house.see(2, "offline", "unreachable", day=0)
    await house.see(3, "degraded", "packet_loss", "low_fps", day=0)
    await house.until(1)

    async def named(**query: Any) -> list[str]:
        return [camera["name"] for camera in (await house.get("/health/cameras", **query))["cameras"]]

    assert await named() == ["甲", "乙", "丙"]
    assert await named(state="offline") == ["甲", "乙"]
    assert await named(state="offline", unit=2) == ["乙"]
    assert await named(cause="low_fps") == ["丙"]
    assert await named(cause="refused", state="degraded") == []
    page = await house.get("/health/cameras", limit=1)
    assert (page["cameras"][0]["state"], page["next"]) == ("offline", "1")
    assert page["cameras"][0]["streams"][0]["causes"] == ["refused"]
