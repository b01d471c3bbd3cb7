"""What rules stated against what people say happened: found, missed, false, how late, how many too many. Arithmetic only.

A label is found when an event of its kind falls between its start and its end, or a stated tolerance later: who fell
still lies there, and a rule waits before it speaks. A second event for the same label is neither found again nor false.
Every other event of that kind is a false alarm. Kinds are scored apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from detectors.event import Event, EventKind
from detectors.intervals import Interval, quantile, rate_interval, share_interval
from detectors.labels import CountLabel, EventLabel, LabelledClip

#: seconds after the labelled end in which an event still counts as the label's
TOLERANCE_S = 2.0
HOUR_S, DAY_S = 3600.0, 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one label."""

    label: EventLabel
    #: the first event that answers it; None where it was missed
    event: Event | None

    @property
    def delay_s(self) -> float | None:
        """From the labelled start to the event."""
        return self.event.media_time_s - self.label.start_s if self.event else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One instant at which persons were counted by people and by the pipeline."""

    label: CountLabel
    #: smoothed as the rule does
    count: float

    @property
    def error(self) -> float:
        return self.count - self.label.count


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipScore:
    clip: LabelledClip
    #: media time that was watched, seconds
    media_s: float
    #: all that the rules stated, in order
    events: tuple[Event, ...]
    answers: tuple[Answer, ...]
    false_alarms: tuple[Event, ...]
    counted: tuple[Counted, ...]

    @property
    def missed(self) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if answer.event is None)

    @property
    def right(self) -> bool:
        return not self.missed and not self.false_alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class EventScore:
    """How one kind of event was found over some clips."""

    kind: EventKind
    labelled: int
    found: int
    false_alarms: int
    #: media time of all clips together, seconds: what the rates rest on
    media_s: float
    #: from labelled start to event, of each that was found
    delays_s: tuple[float, ...]

    @property
    def recall(self) -> float | None:
        return self.found / self.labelled if self.labelled else None

    @property
    def recall_interval(self) -> Interval | None:
        return share_interval(self.found, self.labelled)

    @property
    def precision(self) -> float | None:
        """Of the events that were stated and not repeated."""
        stated = self.found + self.false_alarms
        return self.found / stated if stated else None

    @property
    def hours(self) -> float:
        return self.media_s / HOUR_S

    def rate(self, period_s: float) -> float | None:
        """False alarms of one camera in `period_s`."""
        return self.false_alarms * period_s / self.media_s if self.media_s else None

    def rate_interval(self, period_s: float) -> Interval | None:
        return rate_interval(self.false_alarms, self.media_s / period_s)

    def delay_s(self, share: float) -> float | None:
        return quantile(self.delays_s, share)


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyScore:
    frames: int
    #: mean absolute error, persons
    mae: float
    #: mean error, persons: above 0 where too many are counted
    bias: float


def score_clip(
    clip: LabelledClip,
    *,
    media_s: float,
    events: Sequence[Event],
    counts: Sequence[tuple[float, float]] = (),
    tolerance_s: float = TOLERANCE_S,
) -> ClipScore:
    """`counts`: media time and count, in order of time, as the pipeline reported them.

    A clip of which nothing is said about events (its labels are counts) has no false alarms.
    """
    answers, left = _answers(clip.events, events, tolerance_s)
    return ClipScore(
        clip=clip,
        media_s=media_s,
        events=tuple(events),
        answers=answers,
        false_alarms=() if clip.counts else left,
        counted=tuple(Counted(label=label, count=count_at(counts, label.time_s)) for label in clip.counts),
    )


def score_events(kind: EventKind, clips: Sequence[ClipScore]) -> EventScore:
    answers = [answer for clip in clips for answer in clip.answers if answer.label.kind == kind]
    false_alarms = sum(event.kind == kind for clip in clips for event in clip.false_alarms)
    delays = tuple(answer.delay_s for answer in answers if answer.delay_s is not None)
    return EventScore(
        kind=kind,
        labelled=len(answers),
        found=len(delays),
        false_alarms=false_alarms,
        media_s=sum(clip.media_s for clip in clips),
        delays_s=delays,
    )


def score_occupancy(clips: Sequence[ClipScore]) -> OccupancyScore | None:
    """None where nobody counted."""
    errors = [counted.error for clip in clips for counted in clip.counted]
    if not errors:
        return None
    return OccupancyScore(frames=len(errors), mae=fmean(map(abs, errors)), bias=fmean(errors))


def count_at(counts: Sequence[tuple[float, float]], time_s: float) -> float:
    """The count that stood at `time_s`: the latest reported by then, the first where there is none yet."""
    # A frame is displayed until the next: half a frame of a slow camera is no lateness.
    by_then = [count for at_s, count in counts if at_s <= time_s + 0.05]
    if by_then:
        return by_then[-1]
    return counts[0][1] if counts else 0.0


def _answers(
    labels: Sequence[EventLabel], events: Sequence[Event], tolerance_s: float
) -> tuple[tuple[Answer, ...], tuple[Event, ...]]:
    """What became of each label, and the events that answer none and raised an alert."""
    first: dict[int, Event] = {}
    left = []
    events = sorted(events, key=lambda event: event.media_time_s)
    joining = _joining(events)
    for number, event in enumerate(events):
        fitting = [i for i, label in enumerate(labels) if event.rising and _fits(label, event, tolerance_s)]
        if not fitting:
            left += [event] if number not in joining else []
            continue
        free = next((i for i in fitting if i not in first), None)
        if free is not None:
            first[free] = event
    answers = tuple(Answer(label=label, event=first.get(i)) for i, label in enumerate(labels))
    return answers, tuple(left)


def _joining(events: Sequence[Event]) -> set[int]:
    """Which events only follow a crowd up or down: they join the alert that it raised, until the zone is clear."""
    joining, crowded = set(), set()
    for number, event in enumerate(events):
        if event.level is None:
            continue
        if not event.rising or event.zone_id in crowded:
            joining.add(number)
        crowded.add(event.zone_id)
        if event.level == "clear":
            crowded.discard(event.zone_id)
    return joining


def _fits(label: EventLabel, event: Event, tolerance_s: float) -> bool:
    return label.kind == event.kind and label.start_s <= event.media_time_s <= label.end_s + tolerance_s
