"""Labelled footage of the demo through the pipeline: found, missed, false, counted, swept, remembered."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors.evaluation import score_events
from detectors.event import EventKind
from detectors.label_errors import LabelBehindTheEnd
from detectors.labels import read_labels
from detectors.memory_store import MemoryStore
from detectors.models import Models, load_models
from detectors.outcome import Outcome
from detectors.report import page
from detectors.settings import DetectorSettings
from detectors.strip import GAP, PANEL_WIDTH
from detectors.sweep import Sweep, parse_sweep
from streams.errors import VideoUnreadable
from tests.fakes.clips import encode_pictures
from vms.demo.cameras import FOOTAGE
from vms.evaluate import Evaluation, rules_for
from vms.evaluation_summary import summary_of
from vms.places import models_folder

FALL, QUIET = FOOTAGE / "fall_street_near.mp4", FOOTAGE / "quiet_street.mp4"
EVENTS = "file,event,start_s,end_s"


@pytest.fixture(scope="module")
def models() -> Models:
    return load_models(models_folder())


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Looks at the footage are taken once for all tests of this module."""
    return tmp_path_factory.mktemp("cache")


def labels_in(folder: Path, text: str) -> Path:
    path = folder / "labels.csv"
    path.write_text(text)
    return path


def evaluated(
    path: Path,
    models: Models,
    cache: Path,
    *,
    settings: DetectorSettings | None = None,
    sweep: Sweep | None = None,
    rules: frozenset[EventKind] | None = None,
    pictures: bool = False,
) -> Outcome:
    labels = read_labels(path)
    evaluation = Evaluation(
        labels=labels,
        models=models,
        store=MemoryStore(cache, models_folder()),
        settings=settings or DetectorSettings(),
        rules=rules or rules_for(labels),
        crowd_limit=8,
        sweep=sweep,
        pictures=pictures,
    )
    for clip in labels.clips:
        evaluation.clip(clip)
    return evaluation.outcome()


class Mute:
    """Networks that must not be asked."""

    def __init__(self, models: Models) -> None:
        self.fact = models.pose.fact
        self.keypoint_score = models.pose.keypoint_score
        self.score = models.person.score
        self.scale = models.person.scale

    def look(self, *_: object, **__: object) -> tuple[()]:
        raise AssertionError("asked again what it has said before")


def panels_in(jpeg: bytes | None) -> int:
    assert jpeg is not None
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return (picture.shape[1] + GAP) // (PANEL_WIDTH + GAP)


def mute(models: Models) -> Models:
    return replace(models, pose=Mute(models), person=Mute(models))


def test_a_fall_is_found_and_quiet_is_quiet(models: Models, cache: Path, tmp_path: Path) -> None:
    outcome = evaluated(labels_in(tmp_path, f"{EVENTS}\n{FALL},fall,3,6\n{QUIET},,,\n"), models, cache)
    score = outcome.scores["fall"]
    assert (score.labelled, score.found, score.false_alarms) == (1, 1, 0)
    assert score.media_s == pytest.approx(18.0, abs=0.3)
    assert outcome.cost is not None
    assert outcome.cost.cpu_s > 0
    assert outcome.misses == outcome.false_alarms == ()


def test_an_event_that_was_right_is_in_the_report_with_its_strip_live_or_remembered(
    models: Models, cache: Path, tmp_path: Path
) -> None:
    path = labels_in(tmp_path, f"{EVENTS}\n{FALL},fall,3,6\n")
    live = evaluated(path, models, cache, pictures=True)
    again = evaluated(path, mute(models), cache, pictures=True)
    ((stated,), (remembered,)) = live.stated, again.stated
    assert stated.answer == live.clips[0].answers[0]
    assert panels_in(stated.strip) == 5
    assert remembered.strip == stated.strip
    assert evaluated(path, models, cache).stated[0].strip is None


def test_misses_and_false_alarms_are_in_the_report_with_pictures(
    models: Models, cache: Path, tmp_path: Path
) -> None:
    text = f"{EVENTS}\n{FALL},,,\n{QUIET},fall,1,2\n"
    outcome = evaluated(labels_in(tmp_path, text), models, cache, pictures=True)
    (miss,), (alarm,) = outcome.misses, outcome.false_alarms
    assert "never left the vertical" in miss.causes[0].en
    assert [panels_in(strip) for strip in (miss.strip, alarm.strip)] == [5, 5]
    assert {curve.name for curve in miss.curves} >= {"height", "trunk_deg"}
    assert alarm.event.curves
    shown = page(outcome)
    assert shown.count('<img class="strip"') == 2
    assert str(QUIET) in shown


def test_what_is_remembered_is_not_computed_again_and_says_the_same(
    models: Models, cache: Path, tmp_path: Path
) -> None:
    path = labels_in(tmp_path, f"{EVENTS}\n{FALL},fall,3,6\n{QUIET},,,\n")
    first = evaluated(path, models, cache)
    again = evaluated(path, mute(models), cache)
    assert summary_of(again) == summary_of(first)


def test_a_point_of_a_sweep_is_a_full_run_with_that_value(
    models: Models, cache: Path, tmp_path: Path
) -> None:
    path = labels_in(tmp_path, f"{EVENTS}\n{FALL},fall,3,6\n{QUIET},,,\n")
    evaluated(path, models, cache)
    sweep = parse_sweep("fall.least_fast_drop=0.2:0.8:0.3", DetectorSettings())
    outcome = evaluated(path, mute(models), cache, sweep=sweep)
    assert outcome.curve is not None
    for number, point in enumerate(outcome.curve.points):
        alone = evaluated(path, models, tmp_path / f"cache {number}", settings=sweep.settings[number])
        assert point.score == score_events("fall", alone.clips)
    assert [point.score.found for point in outcome.curve.points if point.score] == [1, 1, 0]


def test_a_setting_that_changes_what_is_looked_at_is_computed_and_remembered(
    models: Models, tmp_path: Path
) -> None:
    path = labels_in(tmp_path, f"{EVENTS}\n{QUIET},,,\n")
    sweep = parse_sweep("fall_fps=2:4:2", DetectorSettings(fall_fps=2.0))
    outcome = evaluated(
        path, models, tmp_path / "cache", settings=DetectorSettings(fall_fps=2.0), sweep=sweep
    )
    assert outcome.curve is not None
    assert len(list((tmp_path / "cache").iterdir())) == 2
    evaluated(path, mute(models), tmp_path / "cache", settings=DetectorSettings(fall_fps=4.0))


def test_counts_are_what_the_crowd_rule_counts_with(models: Models, cache: Path, tmp_path: Path) -> None:
    path = labels_in(tmp_path, f"file,frame,time_s,count\n{QUIET},25,2,3\n{QUIET},50,4,4\n")
    outcome = evaluated(path, models, cache, rules=frozenset({"crowd"}))
    assert outcome.occupancy is not None
    assert (outcome.occupancy.frames, outcome.occupancy.mae, outcome.occupancy.bias) == (2, 0.5, -0.5)
    summary = summary_of(outcome)
    assert summary["falls"] is None
    assert rules_for(read_labels(path)) == {"fall", "crowd"}


def test_the_summary_has_every_field_that_programs_read(models: Models, cache: Path, tmp_path: Path) -> None:
    path = labels_in(tmp_path, f"{EVENTS}\n{FALL},fall,3,6\n{QUIET},,,\n")
    summary = json.loads(json.dumps(summary_of(evaluated(path, models, cache))))
    falls = summary["falls"]
    assert falls | {"labelled": 1, "found": 1, "recall": 1.0, "false_alarms": 0, "precision": 1.0} == falls
    assert falls["false_alarms_per_camera_day"] == 0.0
    assert falls["hours"] == pytest.approx(18 / 3600, rel=0.02)
    assert falls["time_to_event_s"].keys() == {"p50", "p95"}
    assert summary["occupancy"] is None
    assert summary["cost"].keys() == {"cpu_ms_per_analysed_frame", "realtime_factor"}
    assert [(clip["file"], clip["label"]) for clip in summary["clips"]] == [
        (str(FALL), "fall"),
        (str(QUIET), ""),
    ]
    assert summary["clips"][0]["events"][0].keys() == {"kind", "media_time_s"}


def test_a_label_behind_the_end_names_its_line(models: Models, cache: Path, tmp_path: Path) -> None:
    path = labels_in(tmp_path, f"{EVENTS}\n{QUIET},fall,60,61\n")
    with pytest.raises(LabelBehindTheEnd, match=r"Line 2 of .* 60.0 s, but .* ends at 6"):
        evaluated(path, models, cache)


def test_a_file_that_is_no_video_is_named(models: Models, cache: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"no video")
    with pytest.raises(VideoUnreadable, match=r"bad\.mp4"):
        evaluated(labels_in(tmp_path, f"{EVENTS}\nbad.mp4,,,\n"), models, cache)


def test_as_live_finds_the_same_fall_and_does_not_decode_what_is_still(
    models: Models, cache: Path, tmp_path: Path
) -> None:
    grey = np.full((180, 320, 3), 120, np.uint8)
    still = encode_pictures(
        tmp_path / "still.mp4", [grey] * 300, rate=Fraction(25, 2), keyframes=set(range(0, 300, 25))
    )
    rows = f"{EVENTS}\n{FALL},fall,4,8\n{still},,,\n"
    labels = read_labels(labels_in(tmp_path, rows))

    def evaluation(*, as_live: bool) -> Evaluation:
        run = Evaluation(
            labels=labels,
            models=models,
            store=MemoryStore(cache, models_folder()),
            settings=DetectorSettings(),
            rules=frozenset({"fall"}),
            crowd_limit=8,
            as_live=as_live,
        )
        for clip in labels.clips:
            run.clip(clip)
        return run

    live, full = evaluation(as_live=True), evaluation(as_live=False)
    assert live.slept.asleep > 100 and full.slept.asleep == 0
    times = [
        [event.media_time_s for clip in run.outcome().clips for event in clip.events] for run in (live, full)
    ]
    assert times[0] == times[1] and len(times[0]) == 1
