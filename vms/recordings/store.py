"""The SQL of checking recordings: one statement a function; the caller owns the transaction."""

from collections.abc import Sequence
from datetime import datetime

from runtime.chain import BEGINNING, Digest
from runtime.database import Connection
from streams.camera import CameraId, ProfileName
from streams.segment import ChainedSegment, VolumeId
from streams.store import chained_segment_of
from vms.recordings.chain import Bridge


async def chains(
    connection: Connection, camera_ids: Sequence[int] | None
) -> list[tuple[CameraId, ProfileName]]:
    """Each camera and profile that was ever recorded."""
    rows = await connection.fetch(
        """
        select camera_id, profile from segment_chain where $1::bigint[] is null or camera_id = any ($1)
        union select camera_id, name from stream_profile where $1::bigint[] is null or camera_id = any ($1)
        order by 1, 2
        """,
        None if camera_ids is None else list(camera_ids),
    )
    return [(CameraId(row["camera_id"]), row["profile"]) for row in rows]


async def chain_end(connection: Connection, camera_id: CameraId, profile: ProfileName) -> tuple[int, Digest]:
    """Place and link of its last segment."""
    row = await connection.fetchrow(
        "select seq, link from segment_chain where camera_id = $1 and profile = $2", camera_id, profile
    )
    return (0, BEGINNING) if row is None else (row["seq"], row["link"])


async def is_there(connection: Connection, each: ChainedSegment) -> bool:
    """Whether the row is still as it was read."""
    segment = each.segment
    found: bool = await connection.fetchval(
        """
        select exists (select from segment
                       where camera_id = $1 and profile = $2 and start_at = $3 and seq = $4 and link = $5)
        """,
        segment.camera_id,
        segment.profile,
        segment.start_at,
        each.seq,
        each.link,
    )
    return found


async def segments(
    connection: Connection,
    camera_id: CameraId,
    profile: ProfileName,
    start_at: datetime | None,
    end_at: datetime | None,
) -> list[ChainedSegment]:
    """By their place in the chain; all, or those that begin in a range."""
    rows = await connection.fetch(
        """
        select * from segment
        where camera_id = $1 and profile = $2
          and ($3::timestamptz is null or start_at >= $3) and ($4::timestamptz is null or start_at < $4)
        order by seq
        """,
        camera_id,
        profile,
        start_at,
        end_at,
    )
    return [chained_segment_of(row) for row in rows]


async def bridges(connection: Connection, camera_id: CameraId, profile: ProfileName) -> dict[int, Bridge]:
    rows = await connection.fetch(
        "select first_seq, last_seq, before_link, after_link from deletion where camera_id = $1 and profile = $2",
        camera_id,
        profile,
    )
    return {
        row["first_seq"]: Bridge(
            last_seq=row["last_seq"], before_link=row["before_link"], after_link=row["after_link"]
        )
        for row in rows
    }


async def doomed_paths(connection: Connection, volume_id: VolumeId) -> set[str]:
    rows = await connection.fetch("select path from doomed_file where volume_id = $1", volume_id)
    return {row["path"] for row in rows}
