"""The thread that reads one source: it demuxes, stamps each packet with media and wall time, and hands batches to the loop.

One wake-up of the loop carries many packets, because a wake-up costs more than a packet; and while nobody minds, the
thread itself looks at the socket only a few times a second, because to sleep and wake for every few packets of RTP costs
half of all that reading costs. A reader is used once. What is handed over is bounded: while the loop is busy the thread
waits, and the camera's data with it, in the socket.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from uuid import uuid4

from runtime.clock import Clock
from streams.errors import StreamError
from streams.packet import MediaPacket, Packet, RunEnded, RunId, RunStarted, StreamInfo, StreamItem
from streams.settings import IngestSettings
from streams.source import Source
from streams.timeline import PtsJumped, Timeline

#: batches that may wait for the loop
_MOST_BATCHES = 8
#: packets in one batch: a file that is read flat out fills it
_MOST_PACKETS = 256
#: a packet that was waited for longer than this, in seconds, is the last that has come so far
_CAUGHT_UP_S = 0.004
#: seconds that `stop` waits for the thread; what blocks longer ends alone, at FFmpeg's own time-out
_JOIN_S = 2.0


class Reader:
    def __init__(
        self,
        source: Source,
        *,
        name: str,
        clock: Clock,
        settings: IngestSettings,
        on_items: Callable[[Sequence[StreamItem]], None],
        is_patient: Callable[[], bool] = lambda: False,
    ) -> None:
        """`on_items` is called in the loop, `is_patient` in the thread: whether packets may be gathered for longer."""
        self._source = source
        self._clock = clock
        self._settings = settings
        self._on_items = on_items
        self._is_patient = is_patient
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._read, name=f"read-{name}", daemon=True)
        self._free = threading.Semaphore(_MOST_BATCHES)
        self._cancelled = threading.Event()
        self._batch: list[StreamItem] = []
        self._handed_at = clock.monotonic()
        #: done when the thread has let go of the source
        self._gone: asyncio.Future[None] = self._loop.create_future()
        #: the outcome: None for an end without an error
        self.ended: asyncio.Future[StreamError | None] = self._loop.create_future()
        #: whether the source was opened
        self.opened = False
        #: monotonic seconds of the last packet, or of the start
        self.heard_at = self._handed_at

    def start(self) -> None:
        self._thread.start()

    async def stop(self) -> None:
        """Cancel the source, and wait until the thread is gone; nothing is handed over afterwards."""
        self._cancelled.set()
        self._source.cancel()
        self._free.release()
        await asyncio.wait([self._gone], timeout=_JOIN_S)

    # ---- in the thread

    def _read(self) -> None:
        try:
            outcome: StreamError | None = None
            try:
                self._read_runs()
            except StreamError as error:
                outcome = error
            finally:
                self._source.close()
            self._hand_over()
            self._post(self._finish, outcome)
        except BaseException as bug:  # noqa: BLE001 - it is raised again in the loop, which is where somebody looks
            self._post(self._fail, bug)
        self._post(self._leave)

    def _read_runs(self) -> None:
        info = self._source.open()
        self.opened = True
        self.heard_at = self._clock.monotonic()
        run = _Run(info, self._settings.jump_s)
        # a generator that is not closed here would keep the container open until it is collected
        with closing(self._source.packets()) as packets:  # type: ignore[type-var]
            asked_at = self.heard_at
            for media in packets:
                if self._cancelled.is_set():
                    return
                try:
                    placed = run.timeline.place(media)
                except PtsJumped:
                    self._end_run(run, None)
                    run = _Run(info, self._settings.jump_s)
                    placed = run.timeline.place(media)
                if placed:
                    self._add(run, placed)
                if self._clock.monotonic() - asked_at > _CAUGHT_UP_S and self._is_patient():
                    self._pause()
                asked_at = self._clock.monotonic()
            self._add(run, run.timeline.rest())

    def _add(self, run: "_Run", placed: list[tuple[MediaPacket, float]]) -> None:
        wall, now = self._clock.now(), self._clock.monotonic()
        self.heard_at = now
        begins = bool(placed) and not run.started
        if begins:
            run.started = True
            self._batch.append(RunStarted(run_id=run.id, info=run.info, wall=wall))
        for media, pts_s in placed:
            media.stream = run.info.template  # the source's own stream is freed with the source
            self._batch.append(
                Packet(media=media, pts_s=pts_s, wall=wall, keyframe=media.is_keyframe, size=media.size)
            )
        # The first packet is handed over at once: that a camera is back is told without delay.
        gathered_s = now - self._handed_at
        if begins or gathered_s >= self._gather_s() or len(self._batch) >= _MOST_PACKETS:
            self._hand_over()

    def _pause(self) -> None:
        pause_s = self._settings.patient_pause_s
        if pause_s > 0:
            self._hand_over()
            # All readers wake at the same moments, and the loop once for them all.
            self._cancelled.wait(pause_s - self._clock.monotonic() % pause_s)

    def _gather_s(self) -> float:
        """Seconds over which packets are gathered; a patient reader hands over before each pause besides."""
        if self._is_patient():
            return max(self._settings.handover_s, 2 * self._settings.patient_pause_s)
        return self._settings.handover_s

    def _end_run(self, run: "_Run", error: StreamError | None) -> None:
        if run.started:
            self._batch.append(RunEnded(run_id=run.id, wall=self._clock.now(), error=error))

    def _hand_over(self) -> None:
        self._handed_at = self._clock.monotonic()
        if not self._batch:
            return
        self._free.acquire()
        batch, self._batch = self._batch, []
        self._post(self._receive, batch)

    def _post(self, callback: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:  # the loop was closed before this thread: nobody is left to be told
            self._cancelled.set()

    # ---- in the loop

    def _receive(self, batch: list[StreamItem]) -> None:
        self._free.release()
        if not self._cancelled.is_set():
            self._on_items(batch)

    def _finish(self, outcome: StreamError | None) -> None:
        if not self.ended.done():
            self.ended.set_result(outcome)

    def _fail(self, bug: BaseException) -> None:
        if not self.ended.done():
            self.ended.set_exception(bug)

    def _leave(self) -> None:
        if not self._gone.done():
            self._gone.set_result(None)


class _Run:
    def __init__(self, info: StreamInfo, jump_s: float) -> None:
        self.id = RunId(uuid4())
        self.info = info
        self.timeline = Timeline(info, jump_s=jump_s)
        self.started = False
