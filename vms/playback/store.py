"""The SQL of playback: one statement a function; the caller owns the transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from runtime.database import Connection
from streams.camera import CameraId, ProfileName
from streams.segment import ChainedSegment
from streams.store import chained_segment_of

#: no file is longer
_LOOK_BACK: Final = timedelta(days=1)


async def masks_of(connection: Connection, camera_ids: Sequence[CameraId]) -> dict[CameraId, str]:
    """Privacy masks as they are stored; empty where there are none."""
    rows = await connection.fetch("select id, masks from camera where id = any($1)", list(camera_ids))
    return {CameraId(row["id"]): row["masks"] for row in rows}


async def recorded_profile(connection: Connection, camera_id: CameraId) -> ProfileName | None:
    """Which one to show of a camera, as its timeline does; None where there is no such camera."""
    recorded = await connection.fetchval("select recorded from camera where id = $1", camera_id)
    return None if recorded is None else "sub" if recorded == "sub" else "main"


async def segments_at(
    connection: Connection, camera_id: CameraId, profile: ProfileName, moments: Sequence[datetime]
) -> dict[datetime, ChainedSegment]:
    """The file that holds each moment, where there is one."""
    found = {}
    for moment in moments:
        row = await connection.fetchrow(
            """
            select * from (
                select * from segment
                where camera_id = $1 and profile = $2 and start_at <= $3 and start_at > $4
                order by start_at desc limit 1
            ) last where end_at > $3
            """,
            camera_id,
            profile,
            moment,
            moment - _LOOK_BACK,
        )
        if row is not None:
            found[moment] = chained_segment_of(row)
    return found
