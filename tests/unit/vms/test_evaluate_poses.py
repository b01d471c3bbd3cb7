"""Simulated sequences through the real pipeline: found and false by group, swept, reported, the same again."""

import json
from pathlib import Path

import pytest

from detectors.labels import read_labels
from detectors.outcome import Outcome
from detectors.settings import DetectorSettings
from detectors.simulation import ragdoll
from detectors.simulation.figures import by_tag, figures_of
from detectors.simulation.motions import MotionStore
from detectors.simulation.observation import measured
from detectors.simulation.report import page
from detectors.simulation.split import TEST
from detectors.sweep import Sweep, parse_sweep
from tests.fakes.clock import ManualClock
from tests.unit.detectors.test_simulation_measure import write_truth
from vms.evaluate_poses import PoseEvaluation, PoseOutcome, compare
from vms.pose_summary import TAGS, comparison_of, summary_of

pytestmark = pytest.mark.skipif(ragdoll.mujoco is None, reason="MuJoCo is not installed: pip install mujoco")
COUNT = 30


@pytest.fixture(scope="module")
def motions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Motions are made once for all tests of this module."""
    return tmp_path_factory.mktemp("motions")


def evaluated(
    motions: Path, *, sweep: Sweep | None = None, settings: DetectorSettings | None = None, count: int = COUNT
) -> PoseOutcome:
    run = PoseEvaluation(
        split=TEST,
        count=count,
        seed=5,
        figures=measured(),
        store=MotionStore(motions),
        settings=settings or DetectorSettings(),
        sweep=sweep,
        clock=ManualClock(),
    )
    return run.run()


@pytest.fixture(scope="module")
def result(motions: Path) -> PoseOutcome:
    return evaluated(motions)


def stated(outcome: Outcome) -> list[tuple[str, list[float]]]:
    return [(clip.clip.name, [event.media_time_s for event in clip.events]) for clip in outcome.clips]


def test_most_falls_are_found_and_most_other_things_are_none(result: PoseOutcome) -> None:
    figures = figures_of(result.outcome.clips)
    assert figures.falls + figures.ordinary + result.left_out == COUNT
    assert figures.falls == pytest.approx(COUNT / 2, abs=2)
    assert figures.recall is not None
    assert figures.alarmed_share is not None
    assert figures.recall > 0.4 > figures.alarmed_share


def test_the_same_seed_states_the_same(motions: Path, result: PoseOutcome) -> None:
    assert stated(evaluated(motions).outcome) == stated(result.outcome)


def test_groups_add_up(result: PoseOutcome) -> None:
    clips = result.outcome.clips
    everything = figures_of(clips)
    for tag in TAGS:
        groups = by_tag(clips, tag)
        assert sum(group.falls for group in groups) == everything.falls
        assert sum(group.found for group in groups) == everything.found
        assert sum(group.alarmed for group in groups) == everything.alarmed
        assert all(group.recall_interval or not group.falls for group in groups)


def test_a_rule_that_asks_for_the_impossible_states_nothing(motions: Path) -> None:
    settings = DetectorSettings.model_validate({"fall": {"least_fast_drop": 9.0, "least_plunge": 9.0}})
    figures = figures_of(evaluated(motions, settings=settings).outcome.clips)
    assert (figures.found, figures.alarmed) == (0, 0)
    assert figures.falls > 0


def test_a_sweep_says_of_each_value_what_a_run_with_it_says(motions: Path, result: PoseOutcome) -> None:
    present = DetectorSettings().fall.least_fast_drop
    sweep = parse_sweep(f"fall.least_fast_drop={present}:{present + 0.2}:0.2", DetectorSettings())
    curve = evaluated(motions, sweep=sweep).outcome.curve
    assert curve is not None
    first, second = (point.score for point in curve.points)
    assert first is not None
    assert second is not None
    assert (first.found, first.false_alarms) == (
        result.outcome.scores["fall"].found,
        result.outcome.scores["fall"].false_alarms,
    )
    run = evaluated(motions, settings=sweep.settings[1]).outcome.scores["fall"]
    assert (second.found, second.false_alarms) == (run.found, run.false_alarms)
    assert second.found <= first.found


def test_a_sweep_of_how_people_are_followed_follows_them_again(motions: Path) -> None:
    settings = DetectorSettings()
    sweep = parse_sweep("second_looks=0:1:1", settings)
    curve = evaluated(motions, sweep=sweep, count=12).outcome.curve
    assert curve is not None
    without = evaluated(motions, settings=sweep.settings[0], count=12).outcome.scores["fall"]
    assert curve.points[0].score is not None
    assert (curve.points[0].score.found, curve.points[0].score.false_alarms) == (
        without.found,
        without.false_alarms,
    )


def test_the_summary_is_json_and_says_what_the_noise_rests_on(result: PoseOutcome) -> None:
    summary = json.loads(json.dumps(summary_of(result)))
    assert summary["sequences"] == len(result.outcome.clips)
    assert summary["noise"]["model"]
    assert set(summary["by"]) == set(TAGS)
    recall, (low, high) = summary["falls"]["recall"], summary["falls"]["recall_interval"]
    assert low <= recall <= high


def test_the_report_says_that_it_is_no_field_trial_and_loads_nothing(result: PoseOutcome) -> None:
    text = page(result.outcome)
    assert "neither a field trial nor footage" in text
    assert "不是现场试验" in text
    for group in by_tag(result.outcome.clips, "camera"):
        assert group.value in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_clips_are_compared_without_their_pictures(tmp_path: Path) -> None:
    """A body that stands and then lies, and one that only stands."""
    for name, states in (("falls", ("walking", "lying")), ("stands", ("walking",))):
        (tmp_path / f"{name}.mp4").touch()
        write_truth(tmp_path / f"{name}.mp4", states, seconds=8.0)
    path = tmp_path / "labels.csv"
    path.write_text("file,event,start_s,end_s\nfalls.mp4,fall,3.5,5\nstands.mp4,,,\n")
    scores = compare(read_labels(path), times=5, figures=measured(), settings=DetectorSettings())
    summary = comparison_of(scores, 5)
    assert summary["clips"] == 2
    falls = summary["falls"]
    assert isinstance(falls, dict)
    assert (falls["labelled"], falls["ordinary"], falls["with_false_alarm"]) == (5, 5, 0)
    assert falls["found"] >= 1
