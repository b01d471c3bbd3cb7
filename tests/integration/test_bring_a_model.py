"""A network of one's own, from the file to a count, by commands only."""

import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.integration.test_cli import json_lines, one_line_error, run
from tests.unit.detectors.brought import VTEST, YOLOX, needs_vtest, needs_yolox
from tests.unit.detectors.clips import FOOTAGE, MODELS, frames_of

NANODET = MODELS / "nanodet_416.onnx"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODELS, tmp_path / "models", ignore=shutil.ignore_patterns("convert")))


def add(folder: Path, *arguments: object, language: str = "en") -> subprocess.CompletedProcess[str]:
    return run("models", "add", *arguments, "--models", folder, language=language)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--decode", "yolox", "--name", "x"), ["persons float32 [1, 3549, 5]", "nanodet"]),
        (("--decode", "ssd"), ["ssd", "movenet, nanodet, yolox, yolo, yolov5, yolo-pose, rtmo"]),
        (("--decode", "nanodet", "--size", "640", "--name", "x"), ["640x640", "[1, 416, 416, 3]"]),
        (("--decode", "nanodet", "--name", "../x"), ["../x"]),
        (("--decode", "nanodet"), ["nanodet_416", "--name"]),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_does_not_fit_is_one_line_and_changes_nothing(
    folder: Path, arguments: tuple[str, ...], words: list[str], language: str
) -> None:
    before = names_in(folder)
    told = one_line_error(add(folder, NANODET, *arguments, language=language))
    assert all(word in told for word in words)
    assert names_in(folder) == before


def test_a_file_that_is_not_there(folder: Path) -> None:
    assert "none.onnx" in one_line_error(add(folder, folder / "none.onnx", "--decode", "yolox"))


def test_a_size_that_is_no_size(folder: Path) -> None:
    done = add(folder, NANODET, "--decode", "nanodet", "--name", "x", "--size", "large")
    assert done.returncode == 2
    assert "640x384" in done.stderr


def test_check_draws_what_each_network_sees(tmp_path: Path) -> None:
    picture, drawn = tmp_path / "picture.jpg", tmp_path / "drawn.jpg"
    frame = next(frames_of(FOOTAGE / "crowd_street.mp4", fps=1, from_s=12))
    cv2.imwrite(str(picture), frame.bgr())
    done = run("models", "check", "--picture", picture, "--draw", drawn, "--json")
    assert done.returncode == 0, done.stderr
    lines = {line["model"]["name"]: line["model"] for line in json_lines(done.stdout)}
    assert len(lines["nanodet_416"]["persons"]) >= 3
    for person in lines["nanodet_416"]["persons"]:
        left, top, right, bottom = person["box"]
        assert 0 <= left < right <= frame.width and 0 <= top < bottom <= frame.height
    shown = cv2.imread(str(drawn))
    assert shown.shape[0] > 2 * frame.height and shown.shape[1] == frame.width
    below = shown[-frame.height :].astype(int) - frame.bgr().astype(int)
    assert (np.abs(below) > 60).any(), "boxes are drawn"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--picture", "{tmp}/none.jpg"), "none.jpg"),
        (("--picture", "README.md"), "JPEG or PNG"),
        (("--picture", "{tmp}/grey.jpg", "--draw", "{tmp}/no/where.jpg"), "where.jpg"),
    ],
)
def test_a_picture_that_is_none_is_one_line(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    cv2.imwrite(str(tmp_path / "grey.jpg"), np.full((90, 161, 3), 128, np.uint8))
    done = run("models", "check", *(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert words in one_line_error(done)


def test_a_drawing_needs_a_picture(tmp_path: Path) -> None:
    done = run("models", "check", "--draw", tmp_path / "x.jpg")
    assert done.returncode == 2
    assert "--picture" in done.stderr


def test_a_name_in_the_settings_that_no_network_has_is_named() -> None:
    done = run("replay", FOOTAGE / "quiet_street.mp4", VMS_ANALYSIS__PERSON_MODEL="yard")
    told = one_line_error(done)
    assert "yard" in told and "nanodet_416" in told


def test_doctor_names_it_too(tmp_path: Path, database_url: str) -> None:
    where = ("--data", tmp_path, "--database", database_url)
    done = run("doctor", *where, "--json", VMS_ANALYSIS__POSE_MODEL="yard")
    findings = {line["finding"]["name"]: line["finding"] for line in json_lines(done.stdout)}
    assert findings["pose_model"]["verdict"] == "missing"
    assert "movenet_multipose" in findings["pose_model"]["en"]
    assert "person_model" not in findings


@needs_yolox
@needs_vtest
def test_from_a_file_to_a_crowd_without_code(folder: Path, tmp_path: Path) -> None:
    added = add(folder, YOLOX, "--decode", "yolox", "--name", "yard", "--licence", "Apache-2.0")
    assert added.returncode == 0, added.stderr
    assert 'analysis.person_model = "yard"' in added.stdout
    assert {"yard.onnx", "yard.toml"} <= set(names_in(folder))
    listed = {line["model"]["name"]: line["model"] for line in json_lines(
        run("models", "list", "--models", folder, "--json").stdout
    )}  # fmt: skip
    assert listed["yard"]["source"]["licence"] == "Apache-2.0"
    again = add(folder, YOLOX, "--decode", "yolox", "--name", "yard")
    assert "yard" in one_line_error(again)

    chosen = {"VMS_MODELS": str(folder), "VMS_ANALYSIS__PERSON_MODEL": "yard"}
    done = run("replay", VTEST, "--rules", "crowd", "--crowd-limit", "3", "--json", **chosen)
    assert done.returncode == 0, done.stderr
    *events, _ = json_lines(done.stdout)
    assert [event["event"]["kind"] for event in events][:1] == ["crowd"]
