"""The shipped networks on real pictures, and their decoding on made-up rows. No test hangs on one frame."""

from concurrent.futures import ThreadPoolExecutor
from statistics import mean

import numpy as np
import pytest

from detectors.detection import Box
from detectors.models import Models
from detectors.rows import detections_of
from tests.unit.detectors.clips import FOOTAGE, frames_of, plain_frame

FALL = FOOTAGE / "fall_street_near.mp4"
CROWD = FOOTAGE / "crowd_street.mp4"


def test_sees_the_pose_of_who_walks_and_of_who_lies(models: Models) -> None:
    for from_s, until_s, upright in ((1.0, 3.0, True), (6.0, 8.0, False)):
        frames = list(frames_of(FALL, fps=4, from_s=from_s, until_s=until_s))
        found = [models.pose.look(frame, size=320) for frame in frames]
        assert sum(bool(people) for people in found) >= 0.8 * len(frames)
        boxes = [people[0].box for people in found if people]
        assert all(0 <= box.centre[0] <= 640 and 0 <= box.centre[1] <= 360 for box in boxes)
        assert (mean(box.height / box.width for box in boxes) > 1) is upright


def test_a_crop_gives_the_same_places_as_the_whole(models: Models) -> None:
    frame = next(frames_of(FALL, fps=1, from_s=2.0))
    (whole, *_) = models.pose.look(frame, size=384)
    (cut, *_) = models.pose.look(frame, size=224, area=whole.box.grown(40))
    assert whole.pose is not None
    assert cut.pose is not None
    assert whole.box.overlap(cut.box) > 0.6
    apart = np.hypot(*(whole.pose.keypoints - cut.pose.keypoints)[5:13, :2].T)
    assert np.median(apart) < 0.1 * whole.box.height


def test_counts_a_crowd_within_a_few(models: Models) -> None:
    counts = [len(models.person.look(frame)) for frame in frames_of(CROWD, fps=1)]
    assert 2 <= mean(counts[:3]) <= 7
    assert 10 <= mean(counts[-3:]) <= 17


@pytest.mark.parametrize("size", [(640, 360), (641, 361), (360, 640), (33, 500), (16, 16), (1920, 1080)])
def test_sees_nobody_in_a_grey_picture_of_any_size(models: Models, size: tuple[int, int]) -> None:
    frame = plain_frame(*size)
    assert models.pose.look(frame, size=320) == ()
    assert models.person.look(frame) == ()


@pytest.mark.parametrize(
    "area",
    [
        Box(left=-50, top=-50, right=40, bottom=60),
        Box(left=600, top=300, right=900, bottom=900),
        Box(left=100.4, top=50.6, right=103.2, bottom=200.1),
        Box(left=700, top=10, right=800, bottom=100),
        Box(left=-90, top=-90, right=-10, bottom=-10),
    ],
)
def test_an_area_may_reach_out_of_the_picture(models: Models, area: Box) -> None:
    assert models.pose.look(plain_frame(640, 360), size=160, area=area) == ()


def test_threads_share_the_networks(models: Models) -> None:
    frames = [frame.bgr() for frame in frames_of(FALL, fps=1, from_s=1, until_s=6)]
    pictures = [np.ascontiguousarray(picture[:352:, :, ::-1][:, :320]) for picture in frames]
    run = models.pose._session.run  # what all cameras share
    alone = [run(picture) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(run, pictures * 4))
    for (answer,), (expected,) in zip(together, alone * 4, strict=True):
        np.testing.assert_allclose(answer, expected, atol=1e-5)


def test_decodes_persons_best_first_without_duplicates() -> None:
    rows = np.array(
        [
            [10, 10, 50, 110, 0.6],
            [12, 10, 52, 110, 0.8],
            [200, 10, 240, 110, 0.5],
            [300, 10, 340, 110, 0.1],
        ],
        np.float32,
    )
    found = detections_of(rows, "boxes", least=0.4, overlap=0.5)
    assert [round(d.score, 1) for d in found] == [0.8, 0.5]
    assert found[0].box == Box(left=12, top=10, right=52, bottom=110)
    assert detections_of(rows[:0], "boxes", least=0.4, overlap=0.5) == []
    assert len(detections_of(rows, "boxes", least=0.4, overlap=None)) == 3
