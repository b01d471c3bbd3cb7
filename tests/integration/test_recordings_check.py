"""Recordings compared with what was written down of them: whatever a person, a disk or a superuser does to them is named."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runtime.database import Database
from streams.camera import CameraId
from streams.segment import Segment, VolumeId
from streams.writer import SegmentWriter
from tests.fakes.clips import encode_clip
from tests.fakes.clock import ManualClock
from tests.fakes.events import add_camera
from tests.fakes.packets import START, run_of
from vms.recordings.check import Range, RecordingCheck
from vms.recordings.errors import RecordingsFolderEmpty
from vms.segments import PostgresSegments
from vms.timeline.reading import Timelines


@dataclass(frozen=True, kw_only=True)
class House:
    database: Database
    folder: Path
    volume_id: VolumeId
    camera: CameraId
    segments: list[Segment]
    clock: ManualClock

    async def findings(self, wanted: Range | None = None, **options: Any) -> list[tuple[str, str]]:
        check = RecordingCheck(
            database=self.database,
            folder=self.folder,
            volume_id=self.volume_id,
            author="王芳",
            clock=self.clock,
        )
        return [(each.wrong, each.path) async for each in check.run(wanted or Range(), **options)]

    def file(self, number: int) -> Path:
        return self.folder / self.segments[number].path

    async def execute(self, statement: str, *values: object) -> None:
        async with self.database.connection() as connection:
            await connection.execute(statement, *values)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encode_clip(tmp_path_factory.mktemp("clips") / "h264.mp4", frames=100, rate=25, gop=10)


@pytest.fixture
async def house(database: Database, tmp_path: Path, clip: Path) -> House:
    async with database.connection() as connection:
        camera = await add_camera(connection)
    rows = PostgresSegments(database)
    volume_id = await rows.volume("here", "recordings")
    started, packets = run_of(clip)
    writer = SegmentWriter(tmp_path, camera, "main", volume_id=volume_id, segment_s=1.0)
    writer.take([started, *packets])
    writer.finish()
    segments = writer.collect()
    for segment in segments:
        await rows.add_segment(segment)
    return House(
        database=database,
        folder=tmp_path,
        volume_id=volume_id,
        camera=camera,
        segments=segments,
        clock=ManualClock(),
    )


async def test_what_is_as_it_was_is_clean(house: House) -> None:
    seen = 0

    def on_file() -> None:
        nonlocal seen
        seen += 1

    assert await house.findings(on_file=on_file) == []
    assert seen == len(house.segments) == 4
    assert await house.findings(Range(camera_ids=[99])) == []


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "wrong"),
    [
        (flip, "content"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "size"),
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(b"x" * path.stat().st_size), "content"),
    ],
)
async def test_a_damaged_file_is_named(house: House, damage: Callable[[Path], None], wrong: str) -> None:
    damage(house.file(1))
    assert await house.findings() == [(wrong, house.segments[1].path)]
    quick = [] if wrong == "content" else [(wrong, house.segments[1].path)]
    assert await house.findings(content=False) == quick


async def test_a_file_without_a_row_is_named_and_gets_one(house: House) -> None:
    late = "UPDATE segment_chain SET seq = 3, link = (SELECT link FROM segment WHERE seq = 3)"
    await house.execute("delete from segment where seq = 4")
    await house.execute(late)
    assert await house.findings() == [("extra", house.segments[3].path)]
    assert await house.findings(repair=True) == [("extra", house.segments[3].path)]
    assert await house.findings() == []


async def test_a_missing_file_is_written_down_as_lost(house: House) -> None:
    house.file(1).unlink()
    assert await house.findings(repair=True) == [("missing", house.segments[1].path)]
    assert await house.findings() == []
    await house.clock.advance(3600)
    timeline = await Timelines(database=house.database, clock=house.clock).read(
        house.camera, "main", START, house.segments[3].end_at
    )
    assert [(gap.cause, gap.start_at, gap.end_at) for gap in timeline.gaps] == [
        ("lost", house.segments[1].start_at, house.segments[1].end_at)
    ]


async def test_a_disk_that_is_not_there_has_lost_nothing(house: House) -> None:
    for segment in house.segments:
        (house.folder / segment.path).unlink()
    with pytest.raises(RecordingsFolderEmpty):
        await house.findings(repair=True)
    assert [wrong for wrong, _ in await house.findings()] == ["missing"] * 4


async def test_rows_that_are_all_gone_are_missed(house: House) -> None:
    await house.execute("delete from segment")
    assert ("chain_head", "") in await house.findings()


async def test_a_part_is_told_and_left(house: House) -> None:
    part = house.file(3).with_name("080100.000Z_main.mp4.part")
    part.write_bytes(b"being written")
    assert await house.findings(repair=True) == [("part", part.relative_to(house.folder).as_posix())]
    assert part.exists()


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("update segment set sha256 = media_sha256 where seq = 2", {("content", 1), ("chain_broken", 1)}),
        ("update segment set codec = 'hevc' where seq = 3", {("chain_broken", 2)}),
        (
            "update segment set start_at = start_at - interval '1 second' where seq = 4",
            {("overlap", 3), ("chain_broken", 3), ("missing", 3)},
        ),
        ("delete from segment where seq = 2", {("chain_hole", 2), ("extra", 1)}),
        ("delete from segment where seq = 4", {("chain_head", 2), ("extra", 3)}),
        ("update segment set link = sha256 where seq = 2", {("chain_broken", 1), ("chain_broken", 2)}),
        (
            "update segment set seq = 5 - seq where seq in (2, 3)",
            {("chain_broken", 1), ("chain_broken", 2), ("chain_broken", 3)},
        ),
    ],
)
async def test_what_a_superuser_does_to_a_row_is_named(
    house: House, statement: str, wrong: set[tuple[str, int]]
) -> None:
    await house.execute(statement)
    numbers = {segment.start_at: number for number, segment in enumerate(house.segments)}
    async with house.database.connection() as connection:
        rows = await connection.fetch("select * from segment")
    paths = {segment.path: number for number, segment in enumerate(house.segments)}
    for row in rows:
        if row["start_at"] not in numbers:
            paths[f"{house.camera}/2026-03-14/080002.600Z_main.mp4"] = 3
    found = {(each, paths[path]) for each, path in await house.findings()}
    assert wrong <= found and {number for _, number in found} <= {number for _, number in wrong} | {3}


async def test_a_part_of_the_time_is_checked_alone(house: House) -> None:
    flip(house.file(0))
    flip(house.file(2))
    later = Range(camera_ids=[house.camera], start_at=house.segments[1].start_at)
    assert await house.findings(later) == [("content", house.segments[2].path)]
    early = Range(camera_ids=[house.camera], end_at=house.segments[1].start_at)
    assert await house.findings(early) == [("content", house.segments[0].path)]
