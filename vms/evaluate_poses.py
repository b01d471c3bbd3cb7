"""Simulated pose sequences through the real pipeline: what it finds, misses and says wrongly, at one setting or at many.

Networks and pictures are left out; tracker, second looks and rules are those of every camera.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.evaluation import ClipScore, score_clip, score_events
from detectors.event import Event, EventKind
from detectors.labels import EventLabel, LabelledClip, Labels
from detectors.models import Models
from detectors.outcome import Outcome, SweepCurve, SweepPoint
from detectors.pipeline import ChannelPipeline
from detectors.scene import Scene
from detectors.settings import DetectorSettings
from detectors.simulation.motions import MotionStore
from detectors.simulation.observation import Figures
from detectors.simulation.sequence import Plan, plans, stage
from detectors.simulation.sequence import Sequence as Staged
from detectors.simulation.simulated_network import frames_of, simulated_models
from detectors.simulation.split import Split
from detectors.simulation.truth import read_truth, staged_truth
from detectors.sweep import Sweep
from runtime.clock import Clock, SystemClock
from streams.camera import CameraId

_RULES: frozenset[EventKind] = frozenset({"fall"})
#: lengths of a body in the picture that are told apart, pixels
_SIZES = ((80.0, "under 80 px"), (140.0, "80 to 140 px"), (1e9, "over 140 px"))
#: seconds after the labelled end in which an event still counts
TOLERANCE_S = 2.0

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseOutcome:
    outcome: Outcome
    #: that could not be made: nobody fell in many tries, or no place in the picture was found
    left_out: int
    #: of the pose network on pictures: what the noise was measured on
    figures: Figures


class PoseEvaluation:
    """Everything here blocks."""

    def __init__(
        self,
        *,
        split: Split,
        count: int,
        seed: int,
        figures: Figures,
        store: MotionStore,
        settings: DetectorSettings,
        sweep: Sweep | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._split = split
        self._plans = tuple(plans(split, count, seed))
        self._title = f"{split.name}, {count} sequences, seed {seed}"
        self._figures = figures
        self._store = store
        self._settings = settings
        self._sweep = sweep
        self._clock = clock or SystemClock()

    def run(self, on_progress: OnProgress = lambda _done, _of: None) -> PoseOutcome:
        """Raises: SimulatorMissing, MemoryFolderUnusable."""
        clips: list[ClipScore] = []
        swept: list[list[ClipScore]] = [[] for _ in (self._sweep.values if self._sweep else ())]
        for done, plan in enumerate(self._plans):
            on_progress(done, len(self._plans))
            staged = stage(plan, self._store.motion, self._settings.fall_fps)
            if staged is None:
                continue
            clip = _clip(plan, staged)
            models = simulated_models(staged, self._figures, self._settings.fall_fps)
            scenes, events = _watch(staged, models, self._settings)
            clips.append(self._score(clip, staged, events))
            for i, settings in enumerate(self._sweep.settings if self._sweep else ()):
                if _same_tracks(settings, self._settings):
                    events = _judge(scenes, models, settings)
                else:
                    _, events = _watch(staged, models, settings)
                swept[i].append(self._score(clip, staged, events))
        return PoseOutcome(
            outcome=self._outcome(clips, swept),
            left_out=len(self._plans) - len(clips),
            figures=self._figures,
        )

    def _score(self, clip: LabelledClip, staged: Staged, events: Sequence[Event]) -> ClipScore:
        media_s = float(staged.at_s[-1]) + 1 / self._settings.fall_fps
        return score_clip(clip, media_s=media_s, events=events, tolerance_s=TOLERANCE_S)

    def _outcome(self, clips: Sequence[ClipScore], swept: Sequence[Sequence[ClipScore]]) -> Outcome:
        return Outcome(
            labels=Labels(path=Path(self._title), about_events=True, clips=tuple(c.clip for c in clips)),
            made_at=self._clock.now(),
            rules=_RULES,
            models=(),
            tolerance_s=TOLERANCE_S,
            clips=tuple(clips),
            scores={"fall": score_events("fall", clips)},
            occupancy=None,
            misses=(),
            false_alarms=(),
            curve=self._curve(swept),
            cost=None,
        )

    def _curve(self, swept: Sequence[Sequence[ClipScore]]) -> SweepCurve | None:
        if self._sweep is None:
            return None
        points = [
            SweepPoint(value=value, score=score_events("fall", clips), occupancy=None)
            for value, clips in zip(self._sweep.values, swept, strict=True)
        ]
        return SweepCurve(key=self._sweep.key, present=self._sweep.present, points=tuple(points))


def compare(
    labels: Labels,
    *,
    times: int,
    figures: Figures,
    settings: DetectorSettings,
    on_progress: OnProgress = lambda _done, _of: None,
) -> tuple[ClipScore, ...]:
    """Labelled clips whose true keypoints are known, before the simulated network, each so many times.

    What the pipeline makes of them there ought to be what it makes of their pictures. Raises: TruthUnreadable.
    """
    scores = []
    for done, clip in enumerate(labels.clips):
        on_progress(done, len(labels.clips))
        truth = read_truth(clip.path)
        for time in range(times if truth else 0):
            staged = staged_truth(truth or {}, settings.fall_fps, seed=1000 * clip.line + time)
            _, events = _watch(staged, simulated_models(staged, figures, settings.fall_fps), settings)
            media_s = float(staged.at_s[-1]) + 1 / settings.fall_fps
            scores.append(score_clip(clip, media_s=media_s, events=events, tolerance_s=TOLERANCE_S))
    return tuple(scores)


def _watch(
    staged: Staged, models: Models, settings: DetectorSettings
) -> tuple[Sequence[Scene], Sequence[Event]]:
    pipeline = _pipeline(models, settings)
    analyses = [pipeline.analyse(frame) for frame in frames_of(staged)]
    return [analysis.scene for analysis in analyses], [e for a in analyses for e in a.events]


def _judge(scenes: Sequence[Scene], models: Models, settings: DetectorSettings) -> Sequence[Event]:
    pipeline = _pipeline(models, settings)
    return [event for scene in scenes for event in pipeline.judge(scene)]


def _pipeline(models: Models, settings: DetectorSettings) -> ChannelPipeline:
    return ChannelPipeline(camera_id=CameraId(0), zones=[], rules=_RULES, models=models, settings=settings)


def _same_tracks(one: DetectorSettings, other: DetectorSettings) -> bool:
    """Whether they differ in the rules only: who was followed need not be followed again."""
    rules = {"fall", "person_down", "crowd"}
    return one.model_dump(exclude=rules) == other.model_dump(exclude=rules)


def _clip(plan: Plan, staged: Staged) -> LabelledClip:
    tags = {
        "kind": plan.script.kind,
        "family": plan.family,
        "build": plan.build,
        "camera": plan.camera.name,
        "size": _size(staged),
        "company": "others pass" if len(staged.actors) > 1 else "alone",
        "edge": "cut by the edge" if plan.cut else "whole",
    }
    events: tuple[EventLabel, ...] = ()
    if staged.fall_s is not None:
        start_s, end_s = staged.fall_s
        events = (EventLabel(line=plan.number + 1, kind="fall", start_s=start_s, end_s=end_s, tags=tags),)
    return LabelledClip(
        name=plan.name, path=Path(plan.name), line=plan.number + 1, events=events, counts=(), tags=tags
    )


def _size(staged: Staged) -> str:
    """By the length of the body in the picture while it is not foreshortened much."""
    length = float(np.nanquantile(np.ptp(staged.actors[0].keypoints, axis=1).max(axis=1), 0.75))
    return next(name for most, name in _SIZES if length <= most)
