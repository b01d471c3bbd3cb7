"""Holds over HTTP: recordings that nothing may delete."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from vms.api.deps import Given
from vms.api.schemas import Id, Name
from vms.holds.hold import NewHold

router = APIRouter(prefix="/api/v1/holds", tags=["evidence"])

Text = Annotated[str, Field(max_length=2000)]


class HoldRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cameras: list[Id]
    start_at: AwareDatetime
    end_at: AwareDatetime
    reason: Text
    owner: Name
    case_number: Text = ""
    #: null: until it is released
    expires_at: AwareDatetime | None = None
    #: only another person than the owner may release it
    needs_other: bool = False


class HoldRelease(BaseModel):
    model_config = ConfigDict(extra="forbid")

    author: Name
    reason: Text


@router.post("", status_code=201)
async def place_hold(asked: HoldRequest, parts: Given) -> dict[str, object]:
    """In force when this is answered."""
    placed = await parts.evidence.holds.place(
        NewHold(
            camera_ids=asked.cameras,
            start_at=asked.start_at,
            end_at=asked.end_at,
            reason=asked.reason,
            owner=asked.owner,
            case_number=asked.case_number,
            expires_at=asked.expires_at,
            needs_other=asked.needs_other,
        )
    )
    return placed.as_json()


@router.get("")
async def list_holds(
    parts: Given,
    camera: Id | None = None,
    all: Annotated[bool, Query(description="Those too that were released or have expired.")] = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, object]:
    """The latest first."""
    holds = await parts.evidence.holds.list(camera_id=camera, all=all, limit=limit)
    return {"holds": [hold.as_json() for hold in holds]}


@router.post("/{hold_id}/release")
async def release_hold(hold_id: Id, release: HoldRelease, parts: Given) -> dict[str, object]:
    """Retention may delete what it held from now on."""
    released = await parts.evidence.holds.release(hold_id, author=release.author, reason=release.reason)
    return released.as_json()
