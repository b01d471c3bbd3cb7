"""Cameras over HTTP: the list with what each stream does now, and registration."""

from fastapi import APIRouter

from vms.api.deps import Given
from vms.api.schemas import NewCamera
from vms.registry import CameraDraft, GroundDraft, RegisteredCamera, ZoneDraft

router = APIRouter(prefix="/api/v1/cameras", tags=["cameras"])


def _as_json(camera: RegisteredCamera, fps: dict[tuple[int, str], float | None]) -> dict[str, object]:
    return {
        "id": camera.id,
        "name": camera.name,
        "unit": {"id": camera.unit_id, "name": camera.unit_name},
        "enabled": camera.enabled,
        "rules": sorted(camera.rules),
        "zones": [
            {
                "id": zone.id,
                "name": zone.name,
                "polygon": zone.polygon,
                "rules": sorted(zone.rules),
                "crowd_limit": zone.crowd_limit,
                "ground": zone.ground.as_json() if zone.ground else None,
                "area_m2": None if zone.area_m2 is None else round(zone.area_m2, 1),
            }
            for zone in camera.zones
        ],
        "profiles": [
            {
                "name": profile.name,
                "url": profile.url,
                "state": profile.state,
                "since": profile.since.isoformat() if profile.since else None,
                "fps": fps.get((camera.id, profile.name)),
                "error": profile.error,
            }
            for profile in camera.profiles
        ],
    }


@router.get("")
async def list_cameras(parts: Given) -> list[dict[str, object]]:
    cameras = await parts.registry.cameras()
    fps = parts.health.fps()
    return [_as_json(camera, fps) for camera in cameras]


@router.post("", status_code=201)
async def register_camera(new: NewCamera, parts: Given) -> dict[str, object]:
    camera = await parts.registry.register(
        CameraDraft(
            name=new.name,
            unit=new.unit,
            url=new.url,
            sub_url=new.sub_url,
            username=new.username,
            password=new.password,
            rules=frozenset(new.rules),
            zones=tuple(
                ZoneDraft(
                    name=zone.name,
                    polygon=tuple(zone.polygon),
                    rules=frozenset(zone.rules),
                    crowd_limit=zone.crowd_limit,
                    ground=GroundDraft(points=tuple(zone.ground.points), metres=tuple(zone.ground.metres))
                    if zone.ground
                    else None,
                )
                for zone in new.zones
            ),
        ),
        probe=new.probe,
    )
    return _as_json(camera, {})
