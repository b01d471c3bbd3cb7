"""What `vms bench analyse` found: plain figures and whether they are where they were meant to be. No measuring here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from vms.bench.machine import Machine
from vms.bench.report import Comparison, Spread
from vms.bench.scenes import Scene

#: of a core, recording included
QUIET_GOAL_PERCENT: Final = 2.0
MEMORY_GOAL_MB: Final = 25.0
#: how many times cheaper than the naive loop
CHEAPER_GOAL: Final = 5.0
OVERHEAD_GOAL: Final = 1.1
#: share of the frames that were due which may be skipped for want of time: beyond it the machine was too small or too busy
_MOST_SKIPPED: Final = 0.05
_MB: Final = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneCost:
    """What one camera costs while it sees one kind of scene."""

    scene: Scene
    #: what is to be seen
    words: str
    cameras: int
    #: CPU of a camera, recording included, in percent of one core, of each turn
    cpu_percent: Spread
    #: frames of a camera that were analysed in a second
    fps: Spread
    #: of all cameras and turns together
    frames: int
    wakings: int
    #: by cause
    skipped: Mapping[str, int]
    #: most that it may cost; None where there is no goal
    goal_percent: float | None = None

    @property
    def kept_up(self) -> bool:
        """Whether the machine had time for all that was due: where it had not, the cost is not the real one."""
        without_time = (
            self.skipped.get("late", 0) + self.skipped.get("budget", 0) + self.skipped.get("queue", 0)
        )
        return without_time <= _MOST_SKIPPED * (self.frames + without_time)

    @property
    def met(self) -> bool:
        return self.kept_up and (self.goal_percent is None or self.cpu_percent.median <= self.goal_percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a camera more takes, while its scene is busy and every thread has run every network."""

    #: as many as there are threads, so that what the networks need on each is in both figures; and as many more
    few_cameras: int
    more_cameras: int
    #: of the process with few, and with all of them
    few_mb: float
    all_mb: float
    goal_mb: float = MEMORY_GOAL_MB

    @classmethod
    def of(cls, *, few: int, more: int, few_bytes: float, all_bytes: float) -> "Memory":
        return cls(
            few_cameras=few,
            more_cameras=more,
            few_mb=round(few_bytes / _MB, 1),
            all_mb=round(all_bytes / _MB, 1),
        )

    @property
    def mb_per_camera(self) -> float:
        return round((self.all_mb - self.few_mb) / self.more_cameras, 1)

    @property
    def met(self) -> bool:
        return self.mb_per_camera <= self.goal_mb


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopCost:
    """What one loop took for some footage, and what its rules made of it."""

    cpu_s: float
    media_s: float
    frames: int
    inferences: int
    labelled: int
    found: int
    #: None where nothing is said about events in the footage
    false_alarms: int | None
    #: mean error of the persons counted; None where nobody counted
    count_mae: float | None

    @property
    def recall(self) -> float | None:
        return round(self.found / self.labelled, 3) if self.labelled else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Footage of one kind, through both loops."""

    name: str
    house: LoopCost
    naive: LoopCost

    @property
    def times_cheaper(self) -> float:
        return round(self.naive.cpu_s / self.house.cpu_s, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class NaiveComparison:
    """The house's loop and the naive one on the same footage."""

    naive_is: str
    parts: tuple[Part, ...]
    goal: float = CHEAPER_GOAL

    @property
    def whole(self) -> Part:
        return Part(
            name="whole set",
            house=_sum([part.house for part in self.parts]),
            naive=_sum([part.naive for part in self.parts]),
        )

    @property
    def met(self) -> bool:
        """Cheap enough, and nothing is missed that the naive loop finds."""
        whole = self.whole
        return whole.times_cheaper >= self.goal and whole.house.found >= whole.naive.found


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkTime:
    """One shipped network against the float32 original that it was made from."""

    name: str
    original: str
    ms: float
    original_ms: float
    goal: float

    @property
    def ratio(self) -> float:
        return round(self.ms / self.original_ms, 3)

    @property
    def met(self) -> bool:
        return self.ratio <= self.goal


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyseReport:
    made_at: datetime
    machine: Machine
    #: short windows, small pictures, little footage: whether all works, and no figures to be shown
    quick: bool
    #: seconds of each measurement
    window_s: float
    #: as the cameras send it
    video: str
    scenes: tuple[SceneCost, ...]
    overhead: Comparison
    inferences_per_frame: Spread
    memory: Memory | None
    naive: NaiveComparison
    networks: tuple[NetworkTime, ...]
    #: what could not be measured, or stands on little, in words
    notes: tuple[str, ...]

    @property
    def frames_per_core_s(self) -> float:
        """Frames that one core analyses in a second, over the whole set; decoding and rules included."""
        house = self.naive.whole.house
        return round(house.frames / house.cpu_s, 1)

    @property
    def met(self) -> bool:
        """Whether every goal was met that was measured."""
        parts = (*self.scenes, self.overhead, self.memory, self.naive, *self.networks)
        return all(part is None or part.met for part in parts)

    def as_json(self) -> dict[str, object]:
        """See the package's README for the form."""
        return {
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "machine": asdict(self.machine),
            "quick": self.quick,
            "window_s": self.window_s,
            "video": self.video,
            "met": self.met,
            "scenes": [asdict(scene) | {"kept_up": scene.kept_up, "met": scene.met} for scene in self.scenes],
            "frames_per_core_s": self.frames_per_core_s,
            "overhead": asdict(self.overhead) | {"met": self.overhead.met},
            "inferences_per_frame": asdict(self.inferences_per_frame),
            "memory": self.memory
            and asdict(self.memory) | {"mb_per_camera": self.memory.mb_per_camera, "met": self.memory.met},
            "naive": {
                "naive_is": self.naive.naive_is,
                "goal": self.naive.goal,
                "met": self.naive.met,
                "parts": [_part_as_json(part) for part in self.naive.parts],
                "whole": _part_as_json(self.naive.whole),
            },
            "networks": [
                asdict(network) | {"ratio": network.ratio, "met": network.met} for network in self.networks
            ],
            "notes": list(self.notes),
        }


def _part_as_json(part: Part) -> dict[str, object]:
    loops = {"house": part.house, "naive": part.naive}
    return {
        "name": part.name,
        "times_cheaper": part.times_cheaper,
        **{name: asdict(loop) | {"recall": loop.recall} for name, loop in loops.items()},
    }


def _sum(costs: list[LoopCost]) -> LoopCost:
    alarms = [cost.false_alarms for cost in costs if cost.false_alarms is not None]
    return LoopCost(
        cpu_s=round(sum(cost.cpu_s for cost in costs), 3),
        media_s=round(sum(cost.media_s for cost in costs), 2),
        frames=sum(cost.frames for cost in costs),
        inferences=sum(cost.inferences for cost in costs),
        labelled=sum(cost.labelled for cost in costs),
        found=sum(cost.found for cost in costs),
        false_alarms=sum(alarms) if alarms else None,
        count_mae=None,  # frames of one part say nothing of another's
    )
