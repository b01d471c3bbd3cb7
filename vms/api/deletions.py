"""What was deleted over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from vms.api.deps import Given
from vms.api.schemas import Id
from vms.retention.report import deletion_report

router = APIRouter(prefix="/api/v1/deletions", tags=["evidence"])


@router.get("")
async def list_deletions(
    parts: Given,
    camera: Id | None = None,
    rule: Literal["retention", "full_disk", "lost"] | None = None,
    start: AwareDatetime | None = None,
    end: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> dict[str, object]:
    """By camera, profile, rule and day (UTC), the latest first; the sums are of all, beyond the limit too."""
    return await deletion_report(
        parts.database, camera_id=camera, rule=rule, from_at=start, to_at=end, limit=limit
    )
