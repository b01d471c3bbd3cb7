"""Telling the rooms: notifications are rows, written with what they tell of, and read in order from a number on."""

from collections.abc import Sequence
from datetime import datetime

from alerts import store
from alerts.alert import AlertId, NotificationKind
from alerts.notification import Notification, alert_as_json
from runtime.database import Connection, Database

#: how many notifications one reading brings at most
BATCH = 200


async def tell(
    connection: Connection,
    room_ids: Sequence[int],
    *,
    alert_id: AlertId,
    kind: NotificationKind,
    at: datetime,
) -> None:
    """Write one notification for each room, inside the caller's transaction, and ring when that commits."""
    alert = await store.alert(connection, alert_id)
    assert alert is not None  # the caller has just written or locked it
    shown = alert_as_json(alert)
    # In order of id, so that two transactions that tell the same rooms never wait for each other in a circle.
    for room_id in sorted(room_ids):
        await store.add_notification(
            connection, room_id=room_id, alert_id=alert_id, kind=kind, at=at, alert=shown
        )
    await store.ring(connection, sorted(room_ids))


class Outbox:
    """What a room has not seen yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, room_id: int, seq: int) -> list[Notification]:
        """The next notifications of the room, at most `BATCH`, in order. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await store.notifications_after(connection, room_id, seq, limit=BATCH)
