"""The SQL of holds: one statement a function; the caller owns the transaction."""

from datetime import datetime

import asyncpg

from runtime.database import Connection
from vms.holds.hold import Hold, NewHold

_SELECT = """
    select hold.*, array(select camera_id from hold_camera where hold_id = hold.id order by 1) as camera_ids
    from hold
"""


async def lock_evidence(connection: Connection) -> None:
    """Whoever deletes recordings and whoever holds them take turns, until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('evidence'))")


async def add_hold(connection: Connection, new: NewHold, at: datetime) -> int:
    hold_id: int = await connection.fetchval(
        """
        with added as (
            insert into hold (start_at, end_at, reason, case_number, owner, made_at, expires_at, needs_other)
            values ($1, $2, $3, $4, $5, $6, $7, $8) returning id
        ), cameras as (
            insert into hold_camera (hold_id, camera_id) select added.id, camera from added, unnest($9::bigint[]) camera
        )
        select id from added
        """,
        new.start_at,
        new.end_at,
        new.reason,
        new.case_number,
        new.owner,
        at,
        new.expires_at,
        new.needs_other,
        sorted(set(new.camera_ids)),
    )
    return hold_id


async def hold(connection: Connection, hold_id: int, *, lock: bool = False) -> Hold | None:
    row = await connection.fetchrow(
        _SELECT + " where id = $1" + (" for update of hold" if lock else ""), hold_id
    )
    return None if row is None else _hold(row)


async def holds(
    connection: Connection, *, camera_id: int | None, in_force_at: datetime | None, limit: int
) -> list[Hold]:
    """The latest first."""
    rows = await connection.fetch(
        _SELECT
        + """
        where ($1::bigint is null or exists (select from hold_camera where hold_id = hold.id and camera_id = $1))
          and ($2::timestamptz is null or (released_at is null and (expires_at is null or expires_at > $2)))
        order by id desc limit $3
        """,
        camera_id,
        in_force_at,
        limit,
    )
    return [_hold(row) for row in rows]


async def release(connection: Connection, hold_id: int, at: datetime, author: str, reason: str) -> None:
    await connection.execute(
        "update hold set released_at = $2, released_by = $3, release_reason = $4 where id = $1",
        hold_id,
        at,
        author,
        reason,
    )


def _hold(row: asyncpg.Record) -> Hold:
    return Hold(**{**dict(row), "camera_ids": tuple(row["camera_ids"])})
