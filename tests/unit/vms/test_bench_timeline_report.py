from dataclasses import replace
from datetime import UTC, datetime

from vms.bench.machine import Machine
from vms.bench.report import Latency
from vms.bench.timeline_report import Plan, TimelineReport, as_markdown, rows

REPORT = TimelineReport(
    made_at=datetime(2026, 11, 5, tzinfo=UTC),
    machine=Machine(cpu="x", cores=2, load=0.1, python="3.11", ffmpeg="7"),
    rows=5_184_000,
    cameras=36,
    days=100,
    latencies=(
        Latency.of([0.01] * 95 + [0.03] * 5, what="over HTTP", goal_ms=20.0),
        Latency.of([0.5], what="in SQL"),
    ),
    plan=Plan(partitions=100, read=2, by_index=True, lines=("Append",)),
)


def test_a_goal_is_met_by_the_slowest_but_a_twentieth_and_by_the_plan() -> None:
    assert REPORT.met and REPORT.as_json()["met"] is True
    slow = replace(REPORT, latencies=(Latency.of([0.01] * 94 + [0.03] * 6, what="x", goal_ms=20.0),))
    assert not slow.met
    for plan in (replace(REPORT.plan, by_index=False), replace(REPORT.plan, read=4)):
        assert not replace(REPORT, plan=plan).met


def test_the_table_tells_goals_where_there_are_some() -> None:
    http, sql, plan = rows(REPORT)
    assert http[2:] == ("p95 ≤ 20 ms", "yes") and sql[2:] == ("", "")
    assert plan[0] == "partitions read of 100, 5184000 files in all" and plan[1] == "2, by their index"
    assert "| over HTTP | p50 10.0 ms, p95 10.0 ms (100) | p95 ≤ 20 ms | yes |" in as_markdown(REPORT)
