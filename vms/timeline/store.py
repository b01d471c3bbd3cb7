"""The SQL of timelines: one statement a function; the caller owns the transaction."""

from datetime import datetime, timedelta
from typing import Final

import asyncpg

from runtime.database import Connection
from streams.camera import CameraId, ProfileName

Rows = list[asyncpg.Record]

#: no file is longer
LOOK_BACK: Final = timedelta(days=1)

#: All bounds are parameters and none is computed here, so that partitions are left out when it is planned.
RECORDED: Final = """
    select start_at, end_at, run_id, bytes from segment
    where camera_id = $1 and profile = $2 and start_at < $4 and end_at > $3 and start_at > $5
      and start_at >= coalesce((
          select start_at from segment
          where camera_id = $1 and profile = $2 and start_at <= $3 and start_at > $5
          order by start_at desc limit 1), $3)
    order by start_at
"""


async def recorded(
    connection: Connection, camera_id: CameraId, profile: ProfileName, start_at: datetime, end_at: datetime
) -> Rows:
    """Files that overlap the range, in order of time. The last one that begins before it bounds how far back it is looked."""
    rows: Rows = await connection.fetch(RECORDED, camera_id, profile, start_at, end_at, start_at - LOOK_BACK)
    return rows


async def deletions(
    connection: Connection, camera_id: CameraId, profile: ProfileName, start_at: datetime, end_at: datetime
) -> Rows:
    rows: Rows = await connection.fetch(
        """
        select * from deletion
        where camera_id = $1 and profile = $2 and start_at < $4 and end_at > $3 order by first_seq
        """,
        camera_id,
        profile,
        start_at,
        end_at,
    )
    return rows


async def conditions(
    connection: Connection,
    camera_id: CameraId,
    profile: ProfileName,
    start_at: datetime,
    end_at: datetime,
    now: datetime,
) -> Rows:
    """What was seen of the stream, cut to the range. What lasts, lasts until its watcher was last seen."""
    rows: Rows = await connection.fetch(
        """
        select state, causes, greatest(since, $3) as start_at, last.at as end_at, until is null as lasts
        from camera_condition join watcher on watcher.name = camera_condition.watcher
        cross join lateral (select least($4, coalesce(
            until, case when seen_at > $5::timestamptz - interval '1 minute' then $5 else seen_at end
        )) as at) last
        where camera_id = $1 and profile = $2 and since < $4 and (until is null or until > $3)
          and last.at > greatest(since, $3)
        order by since
        """,
        camera_id,
        profile,
        start_at,
        end_at,
        now,
    )
    return rows


async def schedule(connection: Connection, camera_id: CameraId) -> Rows:
    """Whether it is switched on and what is recorded, now and at each change, the latest first."""
    rows: Rows = await connection.fetch(
        """
        select at, changes -> 'enabled' as enabled, changes -> 'recorded' as recorded from camera_version
        where camera_id = $1 and (version = 1 or changes ? 'enabled' or changes ? 'recorded') order by version desc
        """,
        camera_id,
    )
    return rows


async def camera(connection: Connection, camera_id: CameraId) -> asyncpg.Record | None:
    row: asyncpg.Record | None = await connection.fetchrow(
        "select enabled, recorded, created_at from camera where id = $1", camera_id
    )
    return row


async def alerts(connection: Connection, camera_id: CameraId, start_at: datetime, end_at: datetime) -> Rows:
    rows: Rows = await connection.fetch(
        """
        select id, kind, severity, state, raised_at, last_event_at, ended_at from alert
        where camera_id = $1 and raised_at < $3 and last_event_at >= $2 and outage is null order by raised_at
        """,
        camera_id,
        start_at,
        end_at,
    )
    return rows


async def holds(
    connection: Connection, camera_id: CameraId, start_at: datetime, end_at: datetime, now: datetime
) -> Rows:
    """Those that are in force."""
    rows: Rows = await connection.fetch(
        """
        select hold.* from hold_camera join hold on hold.id = hold_id
        where camera_id = $1 and start_at < $3 and end_at > $2 and released_at is null
          and (expires_at is null or expires_at > $4)
        order by start_at
        """,
        camera_id,
        start_at,
        end_at,
        now,
    )
    return rows
