"""`vms evaluate` and `vms replay --draw` as a person and a program use them."""

import json
from pathlib import Path

import av
import cv2
import pytest

from detectors.strip import GAP, PANEL_WIDTH, PANELS
from tests.integration.test_cli import json_lines, one_line_error, run
from vms.demo.cameras import FOOTAGE

FALL, QUIET = FOOTAGE / "fall_street_near.mp4", FOOTAGE / "quiet_street.mp4"


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("labels") / "labels.csv"
    path.write_text(f"file,event,start_s,end_s,place\n{FALL},fall,3,6,street\n{QUIET},,,,street\n")
    return path


def test_a_program_reads_the_summary_in_the_last_line(labels: Path) -> None:
    cache, report = labels.parent / "cache", labels.parent / "report.html"
    done = run("evaluate", labels, "--cache", cache, "--report", report, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = json_lines(done.stdout)
    assert list(lines[-1]) == ["summary"]
    assert lines[-1]["summary"]["falls"]["found"] == 1
    assert report.read_text("utf-8").startswith("<!doctype html>")

    swept = run("evaluate", labels, "--cache", cache, "--sweep", "fall.least_fast_drop=0.2:0.8:0.3", "--json")
    (sweep,) = (line["sweep"] for line in json_lines(swept.stdout) if "sweep" in line)
    assert [point["recall"] for point in sweep["points"]] == [1.0, 1.0, 0.0]
    assert json.loads(swept.stdout.splitlines()[-1]) == lines[-1]

    for language, words in (("en", "found 1/1"), ("zh", "找到 1/1")):
        assert words in run("evaluate", labels, "--cache", cache, language=language).stdout


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        (None, [], "Check the name of the file"),
        ("file,event,start_s,end_s\nnone.mp4,fall,1,2\n", [], "Line 2 of"),
        ("file,event,start_s,end_s\nlabels.csv,fell,1,2\n", [], "Use one of: fall"),
        ("file,event,start_s,end_s\nlabels.csv,,,\n", ["--sweep", "fall=1"], "is not a sweep"),
        ("file,event,start_s,end_s\nlabels.csv,,,\n", [], "cannot be read as video"),
    ],
)
def test_bad_labels_are_one_line_and_no_traceback(
    tmp_path: Path, text: str | None, options: list[str], says: str
) -> None:
    path = tmp_path / "labels.csv"
    if text is not None:
        path.write_text(text)
    assert says in one_line_error(run("evaluate", path, "--cache", tmp_path / "cache", *options))


def test_a_replay_can_be_drawn(tmp_path: Path) -> None:
    video = tmp_path / "out.mp4"
    done = run("replay", FALL, "--draw", video, "--rules", "fall", "--json")
    assert done.returncode == 0, done.stderr
    with av.open(str(video)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(pictures) == json_lines(done.stdout)[-1]["summary"]["frames_analysed"]
    edge = [picture[-3:, :, 0].astype(float).mean() - picture[-3:, :, 2].mean() for picture in pictures]
    event_s = next(line["event"]["media_time_s"] for line in json_lines(done.stdout) if "event" in line)
    assert edge[int(event_s * 8) + 4] > 60
    assert edge[0] < 30


def test_two_videos_are_not_drawn_into_one(tmp_path: Path) -> None:
    done = run("replay", FALL, QUIET, "--draw", tmp_path / "out.mp4")
    assert done.returncode == 2
    assert "takes one video" in done.stderr


def test_a_replay_writes_the_five_frames_of_each_event(tmp_path: Path) -> None:
    done = run("replay", FALL, "--strips", tmp_path / "strips", "--rules", "fall", "--json")
    assert done.returncode == 0, done.stderr
    (event,) = [line["event"] for line in json_lines(done.stdout) if "event" in line]
    (written,) = (tmp_path / "strips").iterdir()
    assert written.name == f"{FALL.stem}_fall_{event['media_time_s']:.1f}s_{event['track']}.jpg"
    picture = cv2.imread(str(written))
    assert picture is not None
    assert picture.shape[1] == PANELS * PANEL_WIDTH + (PANELS - 1) * GAP


def test_a_folder_for_strips_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run("replay", FALL, "--strips", tmp_path / "file", "--rules", "fall")
    assert "--strips" in one_line_error(done)
