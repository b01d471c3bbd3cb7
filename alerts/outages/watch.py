"""Cameras that cannot be seen become alerts, and stop being alerts: what is decided is written with its notifications.

It reads what is written (conditions, outages) and keeps nothing itself: a restart neither doubles an alert nor loses one
nor closes one, and of several servers it does not matter which decides. Each decision is one transaction.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime, timedelta

import asyncpg
import structlog
from pydantic import TypeAdapter

from alerts import store as alert_store
from alerts.alert import OPEN, TRANSITIONS, AlertId, DeviceKind, NotificationKind, Severity, State
from alerts.capture import SYSTEM
from alerts.outages import store
from alerts.outages.decisions import Change, Decisions, Raise, decide
from alerts.outages.outage import ALL_PROBLEMS, PROBLEMS, Outage, network_of
from alerts.outages.reading import down_of, running_of, wrong_of
from alerts.outages.settings import OutageSettings
from alerts.outages.together import common_unit
from alerts.outbox import tell
from runtime.clock import Clock
from runtime.database import Connection, Database, DatabaseUnavailable
from runtime.tasks import Backoff, supervise
from streams.camera import CameraId

#: seconds between two looks while something is on its way, and while nothing is
BUSY_S = 1.0
IDLE_S = 10.0
BACK_NOTE = "全部恢复 · all are back"

_OUTAGE = TypeAdapter(Outage)
_Telling = tuple[AlertId, NotificationKind, list[int]]

log = structlog.get_logger(__name__)


class OutageWatch:
    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        settings: OutageSettings,
        may_look: Callable[[], bool] = lambda: True,
    ) -> None:
        """`may_look` says whether it is this process that looks: of several, one is enough."""
        self._database = database
        self._clock = clock
        self._settings = settings
        self._may_look = may_look
        self._changed = True

    def look_soon(self) -> None:
        """Conditions have changed."""
        self._changed = True

    async def run(self) -> None:
        """Until cancelled."""
        await supervise(
            self._look_for_ever,
            retry_on=(DatabaseUnavailable,),
            backoff=Backoff(first_s=0.5, most_s=10.0),
            clock=self._clock,
            stable_after_s=10.0,
            on_failure=lambda error, _delay_s: log.warning("outages unread", error=str(error)),
        )

    async def _look_for_ever(self) -> None:
        looked_s = float("-inf")
        while True:
            due = self._changed or self._clock.monotonic() - looked_s >= IDLE_S
            if due and self._may_look():
                looked_s = self._clock.monotonic()
                self._changed = False
                waiting = await self.look()
                self._changed = self._changed or waiting
            await self._clock.sleep(BUSY_S)

    async def look(self) -> bool:
        """Decide on what is so now, and write it. Whether something is on its way. Raises: DatabaseUnavailable."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            await store.lock_outages(connection)
            decisions = await self._decide(connection, now)
            tellings = [await self._raise(connection, each, now) for each in decisions.raises]
            for change in sorted(decisions.changes, key=lambda change: change.alert_id):
                told = await self._change(connection, change, now)
                if told is not None:
                    tellings.append(told)
            await _tell(connection, tellings, now)
        return decisions.waiting

    async def _decide(self, connection: Connection, now: datetime) -> Decisions:
        rows = await store.problems(connection, ALL_PROBLEMS)
        members = await store.members(connection)
        if not rows and not members:
            return Decisions(raises=(), changes=(), waiting=False)
        paths = await store.unit_paths(connection)
        home = {(row["kind"], row["camera_id"]) for row in members}
        starting = [row["camera_id"] for row in rows if row["state"] == "never_connected"]
        asked = [camera_id for camera_id in starting if ("camera_offline", camera_id) not in home]
        tried = await store.tried_since(connection, asked) if asked else {}
        down = down_of(rows, paths, tried)
        wrong = wrong_of(rows)
        return decide(
            down,
            running_of(members, wrong, await self._back(connection, members, wrong, now)),
            cameras_of=await store.camera_counts(connection, paths) if down else {},
            now=now,
            settings=self._settings,
        )

    async def _back(
        self,
        connection: Connection,
        members: Sequence[asyncpg.Record],
        wrong: Mapping[DeviceKind, Set[int]],
        now: datetime,
    ) -> dict[tuple[DeviceKind, int], tuple[datetime, int]]:
        """Of members that are not wrong: since when they are back, and how often they went down of late."""
        since = now - timedelta(seconds=self._settings.memory_s)
        back: dict[tuple[DeviceKind, int], tuple[datetime, int]] = {}
        for kind, states in PROBLEMS.items():
            up = [
                row["camera_id"]
                for row in members
                if row["kind"] == kind and row["camera_id"] not in wrong[kind]
            ]
            found = await store.back_since(connection, up, states=sorted(states), since=since) if up else {}
            back |= {(kind, camera_id): each for camera_id, each in found.items()}
        return back

    async def _raise(self, connection: Connection, wanted: Raise, now: datetime) -> _Telling:
        outage = await _outage(connection, wanted.cameras, most=0)
        alert_id = await store.raise_alert(
            connection, camera_id=wanted.cameras[0], kind=wanted.kind, outage=outage, at=now
        )
        await store.join_outage(connection, alert_id, wanted.kind, wanted.cameras, now)
        await alert_store.add_transition(
            connection,
            alert_id=alert_id,
            from_state="none",
            verb="raise",
            to_state="raised",
            author=SYSTEM,
            room_id=None,
            at=now,
            note="",
        )
        log.warning("outage raised", alert=alert_id, kind=wanted.kind, cameras=outage.cameras)
        return alert_id, "raised", await _rooms(connection, wanted.cameras, outage)

    async def _change(self, connection: Connection, change: Change, now: datetime) -> _Telling | None:
        """What to tell; nothing of an alert that people have ended."""
        alert_id = change.alert_id
        state = await alert_store.lock_alert(connection, alert_id)
        alert = await alert_store.alert(connection, alert_id)
        assert (
            state is not None and alert is not None and alert.outage is not None
        )  # it was read a statement ago
        await store.leave_outage(connection, alert_id, change.left, now)
        if state not in OPEN:
            return None
        kind = next(kind for kind in PROBLEMS if kind == alert.kind)
        await store.join_outage(connection, alert_id, kind, change.joined, now)
        cameras = await store.present(connection, alert_id)
        before = _OUTAGE.validate_python(alert.outage)
        outage = await _outage(connection, cameras, most=before.most, before=before)
        severity: Severity = "major" if change.worsens else alert.severity
        await store.change_alert(connection, alert_id, outage=outage, severity=severity, at=now)
        told = await alert_store.rooms_told(connection, alert_id)
        if change.closes and not cameras:
            await self._close(connection, alert_id, state, now, note="" if alert.note else BACK_NOTE)
            return alert_id, "resolved", told
        if change.joined:
            told = sorted({*told, *await _rooms(connection, cameras, outage)})
        return alert_id, "repeated" if change.joined or change.worsens else "eased", told

    async def _close(
        self, connection: Connection, alert_id: AlertId, state: State, now: datetime, *, note: str
    ) -> None:
        target = TRANSITIONS[state, "recover"]
        await alert_store.move_alert(
            connection,
            alert_id,
            from_state=state,
            to_state=target,
            ended=True,
            author=SYSTEM,
            at=now,
            note=note,
        )
        await alert_store.add_transition(
            connection,
            alert_id=alert_id,
            from_state=state,
            verb="recover",
            to_state=target,
            author=SYSTEM,
            room_id=None,
            at=now,
            note=BACK_NOTE,
        )
        log.info("outage over", alert=alert_id)


async def _outage(
    connection: Connection, cameras: Sequence[CameraId], *, most: int, before: Outage | None = None
) -> Outage:
    """What these cameras have in common; of none, what was said before."""
    if not cameras and before is not None:
        return Outage(
            cameras=0,
            most=most,
            unit_id=before.unit_id,
            unit_name=before.unit_name,
            network=before.network,
            states=before.states,
            causes=before.causes,
        )
    rows = await store.whereabouts(connection, cameras)
    paths = await store.unit_paths(connection)
    unit_id = common_unit([paths[unit] for unit in {row["unit_id"] for row in rows}])
    networks = {network_of(row["address"]) for row in rows}
    shared = next(iter(networks)) if len(networks) == 1 and len(cameras) > 1 else None
    return Outage(
        cameras=len(cameras),
        most=max(most, len(cameras)),
        unit_id=unit_id,
        unit_name=await store.unit_name(connection, unit_id),
        network=shared,
        states=tuple(
            sorted({row["state"] for row in rows if row["state"] not in (None, "live", "degraded")})
        ),
        causes=tuple(sorted({cause for row in rows for cause in row["causes"] or ()})),
    )


async def _rooms(connection: Connection, cameras: Sequence[CameraId], outage: Outage) -> list[int]:
    """Whoever watches any of the cameras, and whoever watches over all of them."""
    above = [] if outage.unit_id is None else [outage.unit_id]
    return await alert_store.rooms_to_tell(connection, cameras, unit_ids=above)


async def _tell(connection: Connection, tellings: Sequence[_Telling], now: datetime) -> None:
    """In order of the rooms over all alerts, so that two transactions never wait for each other in a circle."""
    for room_id in sorted({room for _alert, _kind, rooms in tellings for room in rooms}):
        for alert_id, kind, rooms in tellings:
            if room_id in rooms:
                await tell(connection, [room_id], alert_id=alert_id, kind=kind, at=now)
