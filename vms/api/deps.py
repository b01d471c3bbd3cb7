"""What the routes are given: the parts that bootstrap has built, and the room that a path names."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from alerts import store
from alerts.errors import RoomUnknown
from alerts.lifecycle import Lifecycle
from alerts.outbox import Outbox
from alerts.room import Room
from runtime.clock import Clock
from runtime.database import Database
from vms.cameras.registry import Registry
from vms.devices.device_desk import DeviceDesk
from vms.devices.event_watch import EventWatch
from vms.evidence.desk import EvidenceDesk
from vms.health.history import HealthHistory
from vms.health.readiness import Health
from vms.metrics import Metrics
from vms.rooms.hub import Hub


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the application is made of, as far as HTTP needs it."""

    database: Database
    registry: Registry
    history: HealthHistory
    lifecycle: Lifecycle
    outbox: Outbox
    hub: Hub
    health: Health
    metrics: Metrics
    event_watch: EventWatch
    desk: DeviceDesk
    evidence: EvidenceDesk
    clock: Clock


def parts_of(connection: HTTPConnection) -> Parts:
    parts: Parts = connection.app.state.parts
    return parts


# FastAPI runs what is not async in a thread, which costs every request more than most of them take.
async def _parts(request: Request) -> Parts:
    return parts_of(request)


Given = Annotated[Parts, Depends(_parts)]


async def find_room(parts: Parts, room_id: int) -> Room:
    """Raises: RoomUnknown, DatabaseUnavailable."""
    async with parts.database.connection() as connection:
        room = await store.room(connection, room_id)
    if room is None:
        raise RoomUnknown(room_id=room_id)
    return room
