"""Cameras over HTTP: pages of the list, one camera with its ETag, registration, changes, removal and history."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from streams.camera import CameraId
from vms.api.camera_schemas import CameraPatch, IfMatch, NewCamera, etag, version_of
from vms.api.camera_zones import zone_as_json
from vms.api.deps import Given, find_room
from vms.api.schemas import Id, Name, zones_given
from vms.cameras.camera_state import CameraState
from vms.cameras.configuration import NO_FACTS, Configuration
from vms.cameras.draft import CameraDraft
from vms.cameras.place import Filing
from vms.cameras.query import CameraQuery
from vms.cameras.registered_camera import RegisteredCamera
from vms.cameras.units.unit import Tree, UnitId

router = APIRouter(prefix="/api/v1", tags=["cameras"])


def _as_json(camera: RegisteredCamera, fps: dict[tuple[int, str], float | None]) -> dict[str, object]:
    facts = camera.facts
    return {
        "id": camera.id,
        "version": camera.version,
        "name": camera.name,
        "unit": {"id": camera.unit_id, "name": camera.unit_name},
        "enabled": camera.enabled,
        "rules": sorted(camera.rules),
        "hours": {rule: str(hours) for rule, hours in camera.hours.items()},
        "masks": camera.masks,
        "recorded": camera.recorded,
        "analysed": camera.analysed,
        "code": facts.code,
        "address": facts.address,
        "onvif_port": facts.onvif_port,
        "make": facts.make,
        "model": facts.model,
        "serial": facts.serial,
        "place": facts.place,
        "place_kind": facts.place_kind,
        "place_category": facts.place_category,
        "purpose": facts.purpose,
        "sign_confirmed": facts.sign_confirmed,
        "filing_number": facts.filing_number,
        "filed_on": facts.filed_on.isoformat() if facts.filed_on else None,
        "longitude": facts.longitude,
        "latitude": facts.latitude,
        "retention_days": facts.retention_days,
        "zones": [zone_as_json(zone) for zone in camera.zones],
        "profiles": [
            {
                "name": profile.name,
                "url": profile.url,
                "recorded": profile.recorded,
                "analysed": profile.analysed,
                "state": profile.state,
                "causes": profile.causes,
                "since": profile.since.isoformat() if profile.since else None,
                "fps": fps.get((camera.id, profile.name)),
                "error": profile.error,
            }
            for profile in camera.profiles
        ],
    }


@router.get("/cameras")
async def list_cameras(
    parts: Given,
    unit: Annotated[Id | None, Query(description="A unit: its cameras and those of all below it.")] = None,
    text: Annotated[
        str,
        Query(
            max_length=200,
            description="Words that name, code, place, address, make, model or serial hold, all of them.",
        ),
    ] = "",
    state: Annotated[
        CameraState | None, Query(description="Of its worst stream; `not_watched`: nobody looks at it now.")
    ] = None,
    enabled: bool | None = None,
    filing: Annotated[
        Filing | None,
        Query(
            description="Not filed with the county police yet; `overdue`: registered more than 30 days ago."
        ),
    ] = None,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, object]:
    """A page, in order of registration, with the cursor of the next one; null on the last."""
    page = await parts.registry.page(
        CameraQuery(
            unit_id=None if unit is None else UnitId(unit),
            text=text,
            state=state,
            enabled=enabled,
            filing=filing,
            cursor=cursor,
            limit=limit,
        )
    )
    fps = parts.health.fps()
    return {"cameras": [_as_json(camera, fps) for camera in page.cameras], "next": page.next}


@router.get("/rooms/{room_id}/cameras", tags=["rooms"], response_class=Response)
async def list_room_cameras(room_id: Id, parts: Given) -> Response:
    """Every camera that the room watches, as the wall needs it: its name, and what each stream does."""
    room = await find_room(parts, room_id)
    text = await parts.registry.states_as_json(UnitId(room.unit_id))
    return Response(text, media_type="application/json")


@router.post("/cameras", status_code=201)
async def register_camera(new: NewCamera, parts: Given, response: Response) -> dict[str, object]:
    camera = await parts.registry.register(
        CameraDraft(
            name=new.name,
            unit=new.unit,
            url=new.url,
            sub_url=new.sub_url,
            username=new.username,
            password=new.password,
            rules=frozenset(new.rules),
            settings={**new.watching(), "zones": zones_given(new.zones)},
            facts=replace(NO_FACTS, **new.given()),
        ),
        author=new.author,
        probe=new.probe,
    )
    response.headers["ETag"] = etag(camera.version)
    return _as_json(camera, {})


@router.get("/cameras/{camera_id}")
async def read_camera(camera_id: Id, parts: Given, response: Response) -> dict[str, object]:
    """With the ETag that a change must name."""
    camera = await parts.registry.camera(CameraId(camera_id))
    response.headers["ETag"] = etag(camera.version)
    return _as_json(camera, parts.health.fps())


@router.patch("/cameras/{camera_id}")
async def change_camera(
    camera_id: Id, patch: CameraPatch, parts: Given, response: Response, if_match: IfMatch = None
) -> dict[str, object]:
    """Change what is sent. 428 without If-Match, 412 where somebody changed it since."""
    version = version_of(if_match)
    facts = patch.given()

    def edit(before: Configuration, tree: Tree) -> Configuration:
        unit = {} if patch.unit is None else {"unit_id": tree.find(patch.unit).id}
        return before.with_values({**patch.settings(), **facts, **unit})

    await parts.registry.editor.change(
        CameraId(camera_id),
        edit,
        author=patch.author,
        password=patch.password,
        version=version,
        probe=patch.probe,
    )
    return await read_camera(camera_id, parts, response)


@router.delete("/cameras/{camera_id}", status_code=204)
async def remove_camera(camera_id: Id, author: Name, parts: Given, if_match: IfMatch = None) -> None:
    """Take it out of use for good: it stops and its passwords are forgotten; recordings, alerts and history remain."""
    await parts.registry.editor.remove(CameraId(camera_id), author=author, version=version_of(if_match))


@router.get("/cameras/{camera_id}/versions")
async def read_versions(camera_id: Id, parts: Given) -> list[dict[str, object]]:
    """Every change, oldest first; of a camera that was removed, too."""
    return [
        {
            "version": version.version,
            "at": version.at.isoformat(),
            "author": version.author,
            "changes": version.changes,
        }
        for version in await parts.registry.editor.versions(CameraId(camera_id))
    ]
