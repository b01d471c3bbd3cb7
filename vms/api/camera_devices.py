"""Cameras as devices over HTTP: steered, asked for presets and imaging settings, and what they say of themselves.

Each answer names the unit it touches: what a person may steer or see goes by unit.
"""

from dataclasses import asdict
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from streams.camera import CameraId
from streams.onvif.ptz import Velocity
from vms.api.deps import Given, Parts
from vms.api.schemas import Id, Name
from vms.audit.entry import AuditEntry
from vms.cameras.registered_camera import RegisteredCamera

router = APIRouter(prefix="/api/v1/cameras/{camera_id}", tags=["devices"])

log = structlog.get_logger(__name__)

Share = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class PtzCommand(BaseModel):
    """`move` goes on for `holds_s` seconds and is sent again to go on: whoever loses the connection stops the camera."""

    model_config = ConfigDict(extra="forbid")

    #: there are no accounts yet: the name is what they typed
    author: Name
    action: Literal["move", "stop", "preset"]
    #: of a move, shares of the greatest speed: right, up and in are positive
    pan: Share = 0.0
    tilt: Share = 0.0
    zoom: Share = 0.0
    #: token of the preset to go to
    preset: Annotated[str, StringConstraints(max_length=100)] = ""

    @model_validator(mode="after")
    def _is_whole(self) -> "PtzCommand":
        if (self.action == "preset") != bool(self.preset):
            raise ValueError("a preset goes with the action preset")
        if self.action != "move" and (self.pan or self.tilt or self.zoom):
            raise ValueError("a speed goes with the action move")
        return self


@router.post("/ptz")
async def steer(camera_id: Id, command: PtzCommand, parts: Given) -> dict[str, object]:
    """Move, stop, or go to a preset."""
    camera = await _camera(parts, camera_id)
    account = await parts.registry.onvif_account(camera.id)
    desk = parts.desk
    told = True  # a move that goes on was told of when it began
    if command.action == "move":
        told = await desk.move(
            camera.id, account, Velocity(pan=command.pan, tilt=command.tilt, zoom=command.zoom)
        )
    elif command.action == "stop":
        await desk.stop(camera.id, account)
    else:
        await desk.go_to(camera.id, account, command.preset)
    log.info("steered", camera=camera.id, unit=camera.unit_id, author=command.author, action=command.action)
    if told:
        await parts.evidence.audit.note(_steered(camera, command))
    holds_s = desk.hold_s if command.action == "move" else None
    return _of(camera) | {"action": command.action, "holds_s": holds_s}


@router.get("/ptz/presets")
async def list_presets(camera_id: Id, parts: Given) -> dict[str, object]:
    """As the device has them."""
    camera = await _camera(parts, camera_id)
    account = await parts.registry.onvif_account(camera.id)
    presets = await parts.desk.presets(camera.id, account)
    return _of(camera) | {"presets": [{"token": each.token, "name": each.name} for each in presets]}


@router.get("/imaging")
async def read_imaging(camera_id: Id, parts: Given) -> dict[str, object]:
    """How each imager of the device makes its picture; null is what it does not say."""
    camera = await _camera(parts, camera_id)
    account = await parts.registry.onvif_account(camera.id)
    return _of(camera) | {"imagers": [asdict(each) for each in await parts.desk.imaging(camera.id, account)]}


@router.get("/device")
async def read_device(camera_id: Id, parts: Given) -> dict[str, object]:
    """What the device last said of its own picture (motion, tamper, video_loss), and whether it is listened to now."""
    camera = await _camera(parts, camera_id)
    found = await parts.event_watch.states(camera.id)
    return _of(camera) | {
        "listening": found.listening,
        "error": None if found.error is None else found.error.as_json(),
        "clock_offset_s": found.clock_offset_s,
        "states": [
            {
                "kind": state.kind,
                "active": state.active,
                "since": state.since.isoformat(),
                "told_at": state.told_at.isoformat(),
                "said_at": state.said_at.isoformat() if state.said_at else None,
                "detector": state.detector,
            }
            for state in found.states
        ],
    }


def _steered(camera: RegisteredCamera, command: PtzCommand) -> AuditEntry:
    return AuditEntry(
        author=command.author,
        act="camera.steer",
        target=f"camera {camera.id}",
        camera_ids=[camera.id],
        unit_ids=[camera.unit_id],
        detail={"action": command.action, "preset": command.preset},
    )


async def _camera(parts: Parts, camera_id: int) -> RegisteredCamera:
    """Raises: CameraUnknown, DatabaseUnavailable."""
    return await parts.registry.camera(CameraId(camera_id))


def _of(camera: RegisteredCamera) -> dict[str, object]:
    return {"camera_id": camera.id, "unit": {"id": camera.unit_id, "name": camera.unit_name}}
