"""A camera's timeline on Postgres and over HTTP, and what the database does to read it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from runtime.database import Database
from runtime.vault import Vault
from streams.camera import CameraId
from streams.segment import Segment
from tests.fakes.clock import ManualClock
from tests.fakes.events import add_camera
from tests.fakes.evidence_desk import desk_in
from tests.fakes.registry_client import registry_client
from vms.cameras.registry import Registry
from vms.segments import PostgresSegments
from vms.timeline.store import RECORDED


def at(clock: ManualClock, minutes: float) -> datetime:
    return clock.now() + timedelta(minutes=minutes)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def camera(database: Database, clock: ManualClock) -> CameraId:
    async with database.connection() as connection:
        camera = CameraId(await add_camera(connection, "东口"))
        await connection.execute("update camera set created_at = $1", at(clock, -600))
    return camera


@pytest.fixture
async def client(database: Database, clock: ManualClock, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    registry = Registry(database=database, vault=Vault.open(tmp_path / "key"))
    desk = desk_in(tmp_path, database, clock)
    async with registry_client(database, registry, clock=clock, evidence=desk) as client:
        yield client


async def record(database: Database, clock: ManualClock, camera: CameraId, *minutes: int) -> None:
    segments = PostgresSegments(database)
    volume_id = await segments.volume("here", "recordings")
    for minute in minutes:
        await segments.add_segment(
            Segment(
                camera_id=camera,
                profile="main",
                volume_id=volume_id,
                run_id=UUID(int=1),
                start_at=at(clock, minute),
                end_at=at(clock, minute + 1),
                duration_s=60.0,
                bytes=1000,
                codec="h264",
                width=1920,
                height=1080,
                sha256=bytes(32),
                media_sha256=bytes(32),
            )
        )


async def test_a_timeline_tells_what_was_recorded_and_why_the_rest_was_not(
    client: httpx.AsyncClient, database: Database, clock: ManualClock, camera: CameraId
) -> None:
    await record(database, clock, camera, -30, -29, -20)
    async with database.connection() as connection:
        seen = [
            ("live", [], -30, -28),
            ("offline", ["refused"], -28, -24),
            ("live", [], -20, -19),
        ]
        await connection.execute("insert into watcher values ('here', $1)", clock.now())
        for state, causes, since, until in seen:
            await connection.execute(
                "insert into camera_condition values ($1, 'main', $2, $3, null, $4, $5, 'here')",
                camera,
                state,
                causes,
                at(clock, since),
                at(clock, until),
            )
    span = {"start": at(clock, -31).isoformat(), "end": at(clock, 5).isoformat(), "detail": "segments"}
    answer = (await client.get(f"/api/v1/cameras/{camera}/timeline", params=span)).json()

    def minute(text: str) -> float:
        return (datetime.fromisoformat(text) - clock.now()).total_seconds() / 60

    assert answer["profile"] == "main" and minute(answer["end_at"]) == 0
    assert [(minute(s["start_at"]), minute(s["end_at"]), s["segments"]) for s in answer["stretches"]] == [
        (-30, -28, 2),
        (-20, -19, 1),
    ]
    assert [
        (minute(g["start_at"]), minute(g["end_at"]), g["cause"], g["detail"]) for g in answer["gaps"]
    ] == [
        (-31, -30, "server_down", []),
        (-28, -24, "camera_offline", ["refused"]),
        (-24, -20, "server_down", []),
        (-19, 0, "server_down", []),
    ]
    assert [minute(s["start_at"]) for s in answer["files"]] == [-30, -29, -20]
    del span["detail"]
    assert (await client.get(f"/api/v1/cameras/{camera}/timeline", params=span)).json()["files"] is None


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2016-11-05T00:00:00Z", "2026-11-05T00:00:00Z"),
        ("2026-11-05T00:00:00Z", "2026-11-05T00:00:00Z"),
        ("2026-11-05T00:00:00", "2026-11-06T00:00:00"),
        ("0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"),
        ("yesterday", "today"),
    ],
    ids=["ten years", "nothing", "no zone", "the year one", "words"],
)
async def test_ranges_that_cannot_be_told_of_are_refused(
    client: httpx.AsyncClient, camera: CameraId, start: str, end: str
) -> None:
    span = {"start": start, "end": end}
    answer = await client.get(f"/api/v1/cameras/{camera}/timeline", params=span)
    assert answer.status_code == 422, answer.text


async def test_a_camera_that_there_is_not_is_named(client: httpx.AsyncClient) -> None:
    span = {"start": "2026-11-05T00:00:00Z", "end": "2026-11-06T00:00:00Z"}
    answer = await client.get("/api/v1/cameras/77/timeline", params=span)
    assert (answer.status_code, answer.json()["code"]) == (404, "camera_unknown")


async def test_a_day_is_read_from_two_partitions_by_their_index(
    database: Database, clock: ManualClock, camera: CameraId
) -> None:
    midnight = datetime(2026, 11, 5, tzinfo=UTC)
    async with database.connection() as connection:
        for day in range(-20, 20):
            await connection.execute(
                "select make_segment_partition($1)", (midnight + timedelta(days=day)).date()
            )
        await connection.execute(
            """
            insert into segment
            select $1, 'main', $2::timestamptz + n * interval '10 minutes', $2::timestamptz + (n + 1) * interval '10 minutes',
                   $3, $4, 600, 1000, 'h264', 1920, 1080, null, $5, $5, n + 3000, $5
            from generate_series(-2800, 2800) n
            """,
            camera,
            midnight,
            await PostgresSegments(database).volume("here", "recordings"),
            UUID(int=1),
            bytes(32),
        )
        await connection.execute("analyze segment")
        day = (midnight, midnight + timedelta(days=1), midnight - timedelta(days=1))
        rows = await connection.fetch("explain " + RECORDED, camera, "main", *day)
        files = await connection.fetch(RECORDED, camera, "main", *day)
    plan = "\n".join(row[0] for row in rows)
    read = {word for word in plan.replace("_pkey", "").split() if word.startswith("segment_2026")}
    assert read <= {
        f"segment_{name}{alias}" for name in ("20261104", "20261105", "20261106") for alias in ("", "_1")
    }
    assert "Seq Scan" not in plan and "Index" in plan, plan
    assert len(files) == 144
