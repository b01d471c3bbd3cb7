"""One live stream watched: packets -> frames -> analysis -> events with their pictures.

Decoding, inference and drawing run in threads that many cameras share; a camera has one job there at a time. A frame
that has waited too long for its turn is skipped and counted, so that a machine with too much to do stays current
instead of falling behind; the newest frame is always looked at.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from detectors.drawing import draw_snapshot
from detectors.event import Event, Pictures
from detectors.kept_frames import KeptFrames
from detectors.pipeline import ChannelPipeline
from detectors.scene import Scene
from detectors.strip import strip_of
from detectors.zones import Zone
from runtime.clock import Clock
from runtime.mailbox import MailboxClosed
from runtime.tasks import finish
from streams.camera import CameraId
from streams.fanout import Fanout
from streams.frame import Frame
from streams.packet import Packet, RunStarted, StreamItem
from streams.sampler import Sampler

#: packets that wait for a thread before the oldest GOP is given up
_CAPACITY = 256

#: takes an event and what people are shown with it
OnEvent = Callable[[Event, Pictures], Awaitable[None]]


@dataclass(slots=True)
class AnalysisStats:
    #: frames analysed, and runs of a network for them
    frames: int = 0
    inferences: int = 0
    #: frames that were decoded for analysis and skipped because newer ones had come
    dropped_frames: int = 0
    #: packets that this stream's queue lost
    dropped_packets: int = 0


class Analyser:
    def __init__(
        self,
        *,
        camera_id: CameraId,
        fanout: Fanout,
        pipeline: ChannelPipeline,
        zones: Sequence[Zone],
        on_event: OnEvent,
        clock: Clock,
        executor: Executor,
        max_lag_s: float,
    ) -> None:
        """`max_lag_s`: a frame that reached this server longer ago than this is skipped, unless it is the newest."""
        self._camera_id = camera_id
        self._fanout = fanout
        self._pipeline = pipeline
        self._zones = zones
        self._on_event = on_event
        self._clock = clock
        self._executor = executor
        self._max_lag_s = max_lag_s
        self._sampler: Sampler | None = None
        self._kept = KeptFrames()
        self.stats = AnalysisStats()

    async def run(self) -> None:
        """Until the stream is closed."""
        subscription = self._fanout.subscribe(_CAPACITY)
        try:
            while True:
                items = await subscription.get_all()
                self.stats.dropped_packets = subscription.dropped
                # An event that was stated is delivered, even when the camera is stopped at that moment.
                await finish(self._look(items))
        except MailboxClosed:
            return
        finally:
            self._fanout.unsubscribe(subscription)

    async def _look(self, items: Sequence[StreamItem]) -> None:
        loop = asyncio.get_running_loop()
        for event, pictures in await loop.run_in_executor(self._executor, self._analyse, items):
            await self._on_event(event, pictures)

    def _analyse(self, items: Sequence[StreamItem]) -> list[tuple[Event, Pictures]]:
        """On a thread: what the rules state about the frames of these packets."""
        told = []
        frames = self._decode(items)
        for frame in frames:
            age_s = (self._clock.now() - frame.wall).total_seconds()
            if age_s > self._max_lag_s and frame is not frames[-1]:
                self.stats.dropped_frames += 1
                continue
            analysis = self._pipeline.analyse(frame)
            self.stats.frames += 1
            self.stats.inferences += analysis.inferences
            self._kept.note(frame, analysis.scene, always=bool(analysis.events))
            told += [(event, self._shown(event, frame, analysis.scene)) for event in analysis.events]
        return told

    def _shown(self, event: Event, frame: Frame, scene: Scene) -> Pictures:
        snapshot = draw_snapshot(frame, scene, self._zones, event)
        return Pictures(snapshot=snapshot, strip=strip_of(event, self._kept))

    def _decode(self, items: Sequence[StreamItem]) -> list[Frame]:
        """The sampled frames of the latest run among `items`; a new run forgets who was followed."""
        frames: list[Frame] = []
        for item in items:
            if isinstance(item, RunStarted):
                self._sampler = Sampler(item.info, self._camera_id, self._pipeline.wanted_fps)
                self._pipeline.restart()
                self._kept.restart()
                frames.clear()
            elif isinstance(item, Packet) and self._sampler is not None:
                frames += self._sampler.feed(item)
        return frames
