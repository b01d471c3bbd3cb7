"""What people do with an alert: acknowledge, dispatch, resolve, dismiss. One transaction each.

The row is locked, the table of `alert.py` is asked, and the rooms that were told of the alert are told of the verb.
"""

from collections.abc import Awaitable, Callable

from alerts import store
from alerts.alert import OPEN, TRANSITIONS, Alert, AlertId, Verb
from alerts.errors import AlertAlreadyTaken, AlertTransitionRefused, AlertUnknown, RoomUnknown
from alerts.outbox import tell
from runtime.clock import Clock
from runtime.database import Connection, Database

#: called last in the transaction of a verb: what was done, by whom, in which room
OnApplied = Callable[[Connection, Verb, Alert, str, int], Awaitable[None]]


async def _nobody_asks(_connection: Connection, _verb: Verb, _alert: Alert, _author: str, _room: int) -> None:
    """Whoever keeps an audit gives another."""


class Lifecycle:
    def __init__(self, *, database: Database, clock: Clock, on_applied: OnApplied = _nobody_asks) -> None:
        self._database = database
        self._clock = clock
        self._on_applied = on_applied

    async def apply(
        self, verb: Verb, alert_id: AlertId, *, author: str, room_id: int, note: str = ""
    ) -> Alert:
        """Do what `author` in a room asks for, and return the alert as it is then.

        Two people who press at once: one wins, the other gets AlertAlreadyTaken with the winner's name.
        Raises: AlertUnknown, RoomUnknown, AlertAlreadyTaken, AlertTransitionRefused, DatabaseUnavailable.
        """
        now = self._clock.now()
        async with self._database.transaction() as connection:
            state = await store.lock_alert(connection, alert_id)
            if state is None:
                raise AlertUnknown(alert_id=alert_id)
            if await store.room(connection, room_id) is None:
                raise RoomUnknown(room_id=room_id)
            target = TRANSITIONS.get((state, verb))
            if target is None:
                raise await _refusal(connection, alert_id, verb)
            await store.move_alert(
                connection,
                alert_id,
                from_state=state,
                to_state=target,
                ended=target not in OPEN,
                author=author,
                at=now,
                note=note,
            )
            await store.add_transition(
                connection,
                alert_id=alert_id,
                from_state=state,
                verb=verb,
                to_state=target,
                author=author,
                room_id=room_id,
                at=now,
                note=note,
            )
            told = await store.rooms_told(connection, alert_id)
            await tell(connection, told, alert_id=alert_id, kind=target, at=now)
            moved = await store.alert(connection, alert_id)
            assert moved is not None
            await self._on_applied(connection, verb, moved, author, room_id)
        return moved


async def _refusal(
    connection: Connection, alert_id: AlertId, verb: Verb
) -> AlertAlreadyTaken | AlertTransitionRefused:
    alert = await store.alert(connection, alert_id)
    assert alert is not None
    if verb == "acknowledge" and alert.state in OPEN:
        return AlertAlreadyTaken(alert_id=alert_id, taken_by=alert.taken_by)
    return AlertTransitionRefused(alert_id=alert_id, state=alert.state, verb=verb)
