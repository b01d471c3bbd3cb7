"""What an export is made of, read from the database before a byte is cut: segments with their chain, gaps, facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.chain import BEGINNING, Digest
from runtime.database import Database
from streams import store as streams_store
from streams.camera import CameraId
from streams.mask import Polygon
from streams.segment import ChainedSegment, iso
from vms.cameras.drawn import parse_masks
from vms.exports import store
from vms.timeline.reading import Timelines
from vms.timeline.timeline import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraMaterial:
    camera_id: CameraId
    facts: Mapping[str, object]
    profile: str
    segments: Sequence[ChainedSegment]
    #: link before the first segment
    previous_link: Digest
    deletions: Sequence[Mapping[str, object]]
    gaps: Sequence[Gap]
    #: privacy masks that the camera has now
    masks: Sequence[Polygon] = ()

    @property
    def bytes(self) -> int:
        return sum(each.segment.bytes for each in self.segments)


async def read_material(
    database: Database,
    timelines: Timelines,
    camera_ids: Sequence[CameraId],
    start_at: datetime,
    end_at: datetime,
) -> list[CameraMaterial]:
    """Raises: CameraUnknown, TimelineRangeInvalid, DatabaseUnavailable."""
    material = []
    for camera_id in camera_ids:
        timeline = await timelines.read(camera_id, "main", start_at, end_at)
        async with database.connection() as connection:
            facts = await store.camera_facts(connection, camera_id)
            masks = parse_masks(await store.camera_masks(connection, camera_id))
            profile = "sub" if facts["recorded"] == "sub" else "main"
            if profile == "sub":
                timeline = await timelines.read(camera_id, "sub", start_at, end_at)
            segments = await streams_store.segments_between(
                connection, camera_id, timeline.profile, start_at, end_at
            )
            previous, deletions = BEGINNING, []
            if segments:
                previous = await streams_store.link_before(
                    connection, camera_id, timeline.profile, segments[0].seq
                )
                deletions = await store.deletions_between(
                    connection, camera_id, timeline.profile, segments[0].seq, segments[-1].seq
                )
        material.append(
            CameraMaterial(
                camera_id=camera_id,
                facts=_plain(facts),
                profile=timeline.profile,
                segments=segments,
                previous_link=previous,
                deletions=[_deletion(row) for row in deletions],
                gaps=timeline.gaps,
                masks=masks,
            )
        )
    return material


def _plain(facts: Mapping[str, Any]) -> dict[str, object]:
    """Canonical JSON has no floats and no dates."""
    plain: dict[str, object] = {}
    for name, value in facts.items():
        plain[name] = value if value is None or isinstance(value, bool | int | str) else str(value)
    return plain


def _deletion(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "at": iso(row["at"]),
        "rule": row["rule"],
        "author": row["author"],
        "segments": row["segments"],
        "start_at": iso(row["start_at"]),
        "end_at": iso(row["end_at"]),
        "before_link": row["before_link"].hex(),
        "after_link": row["after_link"].hex(),
    }
