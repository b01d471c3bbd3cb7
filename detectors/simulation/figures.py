"""Results of simulated sequences group by group: falls found, and sequences without a fall in which one was stated."""

from collections.abc import Sequence
from dataclasses import dataclass

from detectors.evaluation import HOUR_S, ClipScore
from detectors.intervals import Interval, rate_interval, share_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    #: of the sequences: tag and value, "" and "" of all
    tag: str
    value: str
    #: sequences in which somebody falls, and those of them in which it was stated
    falls: int
    found: int
    #: sequences in which nobody falls, those of them with a false alarm, and their media time
    ordinary: int
    alarmed: int
    ordinary_s: float
    #: in all sequences
    false_alarms: int

    @property
    def recall(self) -> float | None:
        return self.found / self.falls if self.falls else None

    @property
    def recall_interval(self) -> Interval | None:
        return share_interval(self.found, self.falls)

    @property
    def alarmed_share(self) -> float | None:
        return self.alarmed / self.ordinary if self.ordinary else None

    @property
    def alarmed_interval(self) -> Interval | None:
        return share_interval(self.alarmed, self.ordinary)

    @property
    def alarmed_per_hour(self) -> float | None:
        """Of nothing but what looks like a fall: no hour of a street is like that."""
        return self.alarmed * HOUR_S / self.ordinary_s if self.ordinary_s else None

    @property
    def alarmed_per_hour_interval(self) -> Interval | None:
        return rate_interval(self.alarmed, self.ordinary_s / HOUR_S)


def figures_of(clips: Sequence[ClipScore], tag: str = "", value: str = "") -> GroupFigures:
    falls = [clip for clip in clips if clip.clip.events]
    ordinary = [clip for clip in clips if not clip.clip.events]
    return GroupFigures(
        tag=tag,
        value=value,
        falls=len(falls),
        found=sum(not clip.missed for clip in falls),
        ordinary=len(ordinary),
        alarmed=sum(bool(clip.false_alarms) for clip in ordinary),
        ordinary_s=sum(clip.media_s for clip in ordinary),
        false_alarms=sum(len(clip.false_alarms) for clip in clips),
    )


def by_tag(clips: Sequence[ClipScore], tag: str) -> tuple[GroupFigures, ...]:
    """In the order in which the values come first."""
    groups: dict[str, list[ClipScore]] = {}
    for clip in clips:
        groups.setdefault(clip.clip.tags[tag], []).append(clip)
    return tuple(figures_of(members, tag, value) for value, members in groups.items())
