"""Labelled footage through the pipeline: what it finds, misses and says wrongly, at one setting or at many.

The networks look at each frame once in a lifetime: what they said is remembered on disk, and the rules run again over it.
A remembered run says exactly what a live run would say.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.cases import CaseMaker
from detectors.evaluation import TOLERANCE_S, ClipScore, score_clip, score_events, score_occupancy
from detectors.event import EVENT_KINDS, Event, EventKind, ZoneId
from detectors.label_errors import LabelBehindTheEnd
from detectors.labels import LabelledClip, Labels
from detectors.memory_store import MemoryStore
from detectors.models import Models
from detectors.occupancy import OccupancyMeter
from detectors.outcome import FalseAlarm, Miss, Outcome, Stated, SweepCurve, SweepPoint
from detectors.pipeline import ChannelPipeline
from detectors.remembered import Cost, Memory, NotRemembered, stamps_of
from detectors.scene import Scene
from detectors.schedule import ScheduleStats, frames_as_live
from detectors.settings import DetectorSettings
from detectors.sweep import Sweep
from detectors.zones import Zone
from runtime.clock import Clock, SystemClock, cpu_seconds
from streams.camera import CameraId
from streams.duration import declared_duration_s
from streams.frame import Frame
from streams.sampler import frames_of_file

_NO_CAMERA = CameraId(0)
_WHOLE_PICTURE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
#: seconds by which a label may lie behind the last frame: time stamps are rounded
_SLACK_S = 0.5

OnProgress = Callable[[float, float | None], None]
#: where the frames come from; what is analysed may depend on what was seen
_FramesFor = Callable[[ChannelPipeline], Iterable[Frame]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """One run of the rules over one clip."""

    scenes: tuple[Scene, ...]
    events: tuple[Event, ...]
    #: (media time, persons)
    counts: tuple[tuple[float, float], ...]


def rules_for(labels: Labels) -> frozenset[EventKind]:
    """The rules that the labels can judge; with counts, falls are watched for too."""
    if not labels.about_events:
        return frozenset({"fall", "crowd"})
    return labels.kinds or frozenset({"fall"})


class Evaluation:
    """One run over the clips of one file of labels. Everything here blocks."""

    def __init__(
        self,
        *,
        labels: Labels,
        models: Models,
        store: MemoryStore,
        settings: DetectorSettings,
        rules: frozenset[EventKind],
        crowd_limit: int,
        tolerance_s: float = TOLERANCE_S,
        sweep: Sweep | None = None,
        pictures: bool = False,
        as_live: bool = False,
        clock: Clock | None = None,
    ) -> None:
        """`pictures`: whether events and misses get strips, which has their clips decoded again.

        `as_live`: sleep and wake as with a live camera; else every frame that the rules want is analysed.
        """
        self._labels = labels
        self._models = models
        self._store = store
        self._settings = settings
        self._rules = rules
        self._tolerance_s = tolerance_s
        self._sweep = sweep
        self._pictures = pictures
        self._as_live = as_live
        #: what the schedule did, where it was asked for
        self.slept = ScheduleStats()
        self._clock = clock or SystemClock()
        self._zone = Zone.parse(
            id=ZoneId(0), name="picture", polygon=_WHOLE_PICTURE, rules=["crowd"], crowd_limit=crowd_limit
        )
        self._clips: list[ClipScore] = []
        self._swept: list[list[ClipScore]] = [[] for _ in (sweep.values if sweep else ())]
        self._costs: list[Cost] = []
        self._stated: list[Stated] = []
        self._misses: list[Miss] = []
        self._false_alarms: list[FalseAlarm] = []

    def clip(self, clip: LabelledClip, *, on_progress: OnProgress = lambda _at_s, _of_s: None) -> ClipScore:
        """Raises: StreamError, if it cannot be read as video; LabelBehindTheEnd; MemoryFolderUnusable."""
        fps = self._pipeline(self._models, self._settings).wanted_fps
        key = self._store.key(clip.path, fps)
        memory = self._store.load(key)
        run = self._run(clip, memory, self._settings, on_progress)
        score = self._score(clip, run, fps)
        self._check_times(score)
        for i, settings in enumerate(self._sweep.settings if self._sweep else ()):
            self._swept[i].append(self._swept_clip(clip, memory, fps, settings))
        if memory.computed:
            self._store.save(key, memory)
        cost = memory.costs.get(self._asked(self._settings))
        if cost is not None:
            self._costs.append(cost)
        self._clips.append(score)
        self._look_into(score, run, fps)
        return score

    def outcome(self) -> Outcome:
        kinds = [kind for kind in EVENT_KINDS if kind in self._rules | self._labels.kinds]
        about_events = self._labels.about_events
        return Outcome(
            labels=self._labels,
            made_at=self._clock.now(),
            rules=self._rules,
            models=self._models.facts,
            tolerance_s=self._tolerance_s,
            clips=tuple(self._clips),
            scores={kind: score_events(kind, self._clips) for kind in kinds} if about_events else {},
            occupancy=score_occupancy(self._clips),
            stated=tuple(self._stated),
            misses=tuple(self._misses),
            false_alarms=tuple(self._false_alarms),
            curve=self._curve(),
            cost=_sum(self._costs),
        )

    def _pipeline(self, models: Models, settings: DetectorSettings) -> ChannelPipeline:
        return ChannelPipeline(
            camera_id=_NO_CAMERA,
            zones=[self._zone] if "crowd" in self._rules else [],
            rules=self._rules,
            models=models,
            settings=settings,
        )

    def _run(
        self, clip: LabelledClip, memory: Memory, settings: DetectorSettings, on_progress: OnProgress
    ) -> _Pass:
        """From memory where all of it is remembered; else from the video, remembering."""
        if memory.stamps is not None and not self._as_live:
            try:
                return self._pass(memory, settings, lambda _pipeline: memory.frames(_NO_CAMERA))
            except NotRemembered:
                pass
        return self._live(clip, memory, settings, on_progress)

    def _live(
        self, clip: LabelledClip, memory: Memory, settings: DetectorSettings, on_progress: OnProgress
    ) -> _Pass:
        recalled, wall, cpu = memory.recalled, self._clock.monotonic(), cpu_seconds()
        fps = self._pipeline(self._models, settings).wanted_fps
        total_s = declared_duration_s(str(clip.path))

        def frames(pipeline: ChannelPipeline) -> Iterator[Frame]:
            for frame in self._frames(clip, pipeline, settings):
                yield frame
                on_progress(frame.pts_s, total_s)

        run = self._pass(memory, settings, frames)
        if not self._as_live:
            memory.stamps = stamps_of(run.scenes)
        if memory.recalled == recalled:
            memory.costs[self._asked(settings)] = Cost(
                cpu_s=cpu_seconds() - cpu,
                wall_s=self._clock.monotonic() - wall,
                frames=len(run.scenes),
                media_s=_length_s(run.scenes, fps),
            )
        return run

    def _frames(
        self, clip: LabelledClip, pipeline: ChannelPipeline, settings: DetectorSettings
    ) -> Iterator[Frame]:
        if self._as_live:
            return frames_as_live(str(clip.path), _NO_CAMERA, pipeline, settings.schedule, self.slept)
        return frames_of_file(str(clip.path), _NO_CAMERA, pipeline.wanted_fps)

    def _pass(self, memory: Memory, settings: DetectorSettings, frames: _FramesFor) -> _Pass:
        pipeline = self._pipeline(memory.models(self._models), settings)
        meter = OccupancyMeter(self._zone, settings.crowd)
        scenes: list[Scene] = []
        events: list[Event] = []
        counts: list[tuple[float, float]] = []
        for frame in frames(pipeline):
            analysis = pipeline.analyse(frame)
            scenes.append(analysis.scene)
            events += analysis.events
            occupancy = meter.observe(analysis.scene)
            if occupancy is not None:
                counts.append((frame.pts_s, occupancy.count))
        return _Pass(scenes=tuple(scenes), events=tuple(events), counts=tuple(counts))

    def _score(self, clip: LabelledClip, run: _Pass, fps: float) -> ClipScore:
        return score_clip(
            clip,
            media_s=_length_s(run.scenes, fps),
            events=run.events,
            counts=run.counts,
            tolerance_s=self._tolerance_s,
        )

    def _swept_clip(
        self, clip: LabelledClip, memory: Memory, fps: float, settings: DetectorSettings
    ) -> ClipScore:
        """With other settings. Where they change the sampling, that is remembered apart."""
        other_fps = self._pipeline(self._models, settings).wanted_fps
        if other_fps == fps:
            return self._score(clip, self._run(clip, memory, settings, lambda _at_s, _of_s: None), fps)
        key = self._store.key(clip.path, other_fps)
        other = self._store.load(key)
        run = self._run(clip, other, settings, lambda _at_s, _of_s: None)
        if other.computed:
            self._store.save(key, other)
        return self._score(clip, run, other_fps)

    def _check_times(self, score: ClipScore) -> None:
        times = [(label.line, label.start_s) for label in score.clip.events]
        times += [(label.line, label.time_s) for label in score.clip.counts]
        for line, time_s in times:
            if time_s > score.media_s + _SLACK_S:
                raise LabelBehindTheEnd(
                    path=self._labels.path,
                    line=line,
                    time_s=time_s,
                    file=score.clip.name,
                    end_s=round(score.media_s, 2),
                )

    def _look_into(self, score: ClipScore, run: _Pass, fps: float) -> None:
        maker = CaseMaker(
            settings=self._settings,
            keypoint_score=self._models.pose.keypoint_score,
            tolerance_s=self._tolerance_s,
            zone=self._zone,
            fps=fps,
            pictures=self._pictures,
        )
        cases = maker.cases(score, run.scenes, run.counts)
        self._stated += cases.stated
        self._misses += cases.misses
        self._false_alarms += cases.false_alarms

    def _curve(self) -> SweepCurve | None:
        if self._sweep is None:
            return None
        kind = self._swept_kind(self._sweep)
        about_events = self._labels.about_events
        return SweepCurve(
            key=self._sweep.key,
            present=self._sweep.present,
            points=tuple(
                SweepPoint(
                    value=value,
                    score=score_events(kind, clips) if about_events else None,
                    occupancy=score_occupancy(clips),
                )
                for value, clips in zip(self._sweep.values, self._swept, strict=True)
            ),
        )

    def _swept_kind(self, sweep: Sweep) -> EventKind:
        """The kind whose rule the key belongs to; else the first that is labelled or watched for."""
        named = next((kind for kind in EVENT_KINDS if sweep.key.startswith(f"{kind}.")), None)
        if named is not None:
            return named
        kinds = self._labels.kinds or self._rules
        return next(kind for kind in EVENT_KINDS if kind in kinds)

    def _asked(self, settings: DetectorSettings) -> str:
        """What the cost of a pass depends on; the rules' own thresholds cost nothing."""
        costly = settings.model_dump_json(exclude={"fall", "person_down", "crowd"})
        return hashlib.sha256(
            f"{sorted(self._rules)} {costly}{' as live' if self._as_live else ''}".encode()
        ).hexdigest()[:16]


def _length_s(scenes: Sequence[Scene], fps: float) -> float:
    """Media time that was watched: the last frame stands until the next would come."""
    return scenes[-1].media_time_s + 1 / fps if scenes else 0.0


def _sum(costs: Sequence[Cost]) -> Cost | None:
    if not costs:
        return None
    return Cost(
        cpu_s=sum(cost.cpu_s for cost in costs),
        wall_s=sum(cost.wall_s for cost in costs),
        frames=sum(cost.frames for cost in costs),
        media_s=sum(cost.media_s for cost in costs),
    )


def cache_folder(asked: Path | None, data: Path) -> Path:
    """Where looks are remembered: below the folder of everything that is kept, unless asked otherwise."""
    return asked or data / "evaluation"
