"""The naive loop is fair: it sees every picture, sees the same in it, and obeys the same rules."""

from pathlib import Path

import numpy as np
import pytest

from detectors.detection import Detection
from detectors.event import ModelFact
from detectors.labels import LabelledClip
from detectors.models import Models
from detectors.settings import DetectorSettings
from streams.camera import CameraId
from streams.frame import Frame
from streams.sampler import frames_of_file
from tests.fakes.clips import encode_clip
from vms.bench import whole_set
from vms.bench.errors import FootageUnusable
from vms.bench.footage import Footage
from vms.bench.live_cameras import resident_bytes
from vms.bench.naive import every_picture, pictures_of
from vms.demo.cameras import FOOTAGE


class Nobody:
    """A network that sees nobody, and counts how often it looked."""

    fact = ModelFact(name="nobody", sha256="0" * 64)
    score = keypoint_score = 0.3

    def __init__(self) -> None:
        self.looks = 0

    def look(self, _frame: Frame, **_how: object) -> tuple[Detection, ...]:
        self.looks += 1
        return ()

    def scale(self, _width: int, _height: int) -> float:
        return 1.0


def test_the_naive_loop_reads_every_picture_at_its_time(tmp_path: Path) -> None:
    clip = encode_clip(tmp_path / "clip.mp4", frames=40)
    times = [frame.pts_s for frame in pictures_of(clip)]
    assert times == pytest.approx([number / 25 for number in range(40)], abs=0.001)


def test_a_picture_of_opencv_looks_as_ours_does() -> None:
    clip = FOOTAGE / "quiet_street.mp4"
    naive = next(iter(pictures_of(clip)))
    ours = next(iter(frames_of_file(str(clip), CameraId(0), 8.0)))
    assert (naive.width, naive.height) == (ours.width, ours.height)
    for box, size in (((0, 0, 640, 360), (320, 180)), ((100, 40, 300, 340), (96, 160))):
        one, other = naive.crop_rgb(box, *size), ours.crop_rgb(box, *size)
        assert one.shape == other.shape
        assert np.abs(one.astype(int) - other.astype(int)).mean() < 3.0


def test_what_opencv_cannot_open_is_named(tmp_path: Path) -> None:
    with pytest.raises(FootageUnusable, match="nothing"):
        list(pictures_of(tmp_path / "nothing.mp4"))


def test_the_naive_settings_change_no_threshold() -> None:
    settings = DetectorSettings()
    naive = every_picture(settings)
    assert (naive.fall, naive.crowd, naive.tracker) == (settings.fall, settings.crowd, settings.tracker)
    assert (naive.pose_size, naive.second_looks) == (settings.pose_size, 0)


def test_the_naive_loop_looks_at_all_with_both_networks_and_the_house_at_what_is_due(tmp_path: Path) -> None:
    clip = encode_clip(tmp_path / "clip.mp4", frames=100)
    footage = Footage(
        part="a",
        clip=LabelledClip(name="clip.mp4", path=clip, line=1, events=(), counts=(), tags={}),
        rules=frozenset({"fall", "crowd"}),
        judged=True,
    )
    looks = {}
    for loop in ("naive", "house"):
        pose, person = Nobody(), Nobody()
        found = whole_set.measure(loop, [footage], Models(pose=pose, person=person))["a"]
        looks[loop] = pose.looks + person.looks
        assert found["inferences"] == looks[loop]
        assert (found["found"], found["labelled"], found["false_alarms"]) == (0, 0, 0)
        assert found["media_s"] == pytest.approx(4.0, abs=0.15)
    assert looks["naive"] == 200
    assert 10 <= looks["house"] <= 40


def test_clips_of_one_part_are_added_and_parts_are_kept_apart(tmp_path: Path) -> None:
    clip = encode_clip(tmp_path / "clip.mp4", frames=50)

    def footage(part: str, *, judged: bool) -> Footage:
        labelled = LabelledClip(name="clip.mp4", path=clip, line=1, events=(), counts=(), tags={})
        return Footage(part=part, clip=labelled, rules=frozenset({"fall"}), judged=judged)

    models = Models(pose=Nobody(), person=Nobody())
    wanted = [footage("a", judged=True), footage("b", judged=False), footage("a", judged=True)]
    found = whole_set.measure("naive", wanted, models)
    assert [found[part]["frames"] for part in ("a", "b")] == [100, 50]
    assert [found[part]["false_alarms"] for part in ("a", "b")] == [0, None]


def test_memory_of_this_process_is_more_than_nothing() -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system has no /proc")
    assert 10e6 < resident_bytes() < 100e9
