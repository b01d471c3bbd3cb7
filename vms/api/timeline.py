"""A camera's timeline over HTTP: what was recorded, what is missing and why. No picture is shown: no access is asked for."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from streams.camera import CameraId, ProfileName
from vms.api.deps import Given
from vms.api.schemas import Id
from vms.timeline.in_json import timeline_as_json

router = APIRouter(prefix="/api/v1/cameras", tags=["evidence"])


@router.get("/{camera_id}/timeline")
async def read_timeline(
    camera_id: Id,
    parts: Given,
    start: Annotated[AwareDatetime, Query(examples=["2026-11-05T08:00:00Z"])],
    end: Annotated[
        AwareDatetime, Query(description="At most 31 days later.", examples=["2026-11-06T08:00:00Z"])
    ],
    profile: Annotated[
        ProfileName | None, Query(description="The one that is recorded, main where both are, when absent.")
    ] = None,
    detail: Annotated[
        Literal["stretches", "segments"], Query(description="`segments`: with each recorded file.")
    ] = "stretches",
) -> dict[str, object]:
    """Stretches and gaps tile the range; alerts and holds on it. `end_at` of the answer is never after now."""
    timeline = await parts.evidence.timelines.read(CameraId(camera_id), profile, start, end)
    return timeline_as_json(timeline, files=detail == "segments")
