"""Rows of recorded files on Postgres: a partition a day, and a chain through each camera's files."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from runtime.chain import BEGINNING, link
from runtime.database import Database
from streams import store
from streams.camera import CameraId
from streams.segment import Segment
from vms.retention import store as retention_store
from vms.segments import PostgresSegments

START = datetime(2026, 11, 5, 23, 58, tzinfo=UTC)


@pytest.fixture
async def camera(database: Database) -> CameraId:
    async with database.connection() as connection:
        return CameraId(
            await connection.fetchval(
                "insert into camera (unit_id, name) select min(id), '东口' from unit returning id"
            )
        )


@pytest.fixture
def segments(database: Database) -> PostgresSegments:
    return PostgresSegments(database)


async def minutes(segments: PostgresSegments, camera: CameraId, count: int) -> list[Segment]:
    volume_id = await segments.volume("here", "recordings")
    run_id = uuid4()
    return [
        Segment(
            camera_id=camera,
            profile="main",
            volume_id=volume_id,
            run_id=run_id,
            start_at=START + timedelta(minutes=number),
            end_at=START + timedelta(minutes=number + 1),
            duration_s=60.0,
            bytes=1000 + number,
            codec="h264",
            width=1920,
            height=1080,
            sha256=bytes([number]) * 32,
            media_sha256=bytes([number + 100]) * 32,
        )
        for number in range(count)
    ]


async def test_each_row_is_chained_to_the_one_before_over_midnight(
    database: Database, segments: PostgresSegments, camera: CameraId
) -> None:
    added = await minutes(segments, camera, 4)
    for segment in added:
        await segments.add_segment(segment)
    async with database.connection() as connection:
        found = await store.segments_between(
            connection, camera, "main", START + timedelta(seconds=30), START + timedelta(minutes=4)
        )
        partitions = await connection.fetch(
            "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'segment'::regclass order by 1"
        )
    assert [each.segment for each in found] == added
    assert [each.seq for each in found] == [1, 2, 3, 4]
    last = BEGINNING
    for each in found:
        last = link(last, each.segment.statement(each.seq))
        assert each.link == last
    assert [row["name"] for row in partitions] == ["segment_20261105", "segment_20261106"]


async def test_the_first_files_of_a_day_may_come_at_once(
    database: Database, segments: PostgresSegments
) -> None:
    """As they do at midnight, from every camera and from several servers."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "insert into camera (unit_id, name) select min(unit.id), n::text from unit, generate_series(1, 9) n"
            " group by n returning id"
        )
    (first, *_) = await minutes(segments, CameraId(rows[0]["id"]), 1)
    for day in range(6):
        at = START + timedelta(days=day)
        await asyncio.gather(
            *(
                segments.add_segment(
                    replace(
                        first, camera_id=CameraId(row["id"]), start_at=at, end_at=at + timedelta(minutes=1)
                    )
                )
                for row in rows
            )
        )
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from segment") == 6 * 9


async def test_a_second_time_changes_nothing(
    database: Database, segments: PostgresSegments, camera: CameraId
) -> None:
    first, second = await minutes(segments, camera, 2)
    for segment in (first, first, second, replace(first, sha256=bytes(32))):
        await segments.add_segment(segment)
    async with database.connection() as connection:
        found = await store.segments_between(connection, camera, "main", START, START + timedelta(minutes=2))
    assert [(each.segment, each.seq) for each in found] == [(first, 1), (second, 2)]


async def test_paths_without_a_row_are_told_apart(segments: PostgresSegments, camera: CameraId) -> None:
    first, second = await minutes(segments, camera, 2)
    await segments.add_segment(first)
    assert await segments.known_paths([first.path, second.path, "lost+found/x"]) == {first.path}
    assert await segments.known_paths([]) == set()


async def test_a_volume_keeps_its_id(segments: PostgresSegments) -> None:
    here = await segments.volume("here", "recordings")
    assert await segments.volume("here", "recordings") == here
    assert await segments.volume("there", "recordings") != here


async def test_a_file_that_is_to_be_deleted_is_not_taken_for_one_without_a_row(
    database: Database, segments: PostgresSegments, camera: CameraId
) -> None:
    """As a crash leaves it between writing the deletion down and unlinking: recovery must not give the file a row again."""
    first, second = await minutes(segments, camera, 2)
    await segments.add_segment(first)
    async with database.transaction() as connection:
        run = await store.segments_between(connection, camera, "main", START, START + timedelta(minutes=1))
        deletion_id = await retention_store.add_deletion(
            connection, run, rule="retention", author="test", at=START, before_link=BEGINNING
        )
        await retention_store.add_doomed(connection, run, deletion_id)
        await retention_store.delete_rows(connection, run)
    assert await segments.known_paths([first.path, second.path]) == {first.path}
