"""One stream, for ever: open it, read it, fan it out, and come back when it breaks.

Ingest knows nothing of recording or detection; they subscribe to its Fanout.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from runtime.clock import Clock
from runtime.errors import VmsError
from runtime.tasks import Backoff, supervise
from streams.camera import CameraId, StreamProfile
from streams.errors import CameraUnreachable, StreamError, StreamStalled
from streams.fanout import Fanout
from streams.file import FileSource
from streams.health import StreamHealth, StreamState
from streams.packet import Packet, RunEnded, RunStarted, StreamItem
from streams.reader import Reader
from streams.rtsp import RtspSource
from streams.settings import IngestSettings
from streams.source import Source
from streams.url import is_file_source

#: packets over which the frame rate is measured
_FPS_OVER = 50

SourceMaker = Callable[[StreamProfile, IngestSettings, Clock], Source]


def source_of(profile: StreamProfile, settings: IngestSettings, clock: Clock) -> Source:
    """An RTSP session, or a file in real time where the profile's address is a path. Raises InvalidStreamUrl."""
    if is_file_source(profile.url):
        return FileSource(profile.url, real_time=True, clock=clock)
    return RtspSource(
        profile.url,
        username=profile.username,
        password=profile.password,
        open_timeout_s=settings.open_timeout_s,
        stall_after_s=settings.stall_after_s,
        clock=clock,
    )


class Ingest:
    def __init__(
        self,
        profile: StreamProfile,
        camera_id: CameraId,
        clock: Clock,
        *,
        settings: IngestSettings | None = None,
        on_health: Callable[[StreamHealth], None] = lambda _health: None,
        make_source: SourceMaker = source_of,
    ) -> None:
        """`on_health` is called in the loop, on a change of the state or of the kind of error only."""
        self.profile = profile
        self.camera_id = camera_id
        self._clock = clock
        self._settings = settings or IngestSettings()
        self._on_health = on_health
        self._make_source = make_source
        self.fanout = Fanout(kept_packets=self._settings.kept_packets, kept_bytes=self._settings.kept_bytes)
        self._state = StreamHealth(state="connecting", since=clock.now())
        self._told = False
        self._packets = 0
        self._bytes = 0
        self._pts: deque[float] = deque(maxlen=_FPS_OVER)

    @property
    def health(self) -> StreamHealth:
        """The state with the figures of this moment."""
        return replace(
            self._state,
            packets=self._packets,
            bytes=self._bytes,
            dropped=self.fanout.dropped,
            fps=self._measured_fps(),
        )

    async def run(self) -> None:
        """Read the stream until cancelled, or until a file ends; then every subscriber's queue is closed."""
        try:
            await supervise(
                self._run_once,
                retry_on=(StreamError,),
                backoff=Backoff(first_s=self._settings.backoff_first_s, most_s=self._settings.backoff_most_s),
                clock=self._clock,
                stable_after_s=self._settings.stable_after_s,
                on_failure=lambda error, _delay_s: self._become("backing_off", error),
            )
        finally:
            self._become("stopped")
            self.fanout.close()

    async def _run_once(self) -> None:
        if not self._told:
            self._tell()
        source = self._make_source(self.profile, self._settings, self._clock)
        reader = Reader(
            source,
            name=f"{self.camera_id}-{self.profile.name}",
            clock=self._clock,
            settings=self._settings,
            on_items=self._receive,
            is_patient=lambda: self.fanout.patient,
        )
        reader.start()
        error: StreamError | None = None
        try:
            error = await self._outcome_of(reader, source.url)
        finally:
            await reader.stop()
            self._end_run(error)
        if error is not None:
            raise error

    async def _outcome_of(self, reader: Reader, url: str) -> StreamError | None:
        async with asyncio.TaskGroup() as group:
            watchdog = group.create_task(self._watch(reader, url))
            await asyncio.wait([reader.ended])
            watchdog.cancel()
        return reader.ended.result()

    async def _watch(self, reader: Reader, url: str) -> None:
        """End the reader once nothing has come for too long; FFmpeg's own time-out does not see every silence."""
        limit_s = self._settings.stall_after_s
        while not reader.ended.done():
            left_s = reader.heard_at + limit_s - self._clock.monotonic()
            if left_s > 0:
                await self._clock.sleep(left_s)
                continue
            if reader.opened:
                reader.ended.set_result(StreamStalled(url=url, seconds=f"{limit_s:g}"))
            else:
                reader.ended.set_result(CameraUnreachable(url=url, reason=f"no answer within {limit_s:g} s"))

    def _receive(self, items: Sequence[StreamItem]) -> None:
        for item in items:
            if isinstance(item, Packet):
                self._packets += 1
                self._bytes += item.size
                self._pts.append(item.pts_s)
            elif isinstance(item, RunStarted):
                self._pts.clear()
                self._become("live")
        self.fanout.publish(items)

    def _end_run(self, error: StreamError | None) -> None:
        if isinstance(error, StreamStalled):
            self._become("stalled", error)
        run = self.fanout.run
        if run is not None:
            self.fanout.publish([RunEnded(run_id=run.run_id, wall=self._clock.now(), error=error)])

    def _become(self, state: StreamState, error: VmsError | None = None) -> None:
        if (state, type(error)) == (self._state.state, type(self._state.error)):
            return
        self._state = StreamHealth(state=state, since=self._clock.now(), error=error)
        self._tell()

    def _tell(self) -> None:
        self._told = True
        self._on_health(self.health)

    def _measured_fps(self) -> float | None:
        if len(self._pts) < 2:
            return None
        # B-frames are not in the order of their PTS
        span_s = max(self._pts) - min(self._pts)
        return (len(self._pts) - 1) / span_s if span_s > 0 else None
