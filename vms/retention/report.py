"""What was deleted, by camera, rule and day."""

from datetime import datetime

from runtime.database import Database
from streams.segment import iso
from vms.retention import store


async def deletion_report(
    database: Database,
    *,
    camera_id: int | None = None,
    rule: str | None = None,
    from_at: datetime | None = None,
    to_at: datetime | None = None,
    limit: int = 1000,
) -> dict[str, object]:
    """The latest day first, at most `limit` rows; the sums are of all that was asked for. Raises: DatabaseUnavailable."""
    async with database.connection() as connection:
        rows = await store.deletions(
            connection, camera_id=camera_id, rule=rule, from_at=from_at, to_at=to_at, limit=limit
        )
    return {
        "segments": rows[0]["all_segments"] if rows else 0,
        "bytes": rows[0]["all_bytes"] if rows else 0,
        "deletions": [
            {
                "day": row["day"].isoformat(),
                "camera_id": row["camera_id"],
                "profile": row["profile"],
                "rule": row["rule"],
                "segments": row["segments"],
                "bytes": row["bytes"],
                "start_at": iso(row["start_at"]),
                "end_at": iso(row["end_at"]),
            }
            for row in rows
        ],
    }
