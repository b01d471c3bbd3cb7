"""Rooms over HTTP and WebSocket: the list, what a wall shows now, and what happens from then on."""

from datetime import timedelta

from fastapi import APIRouter, WebSocket

from alerts import store
from alerts.errors import RoomUnknown
from alerts.notification import alert_as_json
from alerts.room import Room
from runtime.errors import VmsError
from vms.api.deps import Given, find_room, parts_of
from vms.api.schemas import Id
from vms.rooms import messages
from vms.rooms.session import serve_session

router = APIRouter(prefix="/api/v1/rooms", tags=["rooms"])

#: how long ended alerts stay on the wall
ENDED_SHOWN = timedelta(hours=24)


def _as_json(room: Room) -> dict[str, object]:
    return {"id": room.id, "name": room.name, "unit": {"id": room.unit_id, "name": room.unit_name}}


@router.get("")
async def list_rooms(parts: Given) -> list[dict[str, object]]:
    async with parts.database.connection() as connection:
        return [_as_json(room) for room in await store.rooms(connection)]


@router.get("/{room_id}/wall")
async def read_wall(room_id: Id, parts: Given) -> dict[str, object]:
    """The alerts to show and the number to follow from, as of one instant."""
    async with (
        parts.database.connection() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        room = await store.room(connection, room_id)
        if room is None:
            raise RoomUnknown(room_id=room_id)
        alerts = await store.wall_alerts(connection, room_id, ended_since=parts.clock.now() - ENDED_SHOWN)
    return {
        "room": _as_json(room),
        "last_seq": room.last_seq,
        "alerts": [alert_as_json(alert) for alert in alerts],
    }


@router.websocket("/{room_id}/socket")
async def follow_room(socket: WebSocket, room_id: Id, since: Id = 0) -> None:
    parts = parts_of(socket)
    await socket.accept()
    try:
        room = await find_room(parts, room_id)
    except VmsError as error:
        await socket.send_json(messages.failed(error))
        await socket.close(code=4404 if isinstance(error, RoomUnknown) else 1013)
        return
    await serve_session(socket, room, since=since, outbox=parts.outbox, hub=parts.hub, clock=parts.clock)
