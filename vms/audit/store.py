"""The SQL of the audit: one statement a function; the caller owns the transaction."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import asyncpg

from runtime.database import Connection
from vms.audit.entry import AuditLine


async def lock_head(connection: Connection) -> tuple[int, bytes, datetime]:
    """The last number and link, held until the transaction ends, and the database's time once it is held."""
    row = await connection.fetchrow("select seq, link from audit_head for update")
    return row["seq"], row["link"], await connection.fetchval("select clock_timestamp()")


async def see_one_moment(connection: Connection) -> None:
    """First in a transaction: whatever is written meanwhile, it sees nothing of it."""
    await connection.execute("set transaction isolation level repeatable read, read only")


async def head(connection: Connection) -> tuple[int, bytes]:
    row = await connection.fetchrow("select seq, link from audit_head")
    return row["seq"], row["link"]


async def add_line(
    connection: Connection,
    *,
    seq: int,
    at: datetime,
    statement: str,
    link: bytes,
    camera_ids: Sequence[int],
    unit_ids: Sequence[int],
) -> None:
    """Add a line and move the head to it."""
    await connection.execute(
        """
        with moved as (update audit_head set seq = $1, link = $4)
        insert into audit_entry (seq, at, statement, link, camera_ids, unit_ids) values ($1, $2, $3, $4, $5, $6)
        """,
        seq,
        at,
        statement,
        link,
        list(camera_ids),
        list(unit_ids),
    )


async def lines(
    connection: Connection,
    *,
    author: str | None = None,
    act: str | None = None,
    camera_id: int | None = None,
    unit_id: int | None = None,
    case: str | None = None,
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    before_seq: int | None = None,
    limit: int = 100,
) -> list[AuditLine]:
    """The latest first. `act` may be a noun alone: camera stands for camera.add, camera.change …"""
    rows = await connection.fetch(
        """
        select * from audit_entry
        where ($1::text is null or author = $1)
          and ($2::text is null or act = $2 or starts_with(act, $2 || '.'))
          and ($3::bigint is null or camera_ids @> array[$3])
          and ($4::bigint is null or unit_ids @> array[$4])
          and ($5::text is null or case_number = $5)
          and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
          and ($8::bigint is null or seq < $8)
        order by seq desc limit $9
        """,
        author,
        act,
        camera_id,
        unit_id,
        case,
        from_at,
        to_at,
        before_seq,
        limit,
    )
    return [_line(row) for row in rows]


async def lines_in_order(connection: Connection) -> AsyncIterator[AuditLine]:
    """Every line by its number; call it inside a transaction."""
    async for row in connection.cursor("select * from audit_entry order by seq", prefetch=1000):
        yield _line(row)


async def lines_of(connection: Connection, acts: Sequence[str]) -> AsyncIterator[AuditLine]:
    """By number, those of these acts; call it inside a transaction."""
    statement = "select * from audit_entry where act = any($1::text[]) order by seq"
    async for row in connection.cursor(statement, list(acts), prefetch=1000):
        yield _line(row)


def _line(row: asyncpg.Record) -> AuditLine:
    fields = dict(row)
    return AuditLine(**{**fields, "camera_ids": tuple(row["camera_ids"]), "unit_ids": tuple(row["unit_ids"])})
