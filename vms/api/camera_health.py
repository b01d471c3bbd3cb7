"""Health of cameras over HTTP: how they are, how one was, and how much of a month they could be seen."""

from typing import Annotated

from fastapi import APIRouter, Query

from streams.camera import CameraId
from streams.condition import ConditionCause
from vms.api.deps import Given
from vms.api.schemas import Id
from vms.cameras.camera_state import CameraState
from vms.cameras.query import CameraQuery
from vms.cameras.registered_camera import RegisteredCamera
from vms.cameras.units.unit import UnitId
from vms.health.in_json import availability_as_json, condition_as_json

router = APIRouter(prefix="/api/v1", tags=["health"])

Month = Annotated[
    str | None,
    Query(
        description="Such as 2026-11, of the place (`time_zone`); this month when absent.",
        examples=["2026-11"],
    ),
]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]


@router.get("/health/cameras")
async def list_health(
    parts: Given,
    unit: Annotated[Id | None, Query(description="A unit: its cameras and those of all below it.")] = None,
    state: Annotated[
        CameraState | None, Query(description="Of its worst stream; `not_watched`: nobody looks at it now.")
    ] = None,
    cause: Annotated[ConditionCause | None, Query(description="Of any of its streams.")] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, object]:
    """A page of cameras with the condition of each stream, in order of registration; `next` is null on the last."""
    page = await parts.registry.page(
        CameraQuery(
            unit_id=None if unit is None else UnitId(unit),
            state=state,
            cause=cause,
            cursor=cursor,
            limit=limit,
        )
    )
    return {"cameras": [_camera_as_json(camera) for camera in page.cameras], "next": page.next}


@router.get("/health/availability")
async def read_availability(
    parts: Given,
    unit: Annotated[
        Id | None,
        Query(
            description="A unit with all below it; one that was merged is read as the unit that has its cameras."
        ),
    ] = None,
    camera: Annotated[Id | None, Query(description="One camera instead.")] = None,
    month: Month = None,
) -> dict[str, object]:
    """How much of a month cameras could be seen: in all, by the units below, by cause, and the ten worst.

    `seen_share` is of the time that was watched; time that nobody watched is in `unwatched_s` and in no share.
    """
    if camera is not None:
        found = await parts.history.availability_of_camera(CameraId(camera), month=month)
    else:
        found = await parts.history.availability(None if unit is None else UnitId(unit), month=month)
    return availability_as_json(found)


@router.get("/cameras/{camera_id}/health")
async def read_history(
    camera_id: Id,
    parts: Given,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, object]:
    """The conditions of its streams, newest first; `until` is null while one lasts. Between them nobody watched.

    Of a camera that was removed, too.
    """
    page = await parts.history.of_camera(CameraId(camera_id), cursor=cursor, limit=limit)
    return {
        "conditions": [condition_as_json(each) for each in page.conditions],
        "next": page.next,
    }


def _camera_as_json(camera: RegisteredCamera) -> dict[str, object]:
    return {
        "id": camera.id,
        "name": camera.name,
        "unit": {"id": camera.unit_id, "name": camera.unit_name},
        "enabled": camera.enabled,
        "state": camera.state,
        "streams": [
            {
                "profile": profile.name,
                "state": profile.state or "not_watched",
                "causes": profile.causes,
                "error": profile.error,
                "since": profile.since.isoformat() if profile.since else None,
            }
            for profile in camera.profiles
        ],
    }
