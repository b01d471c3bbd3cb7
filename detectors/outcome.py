"""All that an evaluation came to: scores, what was stated, missed and false with pictures, a sweep, the cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from detectors.cause import Cause
from detectors.evaluation import Answer, ClipScore, EventScore, OccupancyScore
from detectors.event import Curve, Event, EventKind, ModelFact
from detectors.labels import Labels
from detectors.remembered import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """An event that was not false."""

    clip: ClipScore
    event: Event
    #: None where the event was not the first for its label, or only eases, or nothing is said about events
    answer: Answer | None
    #: five frames as one JPEG; None where no pictures were asked for
    strip: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    clip: ClipScore
    answer: Answer
    causes: tuple[Cause, ...]
    strip: bytes | None = None
    #: what was measured about the label; none where nobody was seen
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarm:
    clip: ClipScore
    event: Event
    strip: bytes | None = None


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
    #: all other events
    stated: tuple[Stated, ...] = ()
    curve: SweepCurve | None
    #: of the clips of which a whole pass was measured; None where there is none
    cost: Cost | None

    @property
    def media_s(self) -> float:
        return sum(clip.media_s for clip in self.clips)
