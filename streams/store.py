"""The SQL of stream profiles and recordings: one statement a function; the caller owns the transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from runtime.database import Connection
from streams.camera import CameraId, ProfileName
from streams.segment import Segment


async def put_profile(
    connection: Connection,
    *,
    camera_id: CameraId,
    name: ProfileName,
    url: str,
    username: str,
    password: bytes | None,
    recorded: bool,
    analysed: bool,
) -> None:
    """Add the profile, or replace the one of that name. `password` is encrypted."""
    await connection.execute(
        """
        insert into stream_profile (camera_id, name, url, username, password, recorded, analysed)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (camera_id, name) do update set url = excluded.url, username = excluded.username,
            password = excluded.password, recorded = excluded.recorded, analysed = excluded.analysed
        """,
        camera_id,
        name,
        url,
        username,
        password,
        recorded,
        analysed,
    )


async def profile_rows(
    connection: Connection, camera_ids: Sequence[int] | None = None
) -> list[asyncpg.Record]:
    """Of all cameras, or of those named, with the condition that each stream is in; null where it is not watched."""
    rows: list[asyncpg.Record] = await connection.fetch(
        """
        select stream_profile.*, condition.state, condition.causes, condition.since, condition.error
        from stream_profile
        left join camera_condition condition on condition.camera_id = stream_profile.camera_id
                                            and condition.profile = stream_profile.name and condition.until is null
        where $1::bigint[] is null or stream_profile.camera_id = any($1)
        order by stream_profile.camera_id, stream_profile.name
        """,
        None if camera_ids is None else list(camera_ids),
    )
    return rows


async def passwords(connection: Connection) -> list[bytes]:
    """Every one that is stored, encrypted, each once."""
    rows = await connection.fetch(
        "select distinct password from stream_profile where password is not null order by password"
    )
    return [row["password"] for row in rows]


async def renew_passwords(connection: Connection, renewed: Mapping[bytes, bytes]) -> None:
    """Put another in the place of each."""
    await connection.execute(
        """
        update stream_profile set password = renewed.after
        from unnest($1::bytea[], $2::bytea[]) as renewed (before, after)
        where stream_profile.password = renewed.before
        """,
        list(renewed),
        list(renewed.values()),
    )


async def ring_cameras(connection: Connection) -> None:
    """NOTIFY, heard when the transaction commits: the list of cameras has changed."""
    await connection.execute("select pg_notify('camera', 'changed')")


async def add_segment(connection: Connection, segment: Segment) -> None:
    """Add the row of a file that is whole and on disk; a second time changes nothing."""
    await connection.execute(
        """
        insert into segment (camera_id, profile, run_id, path, start_at, end_at, duration_s, bytes, codec,
                             width, height)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (path) do nothing
        """,
        segment.camera_id,
        segment.profile,
        segment.run_id,
        segment.path,
        segment.start_at,
        segment.end_at,
        segment.duration_s,
        segment.bytes,
        segment.codec,
        segment.width,
        segment.height,
    )


async def known_paths(connection: Connection, paths: Sequence[str]) -> set[str]:
    """Those of `paths` that have a row."""
    rows = await connection.fetch("select path from segment where path = any($1::text[])", list(paths))
    return {row["path"] for row in rows}


async def segments_of(connection: Connection, camera_id: CameraId) -> list[Segment]:
    """In order of time."""
    rows = await connection.fetch(
        """
        select camera_id, profile, run_id, path, start_at, end_at, duration_s, bytes, codec, width, height
        from segment where camera_id = $1 order by profile, start_at
        """,
        camera_id,
    )
    return [Segment(**{**dict(row), "run_id": UUID(str(row["run_id"]))}) for row in rows]
