"""The audit over HTTP: who did what, and whether the chain of lines is whole."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from vms.api.deps import Given
from vms.api.schemas import Id
from vms.audit.audit import Filters
from vms.audit.in_json import line_as_json, verification_as_json
from vms.evidence.sheets import audit_as_csv

router = APIRouter(prefix="/api/v1/audit", tags=["evidence"])


async def _filters(
    author: str | None = None,
    act: Annotated[str | None, Query(description="camera.change, or a noun alone: camera.")] = None,
    camera: Id | None = None,
    unit: Id | None = None,
    case: str | None = None,
    start: AwareDatetime | None = None,
    end: AwareDatetime | None = None,
) -> Filters:
    return Filters(
        author=author, act=act, camera_id=camera, unit_id=unit, case=case, from_at=start, to_at=end
    )


Asked = Annotated[Filters, Depends(_filters)]


@router.get("")
async def list_lines(
    parts: Given,
    filters: Asked,
    before: Annotated[Id | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, object]:
    """A page, the latest first; `next` is null on the last."""
    lines = await parts.evidence.audit.lines(**filters, before_seq=before, limit=limit)
    return {
        "lines": [line_as_json(line) for line in lines],
        "next": lines[-1].seq if len(lines) == limit else None,
    }


@router.get(".csv", response_class=StreamingResponse)
async def export_lines(parts: Given, filters: Asked) -> StreamingResponse:
    """Every line that is asked for, for a spreadsheet, the latest first."""
    return StreamingResponse(
        audit_as_csv(parts.evidence.audit, filters),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
    )


@router.get("/verification")
async def verify(parts: Given) -> dict[str, object]:
    """Walk the whole chain: which line was changed, removed, put in or moved; and the register beside it."""
    return verification_as_json(await parts.evidence.verify())
