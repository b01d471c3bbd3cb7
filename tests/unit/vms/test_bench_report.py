import json

import pytest

from vms.bench.machine import Machine
from vms.bench.report import Comparison, Latency, SpineReport, Spread


def comparison(ratio: float, goal: float | None = 1.25) -> Comparison:
    return Comparison.of([ratio * 10] * 3, [10.0] * 3, unit="ms", bare_is="the parts", goal=goal)


def report(recording: Comparison | None, analysis: Comparison) -> SpineReport:
    return SpineReport(
        machine=Machine(cpu="a", cores=2, load=0.1, python="3.11.7", ffmpeg=""),
        window_s=10.0,
        clip="a clip",
        recording=recording,
        connecting=None,
        analysis=analysis,
        inferences_per_frame=Spread.of([1.25]),
    )


def test_a_spread_is_the_median_and_its_ends() -> None:
    assert Spread.of([3.0, 1.0, 9.0]) == Spread(median=3.0, least=1.0, most=9.0, repeats=3)


def test_a_ratio_is_taken_turn_by_turn_for_a_busy_turn_is_busy_for_both() -> None:
    compared = Comparison.of([1.0, 20.0, 3.0], [1.0, 20.0, 2.0], unit="s", bare_is="b", goal=1.25)
    assert compared.ratio == Spread(median=1.0, least=1.0, most=1.5, repeats=3)
    assert compared.met


def test_turns_that_do_not_match_are_a_bug() -> None:
    with pytest.raises(ValueError, match="zip"):
        Comparison.of([1.0, 2.0], [1.0], unit="s", bare_is="b", goal=1.0)


def test_without_a_goal_there_is_nothing_to_miss() -> None:
    assert comparison(9.0, goal=None).met


def test_the_report_is_met_when_every_part_is() -> None:
    assert report(None, comparison(1.2)).met
    assert report(comparison(1.2), comparison(1.2)).met
    assert not report(comparison(1.3), comparison(1.2)).met


def test_the_report_says_in_json_which_goals_were_met() -> None:
    found = json.loads(json.dumps(report(comparison(1.3), comparison(1.2)).as_json()))
    assert found["met"] is False
    assert (found["recording"]["met"], found["analysis"]["met"]) == (False, True)
    assert found["analysis"]["ratio"]["median"] == 1.2
    assert found["notification"] is None


def test_percentiles_are_figures_that_were_measured() -> None:
    latency = Latency.of([number / 1000 for number in range(1, 101)], what="arrival to socket")
    assert (latency.count, latency.p50_ms, latency.p95_ms, latency.most_ms) == (100, 50.0, 95.0, 100.0)
    one = Latency.of([0.25], what="arrival to socket")
    assert (one.p50_ms, one.p95_ms) == (250.0, 250.0)
