"""What `vms bench models` found, as JSON and as a table for a document. No measuring here."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from detectors.providers import Provider
from vms.bench.analyse_report import NetworkTime
from vms.bench.machine import Machine
from vms.bench.report import Spread

NAME: Final = "models"
HEAD: Final = ("network", "on", "picture", "ms", "of float32", "goal", "met")
#: of its float32 original
GOAL: Final = 0.5

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRun:
    """One network at one size, a picture a run."""

    name: str
    provider: Provider
    width: int
    height: int
    #: CPU of one run; wall where another device computes
    ms: Spread
    #: the float32 network that it was made from; empty where it is one itself
    original: str = ""
    #: ms / ms of the original in the same turn
    ratio: Spread | None = None

    @property
    def met(self) -> bool:
        return self.ratio is None or self.ratio.median <= GOAL


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRun:
    """The same network with several pictures a run."""

    name: str
    provider: Provider
    #: by pictures a run, for one picture
    ms_per_picture: dict[int, Spread]

    @property
    def cheaper(self) -> float:
        """The best batch against one picture a run; under 0.9 it would be worth building."""
        best = min(spread.median for spread in self.ms_per_picture.values())
        return round(best / self.ms_per_picture[1].median, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsReport:
    made_at: datetime
    machine: Machine
    #: the instructions for int8 that this processor has; empty: none, and int8 gains less
    int8_instructions: str
    turns: int
    runs: tuple[NetworkRun, ...]
    batches: tuple[BatchRun, ...]
    #: what could not be measured, and why
    notes: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        return all(run.met for run in self.runs)

    @property
    def against_originals(self) -> tuple[NetworkTime, ...]:
        """On the CPU, each at its first size."""
        whole = {(run.name, run.provider): run for run in reversed(self.runs)}
        return tuple(
            NetworkTime(
                name=run.name,
                original=run.original,
                ms=run.ms.median,
                original_ms=whole[run.original, run.provider].ms.median,
                goal=GOAL,
            )
            for run in reversed(whole.values())
            if run.original and run.provider == "cpu"
        )

    def as_json(self) -> dict[str, object]:
        return {
            "made_at": self.made_at.isoformat(),
            "machine": asdict(self.machine) | {"int8_instructions": self.int8_instructions},
            "turns": self.turns,
            "runs": [asdict(run) | {"goal": GOAL, "met": run.met} for run in self.runs],
            "batches": [asdict(batch) | {"cheaper": batch.cheaper} for batch in self.batches],
            "notes": list(self.notes),
            "met": self.met,
        }


def rows(report: ModelsReport) -> list[Row]:
    table: list[Row] = []
    for run in report.runs:
        compared = run.ratio is not None
        table.append(
            (
                run.name,
                run.provider,
                f"{run.width}x{run.height}",
                f"{run.ms.median:.1f}",
                f"{run.ratio.median:.2f}" if run.ratio else "",
                f"≤ {GOAL}" if compared else "",
                ("yes" if run.met else "no") if compared else "",
            )
        )
    for batch in report.batches:
        table += [
            (
                batch.name,
                batch.provider,
                f"{size} a run",
                f"{spread.median:.1f} each",
                "",
                "",
                "",
            )
            for size, spread in batch.ms_per_picture.items()
        ]
    return table


def as_markdown(report: ModelsReport) -> str:
    machine = report.machine
    lines = [
        f"Measured on {report.made_at:%Y-%m-%d}: {machine.cpu}, {machine.cores} cores, load {machine.load} when it began,"
        f" int8 by {report.int8_instructions or 'no instructions of its own'}, ONNX Runtime {machine.onnxruntime}."
        f" Medians of {report.turns} turns, CPU of one thread.",
        "",
        f"| {' | '.join(HEAD)} |",
        f"|{' --- |' * len(HEAD)}",
        *(f"| {' | '.join(row)} |" for row in rows(report)),
    ]
    lines += ["", *(f"- {note}" for note in report.notes)] if report.notes else []
    return "\n".join(lines)
