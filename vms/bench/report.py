"""What a run of the benchmark found: plain figures, with the spread of their repeats. No measuring here."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from vms.bench.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One figure, measured several times."""

    median: float
    least: float
    most: float
    repeats: int

    @classmethod
    def of(cls, values: Sequence[float], digits: int = 3) -> "Spread":
        return cls(
            median=round(statistics.median(values), digits),
            least=round(min(values), digits),
            most=round(max(values), digits),
            repeats=len(values),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Ours against something bare, measured in turns. Less is better."""

    unit: str
    ours: Spread
    bare: Spread
    #: what `bare` is, so that it can be repeated by hand
    bare_is: str
    #: ours / bare of each turn
    ratio: Spread
    #: the ratio that we mean to stay under; None where there is no goal
    goal: float | None

    @property
    def met(self) -> bool:
        return self.goal is None or self.ratio.median <= self.goal

    @classmethod
    def of(
        cls, ours: Sequence[float], bare: Sequence[float], *, unit: str, bare_is: str, goal: float | None
    ) -> "Comparison":
        """`ours` and `bare` in the order of their turns."""
        return cls(
            unit=unit,
            ours=Spread.of(ours),
            bare=Spread.of(bare),
            bare_is=bare_is,
            ratio=Spread.of([mine / other for mine, other in zip(ours, bare, strict=True)]),
            goal=goal,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds from one moment to another, over `count` cases."""

    what: str
    count: int
    p50_ms: float
    p95_ms: float
    most_ms: float
    #: the p95 that was aimed at; None where none was
    goal_ms: float | None = None

    @property
    def met(self) -> bool:
        return self.goal_ms is None or self.p95_ms <= self.goal_ms

    @classmethod
    def of(cls, seconds: Sequence[float], *, what: str, goal_ms: float | None = None) -> "Latency":
        ordered = sorted(seconds)
        # nearest rank: a figure that was really measured
        ranks = (-(-len(ordered) * percent // 100) - 1 for percent in (50, 95))
        p50, p95 = (round(ordered[max(0, rank)] * 1000, 1) for rank in ranks)
        return cls(
            what=what,
            count=len(ordered),
            p50_ms=p50,
            p95_ms=p95,
            most_ms=round(ordered[-1] * 1000, 1),
            goal_ms=goal_ms,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpineReport:
    machine: Machine
    #: seconds of each measurement
    window_s: float
    clip: str
    #: CPU of recording one stream, in percent of one core; None where FFmpeg's program is missing
    recording: Comparison | None
    #: CPU of connecting to one stream, start of the program included where there is one per camera
    connecting: Comparison | None
    #: CPU of one analysed frame, from the network to the rules, in milliseconds
    analysis: Comparison
    #: runs of a network per analysed frame, second looks and counts included
    inferences_per_frame: Spread
    #: from a frame's arrival to the notification on the WebSocket, once a rule has fired
    notification: Latency | None = None

    @property
    def met(self) -> bool:
        """Whether every goal was met that was measured."""
        return all(part is None or part.met for part in (self.recording, self.analysis, self.notification))

    def as_json(self) -> dict[str, object]:
        """For programs: with the verdict beside each comparison."""
        report: dict[str, object] = asdict(self) | {"met": self.met}
        for name in ("recording", "connecting", "analysis", "notification"):
            part: Comparison | Latency | None = getattr(self, name)
            if part is not None:
                report[name] = asdict(part) | {"met": part.met}
        return report
