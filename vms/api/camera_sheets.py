"""Sheets of cameras over HTTP: thousands in, and all of them out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from vms.api.deps import Given
from vms.api.errors import problem
from vms.api.schemas import Id, Name
from vms.cameras.sheets.errors import SheetTooLarge
from vms.cameras.sheets.sheets import Form
from vms.cameras.units.unit import UnitId

router = APIRouter(prefix="/api/v1", tags=["cameras"])

_MEDIA_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SHEETS: dict[str, object] = {media_type.partition(";")[0]: {} for media_type in _MEDIA_TYPES.values()}


@router.post(
    "/cameras/imports",
    openapi_extra={"requestBody": {"required": True, "content": _SHEETS}},
)
async def import_cameras(
    request: Request,
    parts: Given,
    author: Name,
    dry_run: Annotated[bool, Query(description="Say what would be done, and do nothing.")] = False,
) -> Response:
    """Every row of the sheet in the body, or none: 422 names each row that is refused, by line and column."""
    report = await parts.registry.sheets.take_in(
        await _body(request, parts.registry.sheets.most_bytes), author=author, dry_run=dry_run
    )
    content = {**report.summary(), "rows": [row.as_json() for row in report.rows]}
    refused = report.refused
    if not refused:
        return JSONResponse(content)
    return problem(
        422,
        code="rows_refused",
        en=f"{len(refused)} of {len(report.rows)} rows are refused, so nothing was written. Correct them.",
        zh=f"{len(report.rows)} 行中有 {len(refused)} 行被拒绝，未写入任何内容。请更正。",
        context={**report.summary(), "rows": [row.as_json() for row in refused]},
    )


@router.get("/cameras.{form}", response_class=Response)
async def export_cameras(
    form: Form,
    parts: Given,
    language: Annotated[str, Query(pattern="^(en|zh)$")] = "en",
    unit: Annotated[
        Id | None, Query(description="Only the cameras of this unit and of all below it.")
    ] = None,
) -> Response:
    """Every camera as an import takes it, without passwords: an empty password cell leaves it as it is."""
    content = await parts.registry.sheets.give_out(
        form, chinese=language == "zh", unit_id=None if unit is None else UnitId(unit)
    )
    return Response(
        content,
        media_type=_MEDIA_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="cameras.{form}"'},
    )


async def _body(request: Request, most: int) -> bytes:
    """Raises: SheetTooLarge, before more than that is held."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise SheetTooLarge(most=most)
    return bytes(content)
