"""What `vms bench registry` found, as JSON and as a table for a document. No measuring here."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from vms.bench.machine import Machine
from vms.bench.report import Latency, Spread

NAME: Final = "registry"
HEAD: Final = ("what", "measured", "goal", "met")
IMPORT_GOAL_S: Final = 30.0
LIST_GOAL_MS: Final = 50.0
START_GOAL_S: Final = 5.0
#: percent of a core for a camera
WATCHING_GOAL: Final = 0.1

Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One sheet into the server, from the request to its answer."""

    what: str
    rows: int
    seconds: float
    #: None where none was set
    goal_s: float | None

    @property
    def met(self) -> bool:
        return self.goal_s is None or self.seconds <= self.goal_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A server that starts on what is registered, from its process until every camera that it owns is being connected."""

    registered: int
    owned: int
    seconds: float
    goal_s: float = START_GOAL_S

    @property
    def met(self) -> bool:
        return self.seconds <= self.goal_s


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchingCost:
    """CPU of live cameras, in percent of a core for one of them: of reading, and of watching their condition beyond it."""

    cameras: int
    #: that were live at the end
    live: int
    video: str
    looks: int
    reading: Spread
    #: with watching less without it, of each turn
    watching: Spread
    goal: float = WATCHING_GOAL

    @property
    def met(self) -> bool:
        """Of cameras that were not live, or at which nobody looked, nothing is known."""
        return self.watching.median <= self.goal and self.live == self.cameras and self.looks > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryReport:
    made_at: datetime
    machine: Machine
    cameras: int
    units: int
    imports: tuple[Import, ...]
    lists: tuple[Latency, ...]
    start: Start
    watching: WatchingCost

    @property
    def met(self) -> bool:
        imports, lists = self.imports, self.lists
        parts = [part.met for part in imports] + [part.met for part in lists]
        return all([*parts, self.start.met, self.watching.met])

    def as_json(self) -> dict[str, object]:
        return {
            "made_at": self.made_at.isoformat(),
            "machine": asdict(self.machine),
            "cameras": self.cameras,
            "units": self.units,
            "imports": [asdict(part) | {"met": part.met} for part in self.imports],
            "lists": [asdict(part) | {"met": part.met} for part in self.lists],
            "start": asdict(self.start) | {"met": self.start.met},
            "watching": asdict(self.watching) | {"met": self.watching.met},
            "met": self.met,
        }


def rows(report: RegistryReport) -> list[Row]:
    return [
        *(
            (
                f"{part.what}, {part.rows} rows",
                f"{part.seconds:.1f} s",
                "-" if part.goal_s is None else f"≤ {part.goal_s:g} s",
                "-" if part.goal_s is None else _verdict(part.met),
            )
            for part in report.imports
        ),
        *(
            (
                f"{part.what}, {part.count} requests",
                f"p95 {part.p95_ms:g} ms (p50 {part.p50_ms:g}, most {part.most_ms:g})",
                "-" if part.goal_ms is None else f"p95 ≤ {part.goal_ms:g} ms",
                "-" if part.goal_ms is None else _verdict(part.met),
            )
            for part in report.lists
        ),
        (
            f"a start with {report.start.registered} cameras of which {report.start.owned} are its own,"
            " until these are being connected",
            f"{report.start.seconds:.1f} s",
            f"≤ {report.start.goal_s:g} s",
            _verdict(report.start.met),
        ),
        (
            f"watching the condition of {report.watching.cameras} live cameras, {report.watching.video}, beyond reading"
            f" them ({report.watching.reading.median:g} %)",
            f"{report.watching.watching.median:g} % of a core for a camera ({report.watching.watching.least:g} to"
            f" {report.watching.watching.most:g}), {report.watching.looks} looks",
            f"≤ {report.watching.goal:g} %",
            _verdict(report.watching.met),
        ),
    ]


def as_markdown(report: RegistryReport) -> str:
    machine = report.machine
    made = (
        f"Measured {report.made_at:%Y-%m-%d} by `vms bench {NAME}` over HTTP with {report.cameras} cameras in"
        f" {report.units} units, on {machine.cores} cores of {machine.cpu} (load {machine.load:g} when it began),"
        f" Python {machine.python}."
    )
    table = "\n".join(f"| {' | '.join(row)} |" for row in (HEAD, ("---",) * len(HEAD), *rows(report)))
    return f"{made}\n\n{table}"


def _verdict(met: bool) -> str:
    return "yes" if met else "no"
