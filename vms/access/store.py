"""The SQL of the access register: one statement a function; the caller owns the transaction."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import asyncpg

from runtime.database import Connection
from vms.access.access import Access, AccessUse, Act

_SELECT = """
    select access.*, access_end.at as ended_at,
           array(select camera_id from access_camera where access_id = access.id order by 1) as camera_ids
    from access left join access_end on access_end.access_id = access.id
"""


async def add_access(connection: Connection, access: Access) -> None:
    await connection.execute(
        """
        with added as (
            insert into access (id, at, person, organisation, reason, request_type, document_number, case_number,
                                unmasked, start_at, end_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id
        )
        insert into access_camera (access_id, camera_id) select added.id, camera from added, unnest($13::bigint[]) camera
        """,
        access.id,
        access.at,
        access.person,
        access.organisation,
        access.reason,
        access.request_type,
        access.document_number,
        access.case_number,
        access.unmasked,
        access.start_at,
        access.end_at,
        access.expires_at,
        list(access.camera_ids),
    )


async def access(connection: Connection, access_id: UUID) -> Access | None:
    row = await connection.fetchrow(_SELECT + " where access.id = $1", access_id)
    return None if row is None else _access(row)


async def accesses(
    connection: Connection,
    *,
    person: str | None,
    camera_id: int | None,
    unit_id: int | None,
    case: str | None,
    from_at: datetime | None,
    to_at: datetime | None,
    limit: int,
) -> list[Access]:
    """The latest first. `unit_id`: of a camera's unit, with all below it."""
    rows = await connection.fetch(
        _SELECT
        + """
        where ($1::text is null or person = $1)
          and ($2::bigint is null or exists (
              select from access_camera where access_id = access.id and camera_id = $2))
          and ($3::bigint is null or exists (
              with recursive below as (
                  select $3::bigint as id union select unit.id from unit join below on unit.parent_id = below.id
              )
              select from access_camera join camera on camera.id = camera_id
              where access_id = access.id and camera.unit_id in (select id from below)))
          and ($4::text is null or case_number = $4)
          and ($5::timestamptz is null or access.at >= $5) and ($6::timestamptz is null or access.at < $6)
        order by access.at desc limit $7
        """,
        person,
        camera_id,
        unit_id,
        case,
        from_at,
        to_at,
        limit,
    )
    return [_access(row) for row in rows]


async def add_use(connection: Connection, use: AccessUse) -> None:
    await connection.execute(
        """
        insert into access_use (access_id, at, act, camera_ids, start_at, end_at) values ($1, $2, $3, $4, $5, $6)
        """,
        use.access_id,
        use.at,
        use.act,
        list(use.camera_ids),
        use.start_at,
        use.end_at,
    )


async def uses(connection: Connection, access_id: UUID) -> list[AccessUse]:
    """In order."""
    rows = await connection.fetch("select * from access_use where access_id = $1 order by id", access_id)
    return [_use(row) for row in rows]


async def every_access(connection: Connection) -> AsyncIterator[Access]:
    """Call it inside a transaction."""
    async for row in connection.cursor(_SELECT, prefetch=1000):
        yield _access(row)


async def every_use(connection: Connection) -> AsyncIterator[AccessUse]:
    """Call it inside a transaction."""
    async for row in connection.cursor("select * from access_use", prefetch=1000):
        yield _use(row)


async def every_end(connection: Connection) -> AsyncIterator[tuple[UUID, datetime, str]]:
    """Access, instant and author; call it inside a transaction."""
    async for row in connection.cursor("select access_id, at, author from access_end", prefetch=1000):
        yield UUID(str(row["access_id"])), row["at"], row["author"]


async def end_access(connection: Connection, access_id: UUID, at: datetime, author: str) -> bool:
    """False where it was ended before."""
    status = await connection.execute(
        "insert into access_end (access_id, at, author) values ($1, $2, $3) on conflict do nothing",
        access_id,
        at,
        author,
    )
    return bool(status == "INSERT 0 1")


def _act(text: str) -> Act:
    act: Act = text  # type: ignore[assignment]  # the table's check allows no other
    return act


def _use(row: asyncpg.Record) -> AccessUse:
    return AccessUse(
        access_id=UUID(str(row["access_id"])),
        at=row["at"],
        act=_act(row["act"]),
        camera_ids=tuple(row["camera_ids"]),
        start_at=row["start_at"],
        end_at=row["end_at"],
    )


def _access(row: asyncpg.Record) -> Access:
    fields = dict(row)
    return Access(**{**fields, "id": UUID(str(row["id"])), "camera_ids": tuple(row["camera_ids"])})
