"""A stream to recordings: the camera's own bits in files, and a row for every file that is whole.

The order is file, fsync, rename, row. A disk that fails stops recording until it works again and touches nobody else; a
database that fails delays rows and nothing more. What is written is decided in writer.py; here is who waits for whom.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Protocol

from runtime.clock import Clock
from runtime.errors import VmsError
from runtime.mailbox import DropOldest, MailboxClosed
from runtime.tasks import Backoff, supervise
from streams.camera import CameraId, ProfileName
from streams.errors import RecordingFailed
from streams.fanout import Fanout, Subscription
from streams.segment import Segment, VolumeId
from streams.settings import RecordingSettings
from streams.writer import SegmentWriter

_log = logging.getLogger(__name__)

#: seconds that a recorder which is stopped gives the database for the last rows; recovery adds what is missing
_LAST_ROWS_S = 2.0


class SegmentStore(Protocol):
    """Where rows go. Both raise a VmsError while the database is away; anything else is a bug."""

    async def add_segment(self, segment: Segment) -> None:
        """Add the row; a second time changes nothing."""
        ...

    async def known_paths(self, paths: Sequence[str]) -> set[str]:
        """Those of `paths` that have a row, or whose deletion was written down."""
        ...


class Recorder:
    def __init__(
        self,
        fanout: Fanout,
        *,
        camera_id: CameraId,
        profile: ProfileName,
        settings: RecordingSettings,
        volume_id: VolumeId,
        store: SegmentStore,
        clock: Clock,
        files: Executor | None = None,
        on_failure: Callable[[RecordingFailed], None] = lambda _error: None,
        on_recovered: Callable[[], None] = lambda: None,
    ) -> None:
        """`files` runs what blocks on the disk; without one, the loop's own threads do.

        `on_failure` is called in the loop when the disk begins to refuse, before it is tried again; `on_recovered` when it
        has written again.
        """
        self._fanout = fanout
        self._settings = settings
        self._store = store
        self._clock = clock
        self._files = files
        self._on_failure = on_failure
        self._on_recovered = on_recovered
        self._writer = SegmentWriter(
            settings.folder,
            camera_id,
            profile,
            volume_id=volume_id,
            segment_s=settings.segment_s,
            keep_free_bytes=settings.keep_free_bytes,
        )
        self._unregistered: DropOldest[Segment] = DropOldest(settings.unregistered_segments)
        self._registering: Segment | None = None
        self._turn: asyncio.Future[None] | None = None
        #: times that the disk refused, segments that were finished, and bytes in them
        self.failures = 0
        #: why nothing is recorded now, while the disk refuses
        self.error: RecordingFailed | None = None
        self.segments = 0
        self.bytes = 0

    def note_clock_offset(self, offset_s: float | None) -> None:
        """By how many seconds the camera's clock is ahead of ours; each file notes what was known when it ended."""
        self._writer.clock_offset_s = offset_s

    @property
    def unusable(self) -> int:
        """Packets that came before the first keyframe of a run or after a loss, and could not be recorded."""
        return self._writer.unusable

    @property
    def waiting_rows(self) -> int:
        """Whole files whose row is not written yet."""
        return len(self._unregistered) + (self._registering is not None)

    async def run(self) -> None:
        """Record until cancelled or until the stream is closed; the open file is made whole either way."""
        subscription = self._fanout.subscribe(
            self._settings.buffered_packets, max_bytes=self._settings.buffered_bytes, patient=True
        )
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._register())
                await supervise(
                    lambda: self._record(subscription),
                    retry_on=(RecordingFailed,),
                    backoff=Backoff(),
                    clock=self._clock,
                    on_failure=self._failed,
                )
                self._unregistered.close()
        finally:
            self._fanout.unsubscribe(subscription)
            await self._finish(subscription)

    async def _record(self, subscription: Subscription) -> None:
        while True:
            try:
                items = await subscription.get_all()
            except MailboxClosed:
                await self._in_thread(self._writer.finish)
                return
            await self._in_thread(self._writer.take, items)
            # A turn without a keyframe opens no file, and tells nothing of the disk.
            if self.error is not None and self._writer.is_writing:
                self.error = None
                self._on_recovered()
            # All recorders write at the same moments: a machine that wakes once for all of them works less.
            poll_s = self._settings.poll_s
            await self._clock.sleep(poll_s - self._clock.monotonic() % poll_s)

    async def _in_thread(self, work: Callable[..., None], *arguments: object) -> None:
        turn = self._turn = asyncio.get_running_loop().run_in_executor(self._files, work, *arguments)
        try:
            # Shielded: a turn that is cancelled before its thread takes it up would lose its packets.
            await asyncio.shield(turn)
        finally:
            self._collect()

    def _collect(self) -> None:
        for segment in self._writer.collect():
            self.segments += 1
            self.bytes += segment.bytes
            self._unregistered.put(segment)

    async def _register(self) -> None:
        """One row after another, each until it is written."""
        while True:
            try:
                segment = await self._unregistered.get()
            except MailboxClosed:
                return
            self._registering = segment
            await supervise(
                self._add_row,
                retry_on=(VmsError,),
                backoff=Backoff(),
                clock=self._clock,
            )
            self._registering = None

    async def _add_row(self) -> None:
        if self._registering is not None:
            await self._store.add_segment(self._registering)

    async def _finish(self, subscription: Subscription) -> None:
        """At the end, cancelled or not: what has come is written, no file stays open, the rows get one more chance."""
        try:
            if self._turn is not None:
                await asyncio.wait([self._turn])
            if len(subscription):
                await self._in_thread(self._writer.take, await subscription.get_all())
            await self._in_thread(self._writer.finish)
            async with asyncio.timeout(_LAST_ROWS_S):
                for segment in await self._without_row():
                    await self._store.add_segment(segment)
        except (VmsError, TimeoutError) as error:
            _log.warning("recording ends without its last rows or file: reason=%s", error)

    async def _without_row(self) -> list[Segment]:
        self._collect()
        waiting = await self._unregistered.get_all() if len(self._unregistered) else []
        return [*([self._registering] if self._registering else []), *waiting]

    def _failed(self, error: VmsError, _delay_s: float) -> None:
        self.failures += 1
        if isinstance(error, RecordingFailed):
            first, self.error = self.error is None, error
            if first:
                self._on_failure(error)
