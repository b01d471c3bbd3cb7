"""The zones of a camera over HTTP: the whole set read and written, with the camera's ETag; a zone that keeps its name keeps its id."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from detectors.zones import Zone
from streams.camera import CameraId
from vms.api.camera_schemas import IfMatch, etag, version_of
from vms.api.deps import Given
from vms.api.schemas import Id, Name, NewZone, zones_given
from vms.cameras.configuration import Configuration
from vms.cameras.units.unit import Tree

router = APIRouter(prefix="/api/v1/cameras", tags=["cameras"])


class ZoneSet(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: there are no accounts yet: the name is what they typed
    author: Name
    #: all there are from then on
    zones: list[NewZone]


def zone_as_json(zone: Zone) -> dict[str, object]:
    area = None if zone.area_m2 is None else round(zone.area_m2, 1)
    return {"id": zone.id, **zone.as_json(), "area_m2": area}


@router.get("/{camera_id}/zones")
async def read_zones(camera_id: Id, parts: Given, response: Response) -> dict[str, object]:
    """With the ETag that a change must name: that of the camera."""
    camera = await parts.registry.camera(CameraId(camera_id))
    response.headers["ETag"] = etag(camera.version)
    return {"zones": [zone_as_json(zone) for zone in camera.zones]}


@router.put("/{camera_id}/zones")
async def write_zones(
    camera_id: Id, new: ZoneSet, parts: Given, response: Response, if_match: IfMatch = None
) -> dict[str, object]:
    """These zones and no others. One that goes is no longer watched; its alerts stay, open ones too."""
    zones = zones_given(new.zones)

    def edit(before: Configuration, _tree: Tree) -> Configuration:
        return before.with_values({"zones": zones})

    await parts.registry.editor.change(
        CameraId(camera_id), edit, author=new.author, version=version_of(if_match)
    )
    return await read_zones(camera_id, parts, response)
