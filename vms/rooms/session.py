"""One connected wall: first what it has missed since its number, then what happens, each notification once, in order.

A session that does not read is closed, never waited for: it comes back and resumes from its number. While the database
is away it stays connected, says so once, and goes on from its number when the database is back.
"""

import asyncio

import structlog
from fastapi import WebSocket, WebSocketDisconnect

from alerts.outbox import Outbox
from alerts.room import Room
from runtime.clock import Clock
from runtime.database import DatabaseUnavailable
from vms.rooms import messages
from vms.rooms.hub import Hub

#: seconds that one message may take to be accepted by the connection
SEND_TIMEOUT_S = 10.0
#: seconds between looks into the outbox while the database is away
RETRY_S = 1.0

log = structlog.get_logger(__name__)


class SessionEnded(Exception):
    """The person left, or did not read."""


async def serve_session(
    socket: WebSocket, room: Room, *, since: int, outbox: Outbox, hub: Hub, clock: Clock
) -> None:
    """Serve an accepted socket until it ends."""
    with hub.joined(room.id) as bell:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_until_left(socket))
                group.create_task(_tell(socket, room, since, outbox, bell, clock))
        except* SessionEnded:
            pass
    log.info("session ended", room=room.id)


async def _until_left(socket: WebSocket) -> None:
    try:
        while True:
            await socket.receive_text()  # a wall has nothing to say here yet; reading notices that it left
    except (WebSocketDisconnect, RuntimeError, KeyError) as error:
        raise SessionEnded from error


async def _tell(
    socket: WebSocket, room: Room, since: int, outbox: Outbox, bell: asyncio.Event, clock: Clock
) -> None:
    await _send(socket, messages.hello(room.id, room.last_seq))
    seq, away = since, False
    while True:
        bell.clear()
        try:
            news = await outbox.after(room.id, seq)
        except DatabaseUnavailable as error:
            if not away:
                await _send(socket, messages.failed(error))
            away = True
            await clock.sleep(RETRY_S)
            continue
        away = False
        for notification in news:
            await _send(socket, messages.told(notification))
            seq = notification.seq
        if not news:
            await bell.wait()


async def _send(socket: WebSocket, message: object) -> None:
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await socket.send_json(message)
    except (TimeoutError, WebSocketDisconnect, RuntimeError, OSError) as error:
        raise SessionEnded from error
