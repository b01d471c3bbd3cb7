"""The SQL of retention: one statement a function; the caller owns the transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from runtime.chain import Digest
from runtime.database import Connection
from streams.camera import CameraId
from streams.segment import ChainedSegment, VolumeId
from streams.store import chained_segment_of

#: days that recordings of a camera are kept at least, however full the disk is: 30 where article 17 of Decree 799 asks for it
_LEAST_DAYS = "case place_category when 'public_security' then 30 else 1 end"


async def due(connection: Connection, now: datetime) -> list[tuple[CameraId, str, datetime]]:
    """Cameras and profiles with a file whose time is over, with the moment before which it is."""
    rows = await connection.fetch(
        """
        select camera.id, profile, $1::timestamptz - retention_days * interval '1 day' as before
        from camera cross join unnest(array['main', 'sub']) profile
        where exists (
            select from segment
            where camera_id = camera.id and segment.profile = profile.profile
              and start_at < $1::timestamptz - retention_days * interval '1 day'
              and end_at <= $1::timestamptz - retention_days * interval '1 day'
        )
        order by camera.id, profile
        """,
        now,
    )
    return [(CameraId(row["id"]), row["profile"], row["before"]) for row in rows]


async def oldest(
    connection: Connection, now: datetime, alert_keep: timedelta, volumes: Sequence[VolumeId], limit: int
) -> list[tuple[CameraId, str, datetime]]:
    """Whose files go first when the disk is full: cameras by their oldest file on it beyond their minimum that nothing holds."""
    rows = await connection.fetch(
        f"""
        select camera.id, profile, $1::timestamptz - ({_LEAST_DAYS}) * interval '1 day' as before
        from camera cross join unnest(array['main', 'sub']) profile
        cross join lateral (select held_ranges(camera.id, $1, $4) as held offset 0) ranges
        cross join lateral (
            select start_at from segment
            where camera_id = camera.id and segment.profile = profile.profile
              and start_at < $1::timestamptz - ({_LEAST_DAYS}) * interval '1 day'
              and end_at <= $1::timestamptz - ({_LEAST_DAYS}) * interval '1 day'
              and volume_id = any ($3::int[]) and not tstzrange(start_at, end_at, '[]') && ranges.held
            order by start_at limit 1
        ) first
        order by first.start_at limit $2
        """,
        now,
        limit,
        list(volumes),
        alert_keep,
    )
    return [(CameraId(row["id"]), row["profile"], row["before"]) for row in rows]


async def deletable(
    connection: Connection,
    camera_id: CameraId,
    profile: str,
    *,
    before: datetime,
    now: datetime,
    alert_keep: timedelta,
    volumes: Sequence[VolumeId],
    limit: int,
) -> list[ChainedSegment]:
    """The oldest that end before a moment, lie on one of `volumes` and that nothing holds."""
    rows = await connection.fetch(
        """
        select segment.* from segment, held_ranges($1, $4, $5) held
        where camera_id = $1 and profile = $2 and start_at < $3 and end_at <= $3 and volume_id = any ($6::int[])
          and not tstzrange(start_at, end_at, '[]') && held
        order by start_at limit $7
        """,
        camera_id,
        profile,
        before,
        now,
        alert_keep,
        list(volumes),
        limit,
    )
    return [chained_segment_of(row) for row in rows]


async def delete_rows(connection: Connection, segments: Sequence[ChainedSegment]) -> None:
    await connection.execute(
        """
        delete from segment using unnest($1::bigint[], $2::text[], $3::timestamptz[]) gone (camera_id, profile, start_at)
        where segment.camera_id = gone.camera_id and segment.profile = gone.profile
          and segment.start_at = gone.start_at and segment.start_at between $4 and $5
        """,
        [each.segment.camera_id for each in segments],
        [each.segment.profile for each in segments],
        [each.segment.start_at for each in segments],
        min(each.segment.start_at for each in segments),
        max(each.segment.start_at for each in segments),
    )


async def add_deletion(
    connection: Connection,
    run: Sequence[ChainedSegment],
    *,
    rule: str,
    author: str,
    at: datetime,
    before_link: Digest,
) -> int:
    """Of segments that follow one another in their chain."""
    first = run[0].segment
    deletion_id: int = await connection.fetchval(
        """
        insert into deletion (at, camera_id, profile, rule, author, first_seq, last_seq, before_link, after_link,
                              segments, bytes, start_at, end_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id
        """,
        at,
        first.camera_id,
        first.profile,
        rule,
        author,
        run[0].seq,
        run[-1].seq,
        before_link,
        run[-1].link,
        len(run),
        sum(each.segment.bytes for each in run),
        min(each.segment.start_at for each in run),
        max(each.segment.end_at for each in run),
    )
    return deletion_id


async def add_doomed(connection: Connection, run: Sequence[ChainedSegment], deletion_id: int) -> None:
    await connection.execute(
        """
        insert into doomed_file (volume_id, path, deletion_id)
        select volume, path, $3 from unnest($1::int[], $2::text[]) doomed (volume, path)
        """,
        [each.segment.volume_id for each in run],
        [each.segment.path for each in run],
        deletion_id,
    )


async def doomed(
    connection: Connection, volumes: Sequence[VolumeId], limit: int
) -> list[tuple[VolumeId, str]]:
    rows = await connection.fetch(
        "select volume_id, path from doomed_file where volume_id = any ($1::int[]) order by path limit $2",
        list(volumes),
        limit,
    )
    return [(VolumeId(row["volume_id"]), row["path"]) for row in rows]


async def forget_doomed(connection: Connection, files: Sequence[tuple[VolumeId, str]]) -> None:
    """They are gone from the disk."""
    await connection.execute(
        """
        delete from doomed_file using unnest($1::int[], $2::text[]) gone (volume_id, path)
        where doomed_file.volume_id = gone.volume_id and doomed_file.path = gone.path
        """,
        [volume for volume, _ in files],
        [path for _, path in files],
    )


async def empty_partitions(connection: Connection, before: datetime) -> list[str]:
    """Names of the partitions of days before, of which nothing is left."""
    rows = await connection.fetch(
        """
        select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
        where inhparent = 'segment'::regclass and relname < 'segment_' || to_char($1::timestamptz at time zone 'UTC', 'YYYYMMDD')
        order by relname
        """,
        before,
    )
    return [
        row["relname"]
        for row in rows
        if not await connection.fetchval(f'select exists (select from "{row["relname"]}")')
    ]


async def drop_partition(connection: Connection, name: str) -> bool:
    """In a transaction of its own: it gives up where somebody reads for long. False where a row has come meanwhile."""
    await connection.execute("set local lock_timeout = '2s'")
    await connection.execute(f'lock table only segment, only "{name}" in access exclusive mode')
    if await connection.fetchval(f'select exists (select from "{name}")'):
        return False
    await connection.execute(f'alter table segment detach partition "{name}"')
    await connection.execute(f'drop table "{name}"')
    return True


async def prune_conditions(connection: Connection, before: datetime, limit: int) -> int:
    """Of what was over before a moment, at most so many rows."""
    status = await connection.execute(
        """
        delete from camera_condition where (camera_id, since, profile) in (
            select camera_id, since, profile from camera_condition where until < $1 limit $2)
        """,
        before,
        limit,
    )
    return int(status.split()[-1])


async def deletions(
    connection: Connection,
    *,
    camera_id: int | None,
    rule: str | None,
    from_at: datetime | None,
    to_at: datetime | None,
    limit: int,
) -> list[asyncpg.Record]:
    """By camera, profile, rule and day of the deletion, the latest first; in each row what all make up, beyond `limit` too."""
    rows: list[asyncpg.Record] = await connection.fetch(
        """
        select (at at time zone 'UTC')::date as day, camera_id, profile, rule, sum(segments)::bigint as segments,
               sum(bytes)::bigint as bytes, min(start_at) as start_at, max(end_at) as end_at,
               (sum(sum(segments)) over ())::bigint as all_segments, (sum(sum(bytes)) over ())::bigint as all_bytes
        from deletion
        where ($1::bigint is null or camera_id = $1) and ($2::text is null or rule = $2)
          and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or at < $4)
        group by 1, 2, 3, 4 order by 1 desc, 2, 3, 4 limit $5
        """,
        camera_id,
        rule,
        from_at,
        to_at,
        limit,
    )
    return rows
