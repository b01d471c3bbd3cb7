"""One live stream watched: packets -> frames -> analysis -> events with their pictures.

Decoding, inference and drawing run in threads that many cameras share; a camera has one job there at a time, and a job is
a few frames long, so that a camera that wakes and has much to catch up with does not hold up its neighbours. Which frames
are decoded at all is the schedule's affair. A frame that has waited too long for its turn is skipped, so that a machine
with too much to do stays current instead of falling behind; the newest frame is looked at if the budget allows. Every
skip is counted by its cause.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from detectors.budget import Budget, Rank
from detectors.drawing import draw_snapshot
from detectors.event import Event, Pictures
from detectors.kept_frames import KeptFrames
from detectors.pipeline import ChannelPipeline
from detectors.scene import Scene
from detectors.schedule import Schedule, ScheduleStats
from detectors.settings import ScheduleSettings
from detectors.strip import strip_of
from detectors.zones import Zone
from runtime.clock import Clock
from runtime.mailbox import MailboxClosed
from runtime.tasks import finish
from streams.camera import CameraId
from streams.fanout import Fanout
from streams.frame import Frame
from streams.mask import Mask
from streams.packet import Packet, RunEnded, RunStarted, StreamItem
from streams.sampler import Sampler

#: packets that wait for a thread before the oldest GOP is given up
_CAPACITY = 256
#: frames that are analysed before another camera has a turn
_FRAMES_A_JOB = 8

#: takes an event and what people are shown with it
OnEvent = Callable[[Event, Pictures], Awaitable[None]]


@dataclass(slots=True)
class AnalysisStats:
    #: frames analysed, and runs of a network for them
    frames: int = 0
    inferences: int = 0
    #: frames for which newer ones had come; for which the machine had no time: others needed it more
    late: int = 0
    budget: int = 0
    #: packets that this stream's queue lost
    queue: int = 0
    schedule: ScheduleStats = field(default_factory=ScheduleStats)

    @property
    def skipped(self) -> dict[str, int]:
        """What was not analysed, by cause: frames, but packets where they were lost or never decoded."""
        return {
            "asleep": self.schedule.asleep,
            "late": self.late,
            "budget": self.budget,
            "corrupt": self.schedule.corrupt,
            "queue": self.queue,
        }


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
        budget: Budget,
        schedule: ScheduleSettings,
        max_lag_s: float,
        mask: Mask | None = None,
    ) -> None:
        """`max_lag_s`: a frame that reached this server longer ago than this is skipped, unless it is the newest.
        `mask`: what nobody sees of the picture.
        """
        self._mask = mask
        self._camera_id = camera_id
        self._fanout = fanout
        self._pipeline = pipeline
        self._zones = zones
        self._on_event = on_event
        self._clock = clock
        self._executor = executor
        self._budget = budget
        self._settings = schedule
        self._max_lag_s = max_lag_s
        self._schedule: Schedule | None = None
        self._analysed_at: float | None = None
        self._kept = KeptFrames()
        self.stats = AnalysisStats()

    async def run(self) -> None:
        """Until the stream is closed."""
        subscription = self._fanout.subscribe(_CAPACITY)
        try:
            while True:
                items = await subscription.get_all()
                self.stats.queue = subscription.dropped
                # An event that was stated is delivered, even when the camera is stopped at that moment.
                await finish(self._look(items))
                # A sleeper does not need its packets at once: they are kept, and to gather them costs less.
                subscription.patient = self._schedule is not None and self._schedule.asleep
        except MailboxClosed:
            return
        finally:
            self._fanout.unsubscribe(subscription)

    async def _look(self, items: Sequence[StreamItem]) -> None:
        loop = asyncio.get_running_loop()
        for run in _by_run(items):
            frames, more = _with_newest(self._frames(run)), True
            while more:
                told, more = await loop.run_in_executor(self._executor, self._analyse_some, frames)
                for event, pictures in told:
                    await self._on_event(event, pictures)

    def _analyse_some(
        self, frames: Iterator[tuple[Frame, bool]]
    ) -> tuple[list[tuple[Event, Pictures]], bool]:
        """On a thread: what the rules state about the next few frames, and whether there are more."""
        told: list[tuple[Event, Pictures]] = []
        newest = False
        begun = self._clock.monotonic()
        for _ in range(_FRAMES_A_JOB):
            frame, newest = next(frames, (None, True))
            if frame is not None:
                told += self._analyse(frame, newest=newest)
            if newest:
                break
        # Decoding, and glances at a still scene, are paid for as well.
        self._budget.pay(self._clock.monotonic() - begun)
        return told, not newest

    def _analyse(self, frame: Frame, *, newest: bool) -> list[tuple[Event, Pictures]]:
        if not self._is_due(frame, newest=newest):
            return []
        analysis = self._pipeline.analyse(frame)
        self.stats.frames += 1
        self.stats.inferences += analysis.inferences
        self._kept.note(frame, analysis.scene, always=bool(analysis.events))
        told = [(event, self._shown(event, frame, analysis.scene)) for event in analysis.events]
        self._analysed_at = self._clock.monotonic()
        return told

    def _is_due(self, frame: Frame, *, newest: bool) -> bool:
        """Whether to analyse this frame; if not, it is counted why."""
        assert self._schedule is not None
        age_s = (self._clock.now() - frame.wall).total_seconds()
        most_s = self._max_lag_s
        if self._schedule.is_catching_up(frame.pts_s):
            most_s += self._settings.most_back_s
        if age_s > most_s and not newest:
            self.stats.late += 1
            return False
        waited_s = math.inf if self._analysed_at is None else self._clock.monotonic() - self._analysed_at
        rank = Rank.FOLLOWED if self._pipeline.busy else Rank.AWAKE
        if not self._budget.allows(rank, waited_s=waited_s):
            self.stats.budget += 1
            return False
        return True

    def _shown(self, event: Event, frame: Frame, scene: Scene) -> Pictures:
        snapshot = draw_snapshot(frame, scene, self._zones, event)
        return Pictures(snapshot=snapshot, strip=strip_of(event, self._kept))

    def _frames(self, items: Sequence[StreamItem]) -> Iterator[Frame]:
        """The frames of one run that are to be analysed. Decodes as it is taken from."""
        for item in items:
            if isinstance(item, RunStarted):
                self._begin(item)
            elif isinstance(item, Packet) and self._schedule is not None:
                yield from self._schedule.feed(item)
            elif isinstance(item, RunEnded) and self._schedule is not None:
                yield from self._schedule.flush()

    def _begin(self, run: RunStarted) -> None:
        """A new run forgets who was followed."""
        self._schedule = Schedule(
            Sampler(run.info, self._camera_id, self._pipeline.wanted_fps, mask=self._mask),
            self._pipeline,
            self._settings,
            stats=self.stats.schedule,
            may_look=lambda: self._budget.allows(Rank.ASLEEP, waited_s=0.0),
        )
        self._pipeline.restart()
        self._kept.restart()


def _by_run(items: Sequence[StreamItem]) -> list[list[StreamItem]]:
    """The items, cut before each beginning of a run: nothing is taken from the next before the last is done with."""
    runs: list[list[StreamItem]] = [[]]
    for item in items:
        if isinstance(item, RunStarted):
            runs.append([])
        runs[-1].append(item)
    return [run for run in runs if run]


def _with_newest(frames: Iterator[Frame]) -> Iterator[tuple[Frame, bool]]:
    """Each frame, and whether no other has come after it."""
    last = next(frames, None)
    while last is not None:
        following = next(frames, None)
        yield last, following is None
        last = following
