"""What `vms bench timeline` found, as JSON and as a table for a document. No measuring here."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from vms.bench.machine import Machine
from vms.bench.report import Latency

NAME: Final = "timeline"
HEAD: Final = ("what", "measured", "goal", "met")
GOAL_MS: Final = 20.0

Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the database does to find the files of a day."""

    partitions: int
    #: partitions that it looks into; the others are left out when it plans
    read: int
    #: whether it reads by an index only
    by_index: bool
    lines: tuple[str, ...]

    @property
    def met(self) -> bool:
        return self.by_index and self.read <= 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineReport:
    made_at: datetime
    machine: Machine
    #: recorded files
    rows: int
    cameras: int
    days: int
    latencies: tuple[Latency, ...]
    plan: Plan

    @property
    def met(self) -> bool:
        return self.plan.met and all(each.met for each in self.latencies)

    def as_json(self) -> dict[str, object]:
        return {
            "made_at": self.made_at.isoformat(),
            "machine": asdict(self.machine),
            "rows": self.rows,
            "cameras": self.cameras,
            "days": self.days,
            "met": self.met,
            "latencies": [{**asdict(each), "met": each.met} for each in self.latencies],
            "plan": {**asdict(self.plan), "met": self.plan.met},
        }


def rows(report: TimelineReport) -> list[Row]:
    found = [
        (
            each.what,
            f"p50 {each.p50_ms} ms, p95 {each.p95_ms} ms ({each.count})",
            "" if each.goal_ms is None else f"p95 ≤ {each.goal_ms:g} ms",
            "" if each.goal_ms is None else "yes" if each.met else "no",
        )
        for each in report.latencies
    ]
    plan = report.plan
    found.append(
        (
            f"partitions read of {plan.partitions}, {report.rows} files in all",
            f"{plan.read}, {'by their index' if plan.by_index else 'not only by an index'}",
            "≤ 3, by their index",
            "yes" if plan.met else "no",
        )
    )
    return found


def as_markdown(report: TimelineReport) -> str:
    machine = report.machine
    lines = [
        f"| {' | '.join(HEAD)} |",
        "| --- | --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in rows(report)),
        "",
        f"{report.made_at:%Y-%m-%d}, {machine.cpu}, {machine.cores} cores, load {machine.load} when it began;"
        f" `vms bench timeline`.",
    ]
    return "\n".join(lines)
