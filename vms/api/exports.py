"""Exports over HTTP: asked for under an access, made in the background, downloaded as one file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict

from streams.camera import CameraId
from streams.segment import iso
from vms.api.deps import Given
from vms.api.schemas import Id
from vms.exports.export import Export
from vms.exports.masking import MaskedAsked

router = APIRouter(prefix="/api/v1/exports", tags=["evidence"])


class MaskedRequest(BaseModel):
    """Masked copies: people blurred, the camera's privacy masks black, a watermark. A person must look at them before release."""

    model_config = ConfigDict(extra="forbid")

    #: corners, 0 to 1 of the picture, of what stays sharp
    region: list[tuple[float, float]] | None = None
    #: empty: who, when and under which access
    watermark: str = ""
    #: the originals go along
    originals: bool = False


class ExportRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: absent is refused with what to do
    access_id: UUID | None = None
    cameras: list[Id]
    start_at: AwareDatetime
    end_at: AwareDatetime
    #: absent: the originals
    masked: MaskedRequest | None = None


@router.post("", status_code=202)
async def request_export(asked: ExportRequest, parts: Given) -> dict[str, object]:
    """It waits, then is made; ask for it until its state is `done`."""
    masked = None
    if asked.masked is not None:
        region = asked.masked.region
        masked = MaskedAsked(
            region=None if region is None else tuple(region),
            watermark=asked.masked.watermark,
            originals=asked.masked.originals,
        )
    export = await parts.evidence.exports.request(
        asked.access_id,
        [CameraId(each) for each in asked.cameras],
        asked.start_at,
        asked.end_at,
        masked=masked,
    )
    return export_as_json(export)


@router.get("")
async def list_exports(parts: Given, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> dict[str, object]:
    """The latest first."""
    return {"exports": [export_as_json(export) for export in await parts.evidence.exports.list(limit)]}


@router.get("/{export_id}")
async def read_export(export_id: UUID, parts: Given) -> dict[str, object]:
    """How far it is."""
    return export_as_json(await parts.evidence.exports.find(export_id))


@router.delete("/{export_id}")
async def cancel_export(export_id: UUID, parts: Given) -> dict[str, object]:
    """Stop it at the next file."""
    return export_as_json(await parts.evidence.exports.cancel(export_id))


@router.get("/{export_id}/file")
async def download_export(export_id: UUID, parts: Given) -> FileResponse:
    """The package; the download is written into the access register."""
    path = await parts.evidence.exports.file(export_id)
    return FileResponse(path, media_type="application/zip", filename=path.name)


def export_as_json(export: Export) -> dict[str, object]:
    return {
        "id": str(export.id),
        "access_id": str(export.access_id),
        "cameras": list(export.camera_ids),
        "start_at": iso(export.start_at),
        "end_at": iso(export.end_at),
        "state": export.state,
        "made_at": iso(export.made_at),
        "ended_at": None if export.ended_at is None else iso(export.ended_at),
        "done_bytes": export.done_bytes,
        "all_bytes": export.all_bytes,
        "bytes": export.bytes,
        "sha256": None if export.sha256 is None else export.sha256.hex(),
        "error": export.error,
        "masked": None if export.masked is None else export.masked.as_json(),
    }
