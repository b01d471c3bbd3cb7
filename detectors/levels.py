"""How full a place is, in four words, with hysteresis: a count that hovers at a mark does not make the level flap.

A level is reached when the value stays above its mark for a while, and left when it stays at or below a lower mark for
longer. Between the two marks nothing changes. Only arithmetic: what the value is, persons or persons per square metre, is
the caller's affair.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from detectors.event import LEVELS, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change of level."""

    before: Level
    after: Level
    #: of the level that was reached or left: the value that it is reached above, or left at or below
    mark: float
    #: seconds for which the value had been beyond the mark
    held_s: float

    @property
    def rising(self) -> bool:
        return LEVELS.index(self.after) > LEVELS.index(self.before)


@dataclass(slots=True, kw_only=True)
class LevelWatch:
    #: the value above which each level but `clear` is reached; they rise with the level
    marks: Mapping[Level, float]
    #: the lower mark, as a share of the mark
    leave_share: float
    #: seconds above a mark, and at or below its lower mark
    enter_s: float
    leave_s: float
    level: Level = "clear"
    _above_since_s: dict[Level, float] = field(default_factory=dict)
    _below_since_s: dict[Level, float] = field(default_factory=dict)

    def restart(self) -> None:
        """A new run: media time begins again. The level stays, or a reconnect would state it twice."""
        self._above_since_s.clear()
        self._below_since_s.clear()

    def observe(self, value: float, at_s: float) -> Step | None:
        """The change that this value completes. Values come in the order of their times."""
        for level, mark in self.marks.items():
            _since(self._above_since_s, level, value > mark, at_s)
            _since(self._below_since_s, level, value <= self.leave_share * mark, at_s)
        return self._rise(at_s) or self._ease(at_s)

    def _rise(self, at_s: float) -> Step | None:
        """To the highest level that has been exceeded for long enough."""
        for level in reversed(LEVELS[LEVELS.index(self.level) + 1 :]):
            since_s = self._above_since_s.get(level)
            if since_s is not None and at_s - since_s >= self.enter_s:
                before, self.level = self.level, level
                return Step(before=before, after=level, mark=self.marks[level], held_s=at_s - since_s)
        return None

    def _ease(self, at_s: float) -> Step | None:
        """Down past every level that has been left for long enough."""
        step, before = None, self.level
        while self.level != "clear":
            since_s = self._below_since_s.get(self.level)
            if since_s is None or at_s - since_s < self.leave_s:
                break
            mark, below = self.leave_share * self.marks[self.level], LEVELS[LEVELS.index(self.level) - 1]
            step = Step(before=before, after=below, mark=mark, held_s=at_s - since_s)
            self.level = below
        return step


def _since(since_s: dict[Level, float], level: Level, holds: bool, at_s: float) -> None:
    if holds:
        since_s.setdefault(level, at_s)
    else:
        since_s.pop(level, None)
