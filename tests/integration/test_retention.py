"""Retention and holds on Postgres: what is over goes, what is held stays, and the books add up at every step."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from runtime.chain import BEGINNING, link
from runtime.database import Database
from streams import store as streams_store
from streams.camera import CameraId
from streams.errors import RecordingFailed
from streams.segment import Segment, VolumeId
from tests.fakes.clock import ManualClock
from tests.fakes.events import add_camera
from vms.holds.errors import (
    HoldCameraUnknown,
    HoldFieldMissing,
    HoldNeedsAnother,
    HoldRangeInvalid,
    HoldReleased,
    HoldUnknown,
)
from vms.holds.hold import NewHold
from vms.holds.holds import Holds
from vms.retention import retention as retention_module
from vms.retention import store
from vms.retention.report import deletion_report
from vms.retention.retention import Retention
from vms.retention.settings import RetentionSettings
from vms.segments import PostgresSegments

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class House:
    database: Database
    clock: ManualClock
    folder: Path
    volume_id: VolumeId
    camera: CameraId
    holds: Holds

    def retention(self, **settings: Any) -> Retention:
        return Retention(
            database=self.database,
            clock=self.clock,
            settings=RetentionSettings(**settings),
            volumes={self.volume_id: self.folder},
        )

    def segment(self, at: datetime, hours: float = 1.0, camera: CameraId | None = None) -> Segment:
        digest = hashlib.sha256(at.isoformat().encode()).digest()
        return Segment(
            camera_id=camera or self.camera,
            profile="main",
            volume_id=self.volume_id,
            run_id=UUID(int=1),
            start_at=at,
            end_at=at + timedelta(hours=hours),
            duration_s=hours * 3600,
            bytes=1000,
            codec="h264",
            width=1920,
            height=1080,
            sha256=digest,
            media_sha256=digest,
        )

    async def record(self, days: range, *, per_day: int = 4, camera: CameraId | None = None) -> None:
        """Files so many days ago, evenly over the day, with something on disk for each."""
        segments = PostgresSegments(self.database)
        for day in sorted(days, reverse=True):
            for number in range(per_day):
                at = NOW - timedelta(days=day) + timedelta(hours=24 / per_day * number)
                segment = self.segment(at, 24 / per_day, camera)
                await segments.add_segment(segment)
                file = self.folder / segment.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(b"x")

    async def left(self, camera: CameraId | None = None) -> list[datetime]:
        async with self.database.connection() as connection:
            rows = await connection.fetch(
                "select start_at from segment where camera_id = $1 order by 1", camera or self.camera
            )
        return [row["start_at"] for row in rows]

    def files(self) -> int:
        return len(list(self.folder.rglob("*.mp4")))

    async def check_books(self, recorded: int) -> None:
        """What was recorded is left or was deleted; each file has its row; the chain goes through all of it."""
        async with self.database.connection() as connection:
            rows = await connection.fetch("select * from segment where camera_id = $1", self.camera)
            gone = await connection.fetch("select * from deletion where camera_id = $1", self.camera)
            head = await connection.fetchrow("select * from segment_chain where camera_id = $1", self.camera)
            doomed = await connection.fetchval("select count(*) from doomed_file")
        kept = {each.seq: each for each in map(streams_store.chained_segment_of, rows)}
        bridges = {row["first_seq"]: row for row in gone}
        seq, last = 0, BEGINNING
        while seq < head["seq"]:
            if (row := bridges.get(seq + 1)) is not None:
                assert row["before_link"] == last
                seq, last = row["last_seq"], row["after_link"]
            else:
                each = kept.pop(seq + 1)
                assert each.link == link(last, each.segment.statement(each.seq))
                seq, last = each.seq, each.link
        assert (seq, last, kept) == (head["seq"], head["link"], {})
        assert len(rows) + sum(row["segments"] for row in gone) == recorded == head["seq"]
        report = await deletion_report(self.database, camera_id=self.camera)
        assert report["segments"] == sum(row["segments"] for row in gone)
        assert report["bytes"] == 1000 * sum(row["segments"] for row in gone)
        assert (self.files(), doomed) == (len(rows), 0)


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> House:
    clock = ManualClock(NOW)
    async with database.connection() as connection:
        camera = await add_camera(connection)
    volume_id = await PostgresSegments(database).volume("here", "recordings")
    return House(
        database=database,
        clock=clock,
        folder=tmp_path / "recordings",
        volume_id=volume_id,
        camera=camera,
        holds=Holds(database=database, clock=clock),
    )


def hold(house: House, from_days: float, to_days: float, **changes: Any) -> NewHold:
    values: dict[str, Any] = {
        "camera_ids": [house.camera],
        "start_at": NOW - timedelta(days=from_days),
        "end_at": NOW - timedelta(days=to_days),
        "reason": "交通事故",
        "owner": "王芳",
    }
    return NewHold(**{**values, **changes})


async def test_what_is_over_goes_and_what_is_held_stays(house: House) -> None:
    await house.record(range(20, 41))
    await house.holds.place(hold(house, 36.0, 35.0))
    swept = await house.retention(batch=7).sweep()
    left = await house.left()
    limit = NOW - timedelta(days=30)
    over = [at for at in left if at + timedelta(hours=6) <= limit]
    assert over == [NOW - timedelta(days=36) + timedelta(hours=6 * number) for number in range(-1, 4)]
    assert swept.segments == 21 * 4 - len(left)
    await house.check_books(21 * 4)
    assert (await house.retention().sweep()).segments == 0


async def test_a_year_is_thinned_in_bounded_steps_while_recording_goes_on(house: House) -> None:
    await house.record(range(1, 366), per_day=1)
    await house.holds.place(hold(house, 300, 290))
    retention = house.retention(batch=20)

    async def go_on() -> None:
        for number in range(20):
            segment = house.segment(NOW + timedelta(minutes=number), 1 / 60)
            (house.folder / segment.path).parent.mkdir(parents=True, exist_ok=True)
            (house.folder / segment.path).write_bytes(b"x")
            await PostgresSegments(house.database).add_segment(segment)

    swept, _ = await asyncio.gather(retention.sweep(), go_on())
    async with house.database.connection() as connection:
        largest = await connection.fetchval("select max(segments) from deletion")
        partitions = await connection.fetchval(
            "select count(*) from pg_inherits where inhparent = 'segment'::regclass"
        )
    assert largest <= 20
    assert swept.partitions > 300 and partitions == 365 + 1 - swept.partitions
    left = await house.left()
    assert len(left) == 20 + 30 + 11  # what goes on, a month, and what the hold touches
    await house.check_books(365 + 20)


async def test_the_sums_of_a_report_are_of_all_its_rows(house: House) -> None:
    assert (await deletion_report(house.database))["segments"] == 0
    for _ in range(3):
        await house.record(range(35, 36))
        await house.retention().sweep()
        await house.clock.advance(86_400)
    report = await deletion_report(house.database, limit=1)
    every = await deletion_report(house.database)
    assert len(report["deletions"]) == 1 and len(every["deletions"]) > 1  # type: ignore[arg-type]
    assert (report["segments"], report["bytes"]) == (every["segments"], every["bytes"])


async def test_a_longer_policy_keeps_more(house: House) -> None:
    await house.record(range(35, 45), per_day=1)
    async with house.database.connection() as connection:
        await connection.execute("update camera set retention_days = 40")
    await house.retention().sweep()
    assert min(await house.left()) == NOW - timedelta(days=40)


async def test_files_of_other_machines_are_left_to_them(house: House) -> None:
    await house.record(range(35, 37))
    other = Retention(
        database=house.database,
        clock=house.clock,
        settings=RetentionSettings(),
        volumes={VolumeId(99): house.folder},
    )
    assert (await other.sweep()).segments == 0
    assert house.files() == 8


async def test_an_alert_keeps_its_own_time_until_it_is_long_over(house: House) -> None:
    await house.record(range(150, 152))
    at = NOW - timedelta(days=151) + timedelta(hours=7)
    async with house.database.connection() as connection:
        await connection.execute(
            "insert into alert (camera_id, kind, severity, state, raised_at, last_event_at, facts)"
            " values ($1, 'fall', 'critical', 'raised', $2, $2, '{}')",
            house.camera,
            at,
        )
    await house.retention().sweep()
    assert await house.left() == [at - timedelta(hours=1)]
    async with house.database.connection() as connection:
        await connection.execute(
            "update alert set state = 'resolved', taken_by = 'a', taken_at = $1, ended_at = $1", NOW
        )
    await house.retention().sweep()
    assert len(await house.left()) == 1
    await house.clock.advance(91 * 86_400)
    await house.retention().sweep()
    assert await house.left() == []
    await house.check_books(8)


async def test_a_hold_that_expired_or_was_released_keeps_nothing(house: House) -> None:
    await house.record(range(40, 42))
    expiring = await house.holds.place(hold(house, 41, 40, expires_at=NOW + timedelta(days=1)))
    lasting = await house.holds.place(hold(house, 41.9, 40.1))
    await house.clock.advance(2 * 86_400)
    assert await house.holds.list() == [lasting]
    await house.retention().sweep()
    assert len(await house.left()) > 0
    await house.holds.release(lasting.id, author="王芳", reason="案件办结")
    assert [each.id for each in await house.holds.list(all=True)] == [lasting.id, expiring.id]
    await house.retention().sweep()
    assert await house.left() == []


async def test_a_full_disk_takes_the_oldest_first_and_nothing_below_its_minimum(house: House) -> None:
    async with house.database.connection() as connection:
        shop = await add_camera(connection, "商铺")
        await connection.execute(
            "update camera set place_category = 'private', retention_days = 60 where id = $1", shop
        )
        await connection.execute("update camera set retention_days = 90 where id = $1", house.camera)
    await house.record(range(25, 45), per_day=1)
    await house.record(range(1, 5), per_day=1, camera=shop)
    await house.holds.place(hold(house, 45, 43))
    retention = house.retention()
    # The camera of a public place keeps 30 days whatever comes; what is held stays; then the shop's go.
    assert await retention.free(3000) == 3000
    assert min(await house.left()) == NOW - timedelta(days=44)
    assert len(await house.left()) == 17
    freed = await retention.free(1 << 40)
    left = await house.left()
    over = [at for at in left if at + timedelta(days=1) <= NOW - timedelta(days=30)]
    assert over == [NOW - timedelta(days=44)]
    assert len(await house.left(shop)) == 1
    assert freed == 1000 * (17 - len(left) + 3)
    assert await retention.free(1 << 40) == 0


async def test_a_crash_between_the_steps_leaves_nothing_wrong(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.record(range(35, 37))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    retention = house.retention()
    with monkeypatch.context() as patched:
        patched.setattr(retention, "_unlink", crash)
        with pytest.raises(KeyboardInterrupt):
            await retention.sweep()
    assert (await house.left(), house.files()) == ([], 8)
    assert await house.retention().unlink_doomed() == 8
    assert house.files() == 0
    assert not house.folder.exists() or not any(house.folder.iterdir())
    await house.check_books(8)


async def test_a_hold_that_was_placed_is_never_broken(house: House) -> None:
    """Placed again and again while everything is being deleted: whatever was left when it was answered stays."""
    await house.record(range(32, 72), per_day=1)
    retention = house.retention(batch=1)
    kept: list[tuple[datetime, datetime]] = []

    async def place() -> None:
        for day in (68, 60, 52, 44, 36):
            placed = await house.holds.place(hold(house, day + 0.5, day - 0.5))
            there = [
                at
                for at in await house.left()
                if at < placed.end_at and at + timedelta(days=1) > placed.start_at
            ]
            kept.extend((at, placed.end_at) for at in there)

    await asyncio.gather(retention.sweep(), place())
    left = await house.left()
    assert {at for at, _ in kept} <= set(left)
    await house.check_books(40)


async def test_a_full_disk_gives_up_nothing_more_while_a_file_cannot_be_removed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.record(range(35, 45), per_day=1)
    monkeypatch.setattr(retention_module, "free_bytes", lambda _: 0)

    def stuck(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    retention = house.retention(pressure_bytes=1500)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", stuck)
        for _ in range(5):
            with pytest.raises(RecordingFailed):
                await retention.relieve()
        assert len(await house.left()) == 8
    assert await retention.relieve() == 8000
    assert house.files() == 0
    await house.check_books(10)


async def test_a_full_disk_takes_only_what_lies_on_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.record(range(35, 45), per_day=1)
    full = house.folder.parent / "full"
    full.mkdir()
    retention = Retention(
        database=house.database,
        clock=house.clock,
        settings=RetentionSettings(pressure_bytes=1000),
        volumes={VolumeId(99): full, house.volume_id: house.folder},
    )
    monkeypatch.setattr(retention_module, "free_bytes", lambda folder: 0 if folder == full else 1 << 40)
    assert await retention.relieve() == 0
    assert len(await house.left()) == 10


async def test_cameras_that_are_held_do_not_keep_a_full_disk_from_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_module, "_CAMERAS_AT_ONCE", 1)
    async with house.database.connection() as connection:
        other = await add_camera(connection, "商铺")
    await house.record(range(50, 52), per_day=1)
    await house.record(range(40, 42), per_day=1, camera=other)
    await house.holds.place(hold(house, 60, 45))
    assert await house.retention().free(1 << 40) == 2000
    assert (len(await house.left()), await house.left(other)) == (2, [])


async def test_a_day_that_got_a_file_after_all_is_not_dropped(house: House) -> None:
    """Found empty, but before it was dropped a file came, as recovery brings them late."""
    late = house.segment(NOW - timedelta(days=5))
    async with house.database.connection() as connection:
        await streams_store.make_partition(connection, late.start_at.date())
        (name,) = await store.empty_partitions(connection, NOW)
    await PostgresSegments(house.database).add_segment(late)
    async with house.database.transaction() as connection:
        assert not await store.drop_partition(connection, name)
    assert await house.left() == [late.start_at]


async def test_a_space_makes_nobody_another_person(house: House) -> None:
    placed = await house.holds.place(hold(house, 2, 1, owner=" 王芳 ", needs_other=True))
    assert placed.owner == "王芳"
    with pytest.raises(HoldNeedsAnother):
        await house.holds.release(placed.id, author="王芳", reason="x")


async def test_a_disk_that_is_not_mounted_loses_no_row(house: House, tmp_path: Path) -> None:
    await house.record(range(35, 37))
    away = tmp_path / "away"
    house.folder.rename(away)
    house.folder.mkdir()
    retention = house.retention()
    assert (await retention.sweep()).segments == 0
    assert await retention.free(1 << 40) == 0
    house.folder.rmdir()
    assert (await retention.sweep()).segments == 0
    away.rename(house.folder)
    assert len(await house.left()) == 8
    assert (await retention.sweep()).segments == 8
    await house.check_books(8)


async def test_old_conditions_are_forgotten(house: House) -> None:
    async with house.database.connection() as connection:
        await connection.execute("insert into watcher values ('vms', now())")
        for days in (500, 450, 100):
            await connection.execute(
                "insert into camera_condition (camera_id, profile, state, causes, since, until, watcher)"
                " values ($1, 'main', 'live', '{}', $2, $3, 'vms')",
                house.camera,
                NOW - timedelta(days=days),
                NOW - timedelta(days=days - 1),
            )
    assert (await house.retention().sweep()).conditions == 2


async def test_who_placed_and_who_released_is_in_the_audit(house: House) -> None:
    placed = await house.holds.place(hold(house, 2, 1, case_number="A-7", needs_other=True))
    with pytest.raises(HoldNeedsAnother):
        await house.holds.release(placed.id, author="王芳", reason="x")
    released = await house.holds.release(placed.id, author="李强", reason="案件办结")
    assert (released.released_by, released.released_at) == ("李强", NOW)
    with pytest.raises(HoldReleased):
        await house.holds.release(placed.id, author="李强", reason="x")
    async with house.database.connection() as connection:
        rows = await connection.fetch("select author, act, case_number from audit_entry order by seq")
    assert [tuple(row) for row in rows] == [("王芳", "hold.place", "A-7"), ("李强", "hold.release", "A-7")]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"camera_ids": []}, HoldFieldMissing),
        ({"reason": " "}, HoldFieldMissing),
        ({"owner": ""}, HoldFieldMissing),
        ({"camera_ids": [10**6]}, HoldCameraUnknown),
        ({"end_at": NOW - timedelta(days=9)}, HoldRangeInvalid),
        ({"expires_at": NOW}, HoldRangeInvalid),
    ],
)
async def test_what_is_no_hold_is_refused(
    house: House, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await house.holds.place(hold(house, 2, 1, **changes))
    assert await house.holds.list(all=True) == []
    with pytest.raises(HoldUnknown):
        await house.holds.release(1, author="a", reason="b")


@pytest.mark.parametrize(
    "statement",
    [
        "delete from hold",
        "update hold set end_at = end_at + interval '1 day'",
        "delete from hold_camera",
        "update hold set released_at = now(), released_by = owner, release_reason = 'x'",
    ],
)
async def test_the_database_keeps_holds(house: House, statement: str) -> None:
    await house.holds.place(hold(house, 2, 1, needs_other=True))
    async with house.database.connection() as connection:
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)):
            await connection.execute(statement)
