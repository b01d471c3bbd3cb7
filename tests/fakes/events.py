"""Events and cameras for tests that need some."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg

from detectors.event import Event, EventId, ModelFact, Pictures
from streams.camera import CameraId

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
PICTURES = Pictures(snapshot=b"\xff\xd8 a picture \xff\xd9", strip=b"\xff\xd8 five pictures \xff\xd9")


async def add_camera(
    connection: asyncpg.Connection, name: str = "东口", unit_id: int | None = None
) -> CameraId:
    unit_id = unit_id or await connection.fetchval("select min(id) from unit")
    return CameraId(
        await connection.fetchval(
            "insert into camera (unit_id, name) values ($1, $2) returning id", unit_id, name
        )
    )


def fall_event(camera_id: int, **changes: Any) -> Event:
    values: dict[str, Any] = {
        "id": EventId(uuid4()),
        "camera_id": CameraId(camera_id),
        "kind": "fall",
        "zone_id": None,
        "zone_name": None,
        "track": 7,
        "score": 0.8,
        "media_time_s": 12.5,
        "occurred_at": NOON,
        "rule_version": "fall 1",
        "models": (ModelFact(name="movenet", sha256="0" * 64),),
        "measurements": {"drop": 0.7},
    }
    return Event(**{**values, **changes})


def crowd_event(camera_id: int, **changes: Any) -> Event:
    return fall_event(
        camera_id,
        **{
            "kind": "crowd",
            "track": None,
            "level": "crowded",
            "measurements": {"count": 14.0, "limit": 8.0},
            **changes,
        },
    )
