"""The history of conditions: every change of every stream into the database, in order, on a change only.

What waits is bounded; a database outage costs nothing until a stream changes more often than is kept. What nobody
watched has no row: a process that dies without a word was watching until its last beat.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Set

import structlog

from runtime.clock import Clock
from runtime.database import Connection, Database, DatabaseUnavailable
from runtime.tasks import Backoff, supervise
from streams.camera import CameraId, ProfileName
from streams.condition import Condition
from vms.cameras.camera_state import WORST_FIRST, StreamState
from vms.health import store
from vms.health.condition_change import Change, StreamKey, stretches
from vms.health.pending_changes import Batch, PendingChanges

#: seconds between two beats: so much of a killed server's last watching may be unknown
BEAT_S = 10.0
#: changes of one stream that wait for the database: at most one every few seconds, so minutes of the worst, hours of most
MOST_PER_STREAM = 64
_STREAMS_PER_BATCH = 1000

log = structlog.get_logger(__name__)


class ConditionLog:
    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        watcher: str = "vms",
    ) -> None:
        self._database = database
        self._clock = clock
        self._watcher = watcher
        self._pending = PendingChanges(most_per_stream=MOST_PER_STREAM)
        self._changed = asyncio.Event()
        self._now: dict[StreamKey, Condition] = {}

    def note(self, camera_id: CameraId, profile: ProfileName, condition: Condition) -> None:
        """A stream is in another condition, from the moment on that this one names."""
        self._now[camera_id, profile] = condition
        self._add((camera_id, profile), Change(at=condition.since, condition=condition))

    def unwatched(self, camera_id: CameraId, profile: ProfileName) -> None:
        """Nobody looks at the stream any more."""
        if self._now.pop((camera_id, profile), None) is not None:
            self._add((camera_id, profile), Change(at=self._clock.now(), condition=None))

    def keep_only(self, camera_ids: Set[CameraId]) -> None:
        """Nobody looks at any other camera any more."""
        for camera_id, profile in list(self._now):
            if camera_id not in camera_ids:
                self.unwatched(camera_id, profile)

    def _add(self, stream: StreamKey, change: Change) -> None:
        self._pending.add(stream, change)
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        await self._until_done(self.begin)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat_for_ever())
            group.create_task(self._write_for_ever())

    async def close(self) -> None:
        """Write what waits and end what is open: nobody watches from now on. Without the database, the beat says so."""
        try:
            await self.write()
            async with self._database.transaction() as connection:
                await store.lock_writing(connection)
                await store.end_all(connection, self._watcher, self._clock.now())
        except DatabaseUnavailable as error:
            log.warning("end of watching unwritten", error=str(error))

    def conditions(self) -> Mapping[StreamKey, Condition]:
        """Of every stream that is watched."""
        return self._now

    def stream_counts(self) -> Mapping[StreamState, int]:
        """Streams by the state that they are in."""
        return Counter(condition.state for condition in self._now.values())

    def camera_counts(self) -> Mapping[StreamState, int]:
        """Cameras by the state of their worst stream."""
        worst: dict[CameraId, StreamState] = {}
        for (camera_id, _profile), condition in self._now.items():
            worst[camera_id] = min(worst.get(camera_id, "live"), condition.state, key=WORST_FIRST.index)
        return Counter(worst.values())

    @property
    def dropped(self) -> int:
        """Changes that were lost because the database was away for too long."""
        return self._pending.dropped

    @property
    def waiting(self) -> int:
        return len(self._pending)

    async def begin(self) -> None:
        """End what an earlier process left open."""
        async with self._database.transaction() as connection:
            await store.lock_writing(connection)
            left = await store.end_what_was_left_open(connection, self._watcher)
            await store.note_watcher(connection, self._watcher, self._clock.now())
        if left:
            log.info("watching was cut short", streams=left)

    async def _beat_for_ever(self) -> None:
        while True:
            await self._clock.sleep(BEAT_S)
            await self._until_done(self._beat)

    async def _beat(self) -> None:
        async with self._database.connection() as connection:
            await store.note_watcher(connection, self._watcher, self._clock.now())

    async def _write_for_ever(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._until_done(self.write)

    async def write(self) -> None:
        """Everything that waits. Raises: DatabaseUnavailable."""
        while batch := self._pending.take(_STREAMS_PER_BATCH):
            try:
                async with self._database.transaction() as connection:
                    await self._put(connection, batch)
            except BaseException:  # a write that was cancelled is done by `close`
                self._pending.give_back(batch)
                raise

    async def _put(self, connection: Connection, batch: Batch) -> None:
        await store.lock_writing(connection)
        await store.end_open(connection, self._watcher, list(batch.items()))
        rows = [(stream, stretch) for stream, changes in batch.items() for stretch in stretches(changes)]
        if rows:
            await store.add_stretches(connection, self._watcher, rows)

    async def _until_done(self, work: Callable[[], Awaitable[None]]) -> None:
        await supervise(
            work,
            retry_on=(DatabaseUnavailable,),
            backoff=Backoff(first_s=0.5, most_s=10.0),
            clock=self._clock,
        )
