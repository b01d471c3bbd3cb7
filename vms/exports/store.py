"""The SQL of exports: one statement a function; the caller owns the transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from runtime.chain import Digest
from runtime.database import Connection
from streams.camera import CameraId
from vms.exports.export import Export
from vms.exports.masking import MaskedAsked


async def camera_facts(connection: Connection, camera_id: CameraId) -> Mapping[str, Any]:
    """What a package says of a camera; no credentials, and no address of the network."""
    row = await connection.fetchrow(
        """
        select camera.id, camera.name, camera.code, unit.name as unit, place, place_kind, place_category, make, model,
               serial, longitude, latitude, retention_days, recorded, masks <> '' as has_privacy_masks
        from camera join unit on unit.id = unit_id where camera.id = $1
        """,
        camera_id,
    )
    return dict(row)


async def camera_masks(connection: Connection, camera_id: CameraId) -> str:
    """The privacy masks that the camera has now, as `parse_masks` reads them."""
    masks: str = await connection.fetchval("select masks from camera where id = $1", camera_id)
    return masks


async def deletions_between(
    connection: Connection, camera_id: CameraId, profile: str, first: int, last: int
) -> list[asyncpg.Record]:
    """Within two places of a chain, in order."""
    rows: list[asyncpg.Record] = await connection.fetch(
        """
        select * from deletion where camera_id = $1 and profile = $2 and first_seq > $3 and last_seq < $4
        order by first_seq
        """,
        camera_id,
        profile,
        first,
        last,
    )
    return rows


async def add_export(connection: Connection, export: Export) -> None:
    await connection.execute(
        """
        insert into export (id, access_id, camera_ids, start_at, end_at, state, made_at, all_bytes, masked)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        export.id,
        export.access_id,
        list(export.camera_ids),
        export.start_at,
        export.end_at,
        export.state,
        export.made_at,
        export.all_bytes,
        None if export.masked is None else export.masked.as_json(),
    )


async def export(connection: Connection, export_id: UUID) -> Export | None:
    row = await connection.fetchrow("select * from export where id = $1", export_id)
    return None if row is None else _export(row)


async def exports(connection: Connection, limit: int) -> list[Export]:
    """The latest first."""
    rows = await connection.fetch("select * from export order by made_at desc limit $1", limit)
    return [_export(row) for row in rows]


async def waiting(connection: Connection) -> int:
    count: int = await connection.fetchval(
        "select count(*) from export where state in ('waiting', 'running')"
    )
    return count


async def take_next(connection: Connection, at: datetime) -> Export | None:
    """The oldest that waits, running from now on."""
    row = await connection.fetchrow(
        """
        update export set state = 'running', started_at = $1, done_bytes = 0
        where id = (select id from export where state = 'waiting' order by made_at limit 1 for update skip locked)
        returning *
        """,
        at,
    )
    return None if row is None else _export(row)


async def wait_again(connection: Connection) -> None:
    """What ran when the server ended waits again."""
    await connection.execute("update export set state = 'waiting' where state = 'running'")


async def note_progress(connection: Connection, export_id: UUID, done_bytes: int) -> bool:
    """False where it runs no more: somebody has cancelled it."""
    status = await connection.execute(
        "update export set done_bytes = $2 where id = $1 and state = 'running'", export_id, done_bytes
    )
    return bool(status == "UPDATE 1")


async def finish(connection: Connection, export_id: UUID, at: datetime, size: int, sha256: Digest) -> bool:
    """False where it was cancelled meanwhile."""
    status = await connection.execute(
        """
        update export set state = 'done', ended_at = $2, bytes = $3, sha256 = $4, done_bytes = all_bytes
        where id = $1 and state = 'running'
        """,
        export_id,
        at,
        size,
        sha256,
    )
    return bool(status == "UPDATE 1")


async def fail(connection: Connection, export_id: UUID, at: datetime, error: Mapping[str, object]) -> None:
    await connection.execute(
        "update export set state = 'failed', ended_at = $2, error = $3 where id = $1 and state = 'running'",
        export_id,
        at,
        dict(error),
    )


async def cancel(connection: Connection, export_id: UUID, at: datetime) -> bool:
    """False where it was over before."""
    status = await connection.execute(
        "update export set state = 'cancelled', ended_at = $2 where id = $1 and state in ('waiting', 'running')",
        export_id,
        at,
    )
    return bool(status == "UPDATE 1")


async def expire(connection: Connection, before: datetime) -> list[Export]:
    """Those that were done before a moment: their files may go, their rows stay."""
    rows = await connection.fetch(
        "update export set state = 'expired' where state = 'done' and ended_at < $1 returning *", before
    )
    return [_export(row) for row in rows]


def _export(row: asyncpg.Record) -> Export:
    fields = dict(row)
    return Export(
        **{
            **fields,
            "id": UUID(str(row["id"])),
            "access_id": UUID(str(row["access_id"])),
            "masked": None if row["masked"] is None else MaskedAsked.of_json(row["masked"]),
            "camera_ids": tuple(CameraId(each) for each in row["camera_ids"]),
        }
    )
