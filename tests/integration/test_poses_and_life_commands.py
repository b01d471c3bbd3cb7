"""`vms poses` and `vms life` as a person and a program use them."""

from pathlib import Path

import pytest

from detectors.simulation import ragdoll
from tests.integration.test_cli import json_lines, one_line_error, run
from vms.demo.cameras import FOOTAGE

QUIET = FOOTAGE / "quiet_street.mp4"


@pytest.mark.skipif(ragdoll.mujoco is None, reason="MuJoCo is not installed: pip install mujoco")
def test_a_program_reads_what_the_rule_makes_of_simulated_falls(tmp_path: Path) -> None:
    report = tmp_path / "poses.html"
    options = ["--sequences", "8", "--cache", tmp_path / "motions", "--split", "train"]
    done = run(
        "poses",
        "evaluate",
        *options,
        "--sweep",
        "fall.least_fast_drop=0.2:9.2:9",
        "--report",
        report,
        "--json",
    )
    assert done.returncode == 0, done.stderr
    sweep, summary = json_lines(done.stdout)
    assert summary["summary"]["sequences"] == 8
    assert sweep["sweep"]["points"][1]["recall"] <= sweep["sweep"]["points"][0]["recall"]
    assert report.read_text("utf-8").startswith("<!doctype html>")
    for language, words in (("en", "Found: falls that were stated"), ("zh", "找到：已报出的跌倒")):
        assert words in run("poses", "evaluate", *options, language=language).stdout


def test_a_split_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path) -> None:
    done = run("poses", "evaluate", "--split", "dev", "--cache", tmp_path)
    assert done.returncode == 2
    assert "train, test" in done.stderr


def test_ordinary_life_is_watched_and_said_to_be_no_field_trial(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text(f"file,event,start_s,end_s\n{QUIET},,,\n{FOOTAGE / 'fall_street_near.mp4'},fall,3,6\n")
    options = ["life", labels, "--hours", "0.002", "--cache", tmp_path / "cache"]
    done = run(*options, "--json")
    assert done.returncode == 0, done.stderr
    summary = json_lines(done.stdout)[-1]["summary"]
    assert (summary["videos"], summary["falls"]["false_alarms"]) == (1, 0)
    assert summary["field_trial"] is False
    assert summary["hours"] >= 0.002
    for language, words in (("en", "This is not a field trial"), ("zh", "这不是现场试验")):
        assert words in run(*options, language=language).stdout


def test_life_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    video = tmp_path / "no.mp4"
    video.write_text("no video")
    assert "cannot be read" in one_line_error(run("life", video, "--cache", tmp_path / "cache"))
