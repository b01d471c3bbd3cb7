"""The command line as a person and a program use it: real processes, bad input included."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.clips import encode_clip
from vms.demo.cameras import FOOTAGE


def run(*arguments: object, language: str = "en", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vms.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, "VMS_LANGUAGE": language, "COLUMNS": "200", **environment},
        check=False,
    )


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def one_line_error(done: subprocess.CompletedProcess[str]) -> str:
    """The error, which must be one line and no traceback."""
    assert done.returncode == 1, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_help_speaks_both_languages() -> None:
    english, chinese = run("--help"), run("--help", language="zh")
    assert "Watches cameras" in english.stdout
    assert "看护摄像机画面" in chinese.stdout
    for command in ("demo", "serve", "migrate", "cameras", "replay", "models", "doctor", "bench"):
        assert command in english.stdout
        assert run(command, "--help").returncode == 0


def test_replay_prints_each_event_and_a_summary() -> None:
    done = run("replay", FOOTAGE / "fall_street_near.mp4", "--json")
    assert done.returncode == 0, done.stderr
    *events, last = json_lines(done.stdout)
    assert [event["event"]["kind"] for event in events] == ["fall"]
    assert set(events[0]["event"]) == {
        "file", "kind", "media_time_s", "zone", "track", "score", "level", "rising", "measurements", "curves",
        "rule_version", "models",
    }  # fmt: skip
    curves = {curve["name"]: curve for curve in events[0]["event"]["curves"]}
    assert curves["height"]["values"][0] > curves["height"]["limit"] > curves["height"]["values"][-1]
    assert [model["name"] for model in events[0]["event"]["models"]] == ["movenet_multipose"]
    summary = last["summary"]
    assert (summary["files"], summary["events"]) == (1, 1)
    assert summary["frames_analysed"] > 60
    assert summary["cpu_ms_per_analysed_frame"] > 0 and summary["realtime_factor"] > 0


def test_replay_says_that_a_file_was_cut_short(tmp_path: Path) -> None:
    whole = FOOTAGE / "quiet_street.mp4"
    part = tmp_path / "part.mp4"
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    done = run("replay", part, "--rules", "fall", "--json")
    assert done.returncode == 0, done.stderr
    assert "of 6.0 s could be read" in done.stderr
    assert "could be read" not in run("replay", whole, "--rules", "fall", "--json").stderr


def test_replay_of_a_place_that_fills_finds_the_crowd_and_no_fall() -> None:
    done = run("replay", FOOTAGE / "crowd_street.mp4", "--rules", "crowd", "--json")
    events = [line["event"] for line in json_lines(done.stdout)[:-1]]
    assert {event["kind"] for event in events} == {"crowd"}
    assert (events[0]["level"], events[0]["rising"]) == ("crowded", True)
    assert len({event["level"] for event in events}) == len(events)
    # 14 people on 3 x 1 m are more than a place can hold, on 30 x 10 m they are no crowd
    for metres, levels in (("3 1", {"人较多", "拥挤", "危险拥挤"}), ("30 10", set())):
        told = run(
            "replay", FOOTAGE / "crowd_street.mp4", "--rules", "crowd", "--zone", "0,0.3 1,0.3 1,1 0,1",
            "--ground", "0,0.3 1,0.3 1,1 0,1", "--ground-metres", metres, language="zh",
        ).stdout  # fmt: skip
        said = {level for level in ("人较多", "拥挤", "危险拥挤") if f"({level}，" in told}
        assert said <= levels and bool(said) == bool(levels)
        assert ("每平方米" in told) == bool(levels)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_replay_names_each_bad_file_and_goes_on_with_the_others(tmp_path: Path, language: str) -> None:
    good = encode_clip(tmp_path / "good.mp4", frames=10)
    empty, garbage, missing = tmp_path / "empty.mp4", tmp_path / "garbage.mp4", tmp_path / "missing.mp4"
    empty.write_bytes(b"")
    garbage.write_bytes(os.urandom(5000))
    done = run("replay", empty, garbage, missing, good, "--json", language=language)
    assert done.returncode == 1
    *errors, last = json_lines(done.stdout)
    assert [error["error"]["code"] for error in errors] == ["video_unreadable"] * 3
    assert last["summary"]["files"] == 1
    assert "Traceback" not in done.stderr

    told = run("replay", missing, language=language)
    assert str(missing) in one_line_error(told)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("replay", "x.mp4", "--zone", "0,0 1,1"), "Draw at least 3"),
        (("replay", "x.mp4", "--zone", "0,0 1,1 1,0 0,1"), "cross"),
        (("replay", "x.mp4", "--zone", "0,0 2,0 0,1"), "inside the picture"),
        (("replay", "x.mp4", "--zone", "here and there"), "is not a zone"),
        (("cameras", "add", "x", "rtsp://10.0.0.1/x", "--ground", "0,0 1,0 1,1 0,1"), "--crowd-zone"),
        (("replay", "x.mp4", "--ground-metres", "6 12"), "measures no ground"),
        (
            ("replay", "x.mp4", "--ground", "0.3,0.5 0.7,0.5 0.9,0.9 0.1,0.9", "--ground-metres", "6 12"),
            "beyond the horizon",
        ),
        (
            (
                "cameras",
                "add",
                "x",
                "rtsp://10.0.0.1/x",
                "--crowd-zone",
                "0,0 1,0 1,1 0,1",
                "--ground",
                "0,0 1,0 1,1 0,1",
                "--ground-metres",
                "six three",
            ),
            "measures no ground",
        ),
        (
            ("serve", "--database", "postgresql://u:s3cret@127.0.0.1:1/x", "--data", "{tmp}"),
            "Check that PostgreSQL runs",
        ),
        (("serve", "--database", "mysql://u:s3cret@h/x", "--data", "{tmp}"), "is not a database address"),
        (("serve", "--host", "0.0.0.0", "--data", "{tmp}"), "listens on this machine only"),
        (("serve", "--config", "{tmp}/none.toml"), "there is no file"),
        (("serve", "--data", "/proc/vms"), "cannot be used"),
        (("models", "list", "--models", "{tmp}/none"), "none"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_do(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = run(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert words in one_line_error(done)
    assert "s3cret" not in done.stderr + done.stdout


def test_a_rule_that_is_none_is_named() -> None:
    done = run("replay", "x.mp4", "--rules", "fall,faces")
    assert done.returncode == 2
    assert "fall, person_down, crowd" in done.stderr


def test_a_missing_model_stops_the_server_with_its_name(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    done = run("serve", "--data", tmp_path / "data", VMS_MODELS=str(models))
    assert "movenet" in one_line_error(done)


def test_models_are_listed_and_checked() -> None:
    listed = json_lines(run("models", "list", "--json").stdout)
    assert {"movenet_multipose", "nanodet_416"} <= {line["model"]["name"] for line in listed}
    checked = run("models", "check", "--json")
    assert checked.returncode == 0
    assert all(line["model"]["ok"] for line in json_lines(checked.stdout))


def test_a_changed_model_file_is_found_by_check(tmp_path: Path) -> None:
    for name in ("nanodet_416.toml", "nanodet_416.onnx"):
        (tmp_path / name).write_bytes((Path("models") / name).read_bytes())
    with (tmp_path / "nanodet_416.onnx").open("r+b") as file:
        file.truncate(100_000)
    done = run("models", "check", "--models", tmp_path, "--json")
    assert done.returncode == 1
    (line,) = json_lines(done.stdout)
    assert line["model"]["ok"] is False


def test_migrate_lists_what_it_applied_and_then_nothing(empty_database_url: str) -> None:
    first = run("migrate", "--database", empty_database_url)
    assert "0001_lay_foundation" in first.stdout
    assert "up to date" in run("migrate", "--database", empty_database_url).stdout


def test_a_camera_that_cannot_be_reached_is_not_registered_unless_asked(
    tmp_path: Path, database_url: str
) -> None:
    where = ("--data", tmp_path, "--database", database_url, "--config", tmp_path / "vms.toml")
    (tmp_path / "vms.toml").write_text("")
    outside = run("cameras", "add", "东口", "rtsp://127.0.0.1:1/x", *where)
    assert "cameras.networks" in one_line_error(outside)
    (tmp_path / "vms.toml").write_text('[cameras]\nnetworks = ["127.0.0.0/8"]\n')
    refused = run("cameras", "add", "东口", "rtsp://127.0.0.1:1/x", *where)
    assert "connection was refused" in one_line_error(refused)
    assert "No cameras yet" in run("cameras", "list", *where).stdout
    added = run("cameras", "add", "东口", "rtsp://a:s3cret@127.0.0.1:1/x", "--no-probe", *where)
    assert added.returncode == 0, added.stderr
    listed = run("cameras", "list", *where)
    assert "东口" in listed.stdout and "s3cret" not in listed.stdout
    ground = ("--crowd-zone", "0,0.3 1,0.3 1,1 0,1", "--ground", "0.3,0.5 0.7,0.5 0.9,0.9 0.1,0.9", *where)
    near = run(
        "cameras", "add", "近处", "rtsp://127.0.0.1:1/x", "--no-probe", *ground, "--ground-metres", "1 0"
    )
    assert "Distance 2" in one_line_error(near)
    measured = run(
        "cameras", "add", "广场", "rtsp://127.0.0.1:1/x", "--no-probe", *ground, "--ground-metres", "6 8"
    )
    assert measured.returncode == 0, measured.stderr
    again = run("cameras", "add", "东口", "rtsp://127.0.0.1:1/x", "--no-probe", *where)
    assert "already has a camera named 东口" in one_line_error(again)
    kept = tmp_path / "views" / "1-day.png"
    kept.parent.mkdir()
    kept.write_bytes(b"how it looked")
    assert "takes a new picture" in run("cameras", "reference", "东口", *where).stdout
    assert not kept.exists()
    assert "no camera" in one_line_error(run("cameras", "reference", "西口", *where)).lower()


def test_doctor_finds_what_a_server_needs(tmp_path: Path, database_url: str) -> None:
    done = run("doctor", "--data", tmp_path, "--database", database_url, "--json")
    assert done.returncode == 0, done.stdout
    findings = {line["finding"]["name"]: line["finding"] for line in json_lines(done.stdout)}
    assert {"python", "cores", "disk", "h264", "hevc", "movenet_multipose", "nanodet_416", "postgres"} <= set(
        findings
    )
