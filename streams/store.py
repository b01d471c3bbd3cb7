"""The SQL of stream profiles and recordings: one statement a function; the caller owns the transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from runtime.chain import BEGINNING, Digest
from runtime.database import Connection
from streams.camera import CameraId, ProfileName
from streams.segment import ChainedSegment, Segment, SegmentName, VolumeId


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


async def lock_chain(connection: Connection, camera_id: CameraId, profile: ProfileName) -> tuple[int, bytes]:
    """The last place and link of a chain, held until the transaction ends; 0 and the beginning where there is none yet."""
    await connection.execute(
        "insert into segment_chain (camera_id, profile, seq, link) values ($1, $2, 0, $3) on conflict do nothing",
        camera_id,
        profile,
        BEGINNING,
    )
    row = await connection.fetchrow(
        "select seq, link from segment_chain where camera_id = $1 and profile = $2 for update",
        camera_id,
        profile,
    )
    return row["seq"], row["link"]


async def move_chain(
    connection: Connection, camera_id: CameraId, profile: ProfileName, seq: int, link: bytes
) -> None:
    await connection.execute(
        "update segment_chain set seq = $3, link = $4 where camera_id = $1 and profile = $2",
        camera_id,
        profile,
        seq,
        link,
    )


async def make_partition(connection: Connection, day: date) -> None:
    """For the segments that start on that day of UTC; a second time changes nothing."""
    await connection.execute("select make_segment_partition($1)", day)


async def insert_segment(connection: Connection, segment: Segment, seq: int, link: bytes) -> bool:
    """False where there is one of that camera, profile and start already."""
    status = await connection.execute(
        """
        insert into segment (camera_id, profile, start_at, end_at, volume_id, run_id, duration_s, bytes, codec,
                             width, height, clock_offset_s, sha256, media_sha256, seq, link)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        on conflict do nothing
        """,
        segment.camera_id,
        segment.profile,
        segment.start_at,
        segment.end_at,
        segment.volume_id,
        segment.run_id,
        segment.duration_s,
        segment.bytes,
        segment.codec,
        segment.width,
        segment.height,
        segment.clock_offset_s,
        segment.sha256,
        segment.media_sha256,
        seq,
        link,
    )
    return bool(status == "INSERT 0 1")


async def known_starts(
    connection: Connection, names: Sequence[SegmentName]
) -> set[tuple[CameraId, ProfileName, datetime]]:
    """Those of `names` that have a row."""
    rows = await connection.fetch(
        """
        select camera_id, profile, start_at from segment
        where (camera_id, profile, start_at) in
            (select * from unnest($1::bigint[], $2::text[], $3::timestamptz[]))
          and start_at between $4 and $5
        """,
        [name.camera_id for name in names],
        [name.profile for name in names],
        [name.start_at for name in names],
        min(name.start_at for name in names),
        max(name.start_at for name in names),
    )
    return {(row["camera_id"], row["profile"], row["start_at"]) for row in rows}


async def doomed_among(connection: Connection, paths: Sequence[str]) -> set[str]:
    """Those of `paths` whose deletion was written down, and whose file may still be there."""
    rows = await connection.fetch("select path from doomed_file where path = any ($1::text[])", list(paths))
    return {row["path"] for row in rows}


async def link_before(connection: Connection, camera_id: CameraId, profile: str, seq: int) -> Digest:
    """The link that the segment at `seq` follows: that of the segment before it, or what its deletion left."""
    if seq == 1:
        return BEGINNING
    found: Digest | None = await connection.fetchval(
        """
        select link from segment where camera_id = $1 and profile = $2 and seq = $3 - 1
        union all
        select after_link from deletion where camera_id = $1 and profile = $2 and last_seq = $3 - 1
        limit 1
        """,
        camera_id,
        profile,
        seq,
    )
    return BEGINNING if found is None else found


async def segments_between(
    connection: Connection, camera_id: CameraId, profile: ProfileName, start_at: datetime, end_at: datetime
) -> list[ChainedSegment]:
    """Those that overlap the range, in order of time."""
    rows = await connection.fetch(
        """
        select * from segment
        where camera_id = $1 and profile = $2 and start_at > $3::timestamptz - interval '1 day' and start_at < $4
          and end_at > $3
        order by start_at
        """,
        camera_id,
        profile,
        start_at,
        end_at,
    )
    return [chained_segment_of(row) for row in rows]


def chained_segment_of(row: asyncpg.Record) -> ChainedSegment:
    """A row of the table as it is: every column of `segment`."""
    fields = dict(row)
    seq, link = fields.pop("seq"), fields.pop("link")
    return ChainedSegment(
        segment=Segment(**{**fields, "run_id": UUID(str(row["run_id"]))}), seq=seq, link=link
    )


async def put_volume(connection: Connection, host: str, folder: str) -> VolumeId:
    """The id of a volume, which it has from the first time on."""
    return VolumeId(
        await connection.fetchval(
            """
            with added as (
                insert into volume (host, folder) values ($1, $2) on conflict do nothing returning id
            )
            select id from added union all select id from volume where host = $1 and folder = $2 limit 1
            """,
            host,
            folder,
        )
    )
