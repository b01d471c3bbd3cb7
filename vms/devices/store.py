"""The SQL of what devices say of themselves: one statement a function; the caller owns the transaction."""

from datetime import datetime

import asyncpg

from runtime.database import Connection
from streams.camera import CameraId
from streams.onvif.topics import DeviceEventKind


async def put_state(
    connection: Connection,
    camera_id: CameraId,
    kind: DeviceEventKind,
    *,
    active: bool,
    at: datetime,
    said_at: datetime | None,
    detector: str,
) -> None:
    """What was so before goes on: `since` stays. Nothing is written of a camera that is gone."""
    await connection.execute(
        """
        insert into device_state (camera_id, kind, active, since, told_at, said_at, detector)
        select id, $2, $3, $4, $4, $5, $6 from camera where id = $1
        on conflict (camera_id, kind) do update set
            active = excluded.active,
            since = case when device_state.active = excluded.active then device_state.since else excluded.since end,
            told_at = excluded.told_at, said_at = excluded.said_at, detector = excluded.detector
        """,
        camera_id,
        kind,
        active,
        at,
        said_at,
        detector,
    )


async def states(connection: Connection, camera_id: CameraId) -> list[asyncpg.Record]:
    """Latest of each kind, in order of their names."""
    rows: list[asyncpg.Record] = await connection.fetch(
        "select kind, active, since, told_at, said_at, detector from device_state where camera_id = $1 order by kind",
        camera_id,
    )
    return rows
