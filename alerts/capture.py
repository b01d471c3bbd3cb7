"""From an event to an alert: event, alert, transition, snapshot and notifications in one transaction.

While the database is away, events wait in the journal and are delivered, in order, when it is back. An event's id is
made where the rule ran, so delivering one twice changes nothing.
"""

import asyncio
from dataclasses import dataclass

import asyncpg
import structlog

from alerts import store
from alerts.alert import AlertId, NotificationKind
from alerts.correlation import facts_of, severity_of
from alerts.errors import EventRefused, JournalFull, JournalUnwritable
from alerts.journal import Journal, JournalEntry
from alerts.outbox import tell
from detectors.event import Event, Pictures
from runtime.clock import Clock
from runtime.database import Connection, Database, DatabaseUnavailable
from runtime.tasks import Backoff, supervise

#: author of what the system itself does
SYSTEM = "system"

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class CaptureStats:
    stored: int = 0
    journalled: int = 0
    refused: int = 0
    #: events that neither the database nor the journal could take
    lost: int = 0


class Capture:
    def __init__(self, *, database: Database, journal: Journal, clock: Clock) -> None:
        self._database = database
        self._journal = journal
        self._clock = clock
        self._pending = asyncio.Event()
        self._pending.set()  # an earlier process may have left something
        self._waiting = False
        self.stats = CaptureStats()

    async def submit(self, event: Event, pictures: Pictures) -> None:
        """Store the event now or, when the database is away, keep it on disk until it is back.

        When this returns, the event is in Postgres or in the journal, or its loss is logged and counted.
        """
        if self._waiting:  # others wait already: keep the order
            await self._keep(event, pictures)
            return
        try:
            await self._store(event, pictures)
        except DatabaseUnavailable as error:
            log.warning("event kept in journal", camera=event.camera_id, kind=event.kind, error=str(error))
            await self._keep(event, pictures)
        except asyncpg.ForeignKeyViolationError:
            # The camera or zone went while the event was on its way: through the journal to its `refused` folder.
            await self._keep(event, pictures)

    async def run(self) -> None:
        """For ever: deliver what waits in the journal as soon as the database takes it."""
        while True:
            await self._pending.wait()
            self._pending.clear()
            await supervise(
                self._deliver,
                retry_on=(DatabaseUnavailable,),
                backoff=Backoff(first_s=0.2, most_s=5.0),
                clock=self._clock,
                stable_after_s=10.0,
            )

    async def _keep(self, event: Event, pictures: Pictures) -> None:
        try:
            await asyncio.to_thread(self._journal.append, event, pictures)
        except (JournalFull, JournalUnwritable) as error:
            self.stats.lost += 1
            log.error("event lost", camera=event.camera_id, kind=event.kind, error=str(error))
            return
        self.stats.journalled += 1
        self._waiting = True
        self._pending.set()

    async def _deliver(self) -> None:
        while entries := await asyncio.to_thread(self._journal.pending):
            for entry in entries:
                await self._deliver_one(entry)
        self._waiting = False

    async def _deliver_one(self, entry: JournalEntry) -> None:
        try:
            await self._store(entry.event, entry.pictures)
        except asyncpg.ForeignKeyViolationError:
            path = await asyncio.to_thread(self._journal.set_aside, entry.path)
            self.stats.refused += 1
            log.error("event refused", error=str(EventRefused(event_id=entry.event.id, path=path)))
        else:
            await asyncio.to_thread(self._journal.remove, entry)

    async def _store(self, event: Event, pictures: Pictures) -> None:
        now = self._clock.now()
        async with self._database.transaction() as connection:
            if await store.event_exists(connection, event.id):
                return
            severity, facts = severity_of(event), facts_of(event)
            told: NotificationKind | None
            if event.rising:
                alert_id, raised = await store.raise_or_repeat_alert(
                    connection, event, severity=severity, facts=facts
                )
                told = "raised" if raised else "repeated"
            else:
                eased = await store.ease_alert(connection, event, severity=severity, facts=facts)
                if eased is None:
                    self.stats.refused += 1
                    log.warning(
                        "easing of an alert that was never raised", camera=event.camera_id, kind=event.kind
                    )
                    return
                alert_id, is_open = eased
                told = "eased" if is_open else None
            await store.add_event(connection, event, alert_id=alert_id, now=now)
            if pictures.strip is not None:
                await store.add_strip(connection, event.id, pictures.strip)
            if told == "raised":
                await self._raise(connection, event, alert_id, pictures)
            if told is not None:
                rooms = await store.rooms_to_tell(connection, [event.camera_id])
                await tell(connection, rooms, alert_id=alert_id, kind=told, at=now)
        self.stats.stored += 1

    async def _raise(
        self, connection: Connection, event: Event, alert_id: AlertId, pictures: Pictures
    ) -> None:
        await store.add_transition(
            connection,
            alert_id=alert_id,
            from_state="none",
            verb="raise",
            to_state="raised",
            author=SYSTEM,
            room_id=None,
            at=event.occurred_at,
            note="",
        )
        await store.add_snapshot(connection, alert_id=alert_id, event_id=event.id, jpeg=pictures.snapshot)
