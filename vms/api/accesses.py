"""The access register over HTTP: ask for recordings, see who asked for which and what was done with it."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from streams.segment import iso
from vms.access.access import NewAccess, RequestType
from vms.access.register import RegisteredAccess
from vms.api.deps import Given
from vms.api.schemas import Id, Name
from vms.evidence.sheets import accesses_as_csv

router = APIRouter(prefix="/api/v1/accesses", tags=["evidence"])

Text = Annotated[str, Field(max_length=2000)]


class AccessRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    person: Text
    organisation: Text
    reason: Text
    request_type: RequestType
    document_number: Text = ""
    case_number: Text = ""
    cameras: list[Id]
    start_at: AwareDatetime
    end_at: AwareDatetime
    #: pictures without the cameras' privacy masks
    unmasked: bool = False
    expires_in_hours: float = Field(default=24.0, gt=0, le=24 * 365)


class AccessEnd(BaseModel):
    model_config = ConfigDict(extra="forbid")

    author: Name


@router.post("", status_code=201)
async def request_access(asked: AccessRequest, parts: Given) -> dict[str, object]:
    """Enter a request into the register. Its id is what playback and export are asked with."""
    access = await parts.evidence.register.request(
        NewAccess(
            person=asked.person,
            organisation=asked.organisation,
            reason=asked.reason,
            request_type=asked.request_type,
            document_number=asked.document_number,
            case_number=asked.case_number,
            camera_ids=asked.cameras,
            start_at=asked.start_at,
            end_at=asked.end_at,
            unmasked=asked.unmasked,
            expires_in=timedelta(hours=asked.expires_in_hours),
        )
    )
    return access.as_json()


@router.get("")
async def list_accesses(
    parts: Given,
    person: str | None = None,
    camera: Id | None = None,
    unit: Id | None = None,
    case: str | None = None,
    start: AwareDatetime | None = None,
    end: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, object]:
    """The latest first; `start` and `end`: when it was asked for."""
    accesses = await parts.evidence.register.list(
        person=person, camera_id=camera, unit_id=unit, case=case, from_at=start, to_at=end, limit=limit
    )
    return {"accesses": [access.as_json() for access in accesses]}


@router.get(".csv", response_class=Response)
async def export_accesses(
    parts: Given,
    person: str | None = None,
    camera: Id | None = None,
    unit: Id | None = None,
    case: str | None = None,
    start: AwareDatetime | None = None,
    end: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 100_000,
) -> Response:
    """The register for a spreadsheet, the latest first."""
    accesses = await parts.evidence.register.list(
        person=person, camera_id=camera, unit_id=unit, case=case, from_at=start, to_at=end, limit=limit
    )
    return Response(
        accesses_as_csv(accesses),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="accesses.csv"'},
    )


@router.get("/{access_id}")
async def read_access(access_id: UUID, parts: Given) -> dict[str, object]:
    """One, with what was done with it."""
    return registered_as_json(await parts.evidence.register.find(access_id))


@router.post("/{access_id}/end")
async def end_access(access_id: UUID, end: AccessEnd, parts: Given) -> dict[str, object]:
    """It gives nothing any more."""
    ended = await parts.evidence.register.end(access_id, author=end.author)
    return ended.as_json()


def registered_as_json(registered: RegisteredAccess) -> dict[str, object]:
    uses = [
        {
            "at": iso(use.at),
            "act": use.act,
            "cameras": list(use.camera_ids),
            "start_at": iso(use.start_at),
            "end_at": iso(use.end_at),
        }
        for use in registered.uses
    ]
    return {**registered.access.as_json(), "uses": uses}
