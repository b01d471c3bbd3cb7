"""The SQL of checking recordings: one statement a function; the caller owns the transaction."""

from collections.abc import Sequence
from datetime import datetime

from runtime.chain import Digest
from runtime.database import Connection
from streams.camera import CameraId, ProfileName
from streams.segment import ChainedSegment, VolumeId
from streams.store import chained_segment_of
from vms.recordings.chain import Bridge


async def chains(
    connection: Connection, camera_ids: Sequence[int] | None
) -> list[tuple[CameraId, ProfileName, int, Digest]]:
    """Each chain with its end."""
    rows = await connection.fetch(
        """
        select * from segment_chain where $1::bigint[] is null or camera_id = any ($1) order by camera_id, profile
        """,
        None if camera_ids is None else list(camera_ids),
    )
    return [(CameraId(row["camera_id"]), row["profile"], row["seq"], row["link"]) for row in rows]


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
