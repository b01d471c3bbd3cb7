"""The audit over HTTP: who did what, and whether the chain of lines is whole."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from vms.api.deps import Given
from vms.api.schemas import Id
from vms.audit.in_json import line_as_json, verification_as_json

router = APIRouter(prefix="/api/v1/audit", tags=["evidence"])


@router.get("")
async def list_lines(
    parts: Given,
    author: str | None = None,
    act: Annotated[str | None, Query(description="camera.change, or a noun alone: camera.")] = None,
    camera: Id | None = None,
    unit: Id | None = None,
    case: str | None = None,
    start: AwareDatetime | None = None,
    end: AwareDatetime | None = None,
    before: Annotated[Id | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, object]:
    """A page, the latest first; `next` is null on the last."""
    lines = await parts.evidence.audit.lines(
        author=author,
        act=act,
        camera_id=camera,
        unit_id=unit,
        case=case,
        from_at=start,
        to_at=end,
        before_seq=before,
        limit=limit,
    )
    return {
        "lines": [line_as_json(line) for line in lines],
        "next": lines[-1].seq if len(lines) == limit else None,
    }


@router.get("/verification")
async def verify(parts: Given) -> dict[str, object]:
    """Walk the whole chain: which line was changed, removed, put in or moved."""
    return verification_as_json(await parts.evidence.audit.verify())
