"""The table of `vms bench registry`: what is said of a goal that was met, missed, or not set."""

from dataclasses import replace
from datetime import UTC, datetime

from vms.bench.machine import Machine
from vms.bench.registry_report import HEAD, Import, RegistryReport, Start, WatchingCost, as_markdown, rows
from vms.bench.report import Latency, Spread

MACHINE = Machine(cpu="a processor", cores=2, load=0.5, python="3.11.9", ffmpeg="")


def report(
    seconds: float = 12.0, page_s: float = 0.02, start_s: float = 4.2, watching: float = 0.05
) -> RegistryReport:
    return RegistryReport(
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
        machine=MACHINE,
        cameras=36_000,
        units=133,
        imports=(Import(what="a sheet", rows=36_000, seconds=seconds, goal_s=30.0),),
        lists=(Latency.of([page_s] * 20, what="a page", goal_ms=50.0),),
        start=Start(registered=36_000, owned=64, seconds=start_s),
        watching=WatchingCost(
            cameras=64,
            live=64,
            video="small",
            looks=128,
            reading=Spread.of([0.2]),
            watching=Spread.of([watching - 0.01, watching, watching + 0.01]),
        ),
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
        (
            "watching the condition of 64 live cameras, small, beyond reading them (0.2 %)",
            "0.05 % of a core for a camera (0.04 to 0.06), 128 looks",
            "≤ 0.1 %",
            "yes",
        ),
    ]
    assert [row[-1] for row in rows(report(seconds=31.0, page_s=0.051, start_s=5.1, watching=0.2))] == [
        "no"
    ] * 4


def test_the_report_is_met_only_if_all_is() -> None:
    assert report().met and report().as_json()["met"] is True
    assert not report(seconds=30.1).met
    assert not report(page_s=0.06).met and not report(start_s=5.01).met
    assert not report(watching=0.11).met
    free = replace(report(), imports=(Import(what="a sheet", rows=1, seconds=99.0, goal_s=None),))
    assert free.met and rows(free)[0][2:] == ("-", "-")


def test_the_table_names_its_machine_and_day() -> None:
    text = as_markdown(report())
    assert "2026-11-24" in text and "2 cores of a processor (load 0.5" in text
    assert f"| {' | '.join(HEAD)} |" in text


def test_of_cameras_that_were_not_live_or_not_looked_at_nothing_is_known() -> None:
    watching = report().watching
    assert watching.met
    assert not replace(watching, live=63).met and not replace(watching, looks=0).met
