"""All that an evaluation came to: scores, what was missed and what was false with pictures, a sweep, the cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from detectors.evaluation import Answer, ClipScore, EventScore, OccupancyScore
from detectors.event import Event, EventKind, ModelFact
from detectors.labels import Labels
from detectors.misses import Cause
from detectors.remembered import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture with what was seen drawn on it."""

    #: media time, seconds
    at_s: float
    jpeg: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Lean:
    """How far the trunk of one track was from the vertical, over a stretch of a clip."""

    track: int
    #: (media time, degrees)
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    clip: ClipScore
    answer: Answer
    causes: tuple[Cause, ...]
    shots: tuple[Shot, ...] = ()
    leans: tuple[Lean, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarm:
    clip: ClipScore
    event: Event
    shots: tuple[Shot, ...] = ()
    leans: tuple[Lean, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepPoint:
    value: float
    score: EventScore | None
    occupancy: OccupancyScore | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepCurve:
    key: str
    #: what it is set to
    present: float
    points: tuple[SweepPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    labels: Labels
    #: wall time at which it was made, aware UTC
    made_at: datetime
    rules: frozenset[EventKind]
    models: tuple[ModelFact, ...]
    tolerance_s: float
    clips: tuple[ClipScore, ...]
    #: of the kinds that are labelled or were watched for; none where the labels are counts
    scores: Mapping[EventKind, EventScore]
    occupancy: OccupancyScore | None
    misses: tuple[Miss, ...]
    false_alarms: tuple[FalseAlarm, ...]
    curve: SweepCurve | None
    #: of the clips of which a whole pass was measured; None where there is none
    cost: Cost | None

    @property
    def media_s(self) -> float:
        return sum(clip.media_s for clip in self.clips)
