"""The table of `vms bench registry`: what is said of a goal that was met, missed, or not set."""

from dataclasses import replace
from datetime import UTC, datetime

from vms.bench.machine import Machine
from vms.bench.registry_report import HEAD, Import, RegistryReport, Start, as_markdown, rows
from vms.bench.report import Latency

MACHINE = Machine(cpu="a processor", cores=2, load=0.5, python="3.11.9", ffmpeg="")


def report(seconds: float = 12.0, page_s: float = 0.02, start_s: float = 4.2) -> RegistryReport:
    return RegistryReport(
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
        machine=MACHINE,
        cameras=36_000,
        units=133,
        imports=(Import(what="a sheet", rows=36_000, seconds=seconds, goal_s=30.0),),
        lists=(Latency.of([page_s] * 20, what="a page", goal_ms=50.0),),
        start=Start(registered=36_000, owned=64, seconds=start_s),
    )


def test_each_figure_is_a_row_with_its_goal_and_whether_it_was_met() -> None:
    assert rows(report()) == [
        ("a sheet, 36000 rows", "12.0 s", "≤ 30 s", "yes"),
        ("a page, 20 requests", "p95 20 ms (p50 20, most 20)", "p95 ≤ 50 ms", "yes"),
        (
            "a start with 36000 cameras of which 64 are its own, until these are being connected",
            "4.2 s",
            "≤ 5 s",
            "yes",
        ),
    ]
    assert [row[-1] for row in rows(report(seconds=31.0, page_s=0.051, start_s=5.1))] == ["no"] * 3


def test_the_report_is_met_only_if_all_is() -> None:
    assert report().met and report().as_json()["met"] is True
    assert not report(seconds=30.1).met
    assert not report(page_s=0.06).met and not report(start_s=5.01).met
    free = replace(report(), imports=(Import(what="a sheet", rows=1, seconds=99.0, goal_s=None),))
    assert free.met and rows(free)[0][2:] == ("-", "-")


def test_the_table_names_its_machine_and_day() -> None:
    text = as_markdown(report())
    assert "2026-11-24" in text and "2 cores of a processor (load 0.5" in text
    assert f"| {' | '.join(HEAD)} |" in text
