"""How a body is held, against figures whose angles are known."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.detection import KNEES, SHOULDERS, Box, Pose
from detectors.posture import Posture, read_posture
from tests.unit.detectors.figures import (
    KNEELS,
    LIES,
    ON_ALL_FOURS,
    PLANK,
    SITS,
    STANDS,
    STOOPS,
    Figure,
    detection_of,
    keypoints_of,
)


def posture_of(figure: Figure) -> Posture:
    detection = detection_of(figure)
    assert detection.pose is not None
    return read_posture(1.5, detection.box, detection.pose, 0.2)


@pytest.mark.parametrize(
    ("figure", "trunk", "thighs", "wide"),
    [
        (STANDS, (0, 10), (0, 10), (0.2, 0.5)),
        (SITS, (0, 10), (30, 100), (0.3, 0.9)),
        (STOOPS, (100, 130), (0, 15), (0.5, 1.2)),
        (KNEELS, (0, 15), (0, 40), (0.3, 0.9)),
        (ON_ALL_FOURS, (80, 90), (0, 40), (1.3, 3)),
        (LIES, (80, 95), (75, 100), (2, 8)),
    ],
)
def test_reads_trunk_thighs_and_width(
    figure: Figure, trunk: tuple[float, float], thighs: tuple[float, float], wide: tuple[float, float]
) -> None:
    posture = posture_of(figure)
    assert posture.trunk_deg is not None and trunk[0] <= posture.trunk_deg <= trunk[1]
    assert posture.thigh_deg is not None and thighs[0] <= posture.thigh_deg <= thighs[1]
    assert wide[0] <= posture.aspect <= wide[1]


def test_measures_in_pixels_of_the_frame() -> None:
    posture = posture_of(STANDS)
    assert posture.at_s == 1.5
    assert posture.hip_height == pytest.approx(0.52 * 150 + 0.03 * 150, abs=0.5)
    assert posture.trunk == pytest.approx(0.3 * 150, abs=0.5)
    assert posture.shoulder_y == pytest.approx(300 - (0.52 + 0.3) * 150, abs=0.5)
    assert posture.height > 0.9 * 150


@pytest.mark.parametrize(("hidden", "missing"), [(SHOULDERS, "trunk_deg"), (KNEES, "thigh_deg")])
def test_what_is_not_seen_is_not_guessed(hidden: tuple[int, ...], missing: str) -> None:
    keypoints = keypoints_of(STANDS)
    keypoints[list(hidden), 2] = 0.1
    posture = read_posture(0.0, detection_of(STANDS).box, Pose(keypoints=keypoints), 0.2)
    assert getattr(posture, missing) is None
    assert posture.hip_height is not None


def test_a_box_without_height_divides_nothing_by_nothing() -> None:
    box = Box(left=10, top=20, right=30, bottom=20)
    posture = read_posture(0.0, box, Pose(keypoints=np.zeros((17, 3), np.float32)), 0.2)
    assert (posture.aspect, posture.trunk_deg, posture.thigh_deg, posture.hip_height) == (
        20.0,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("figure", "arm"),
    [(PLANK, 0.22 + 0.3 * 0.309), (STANDS, 0.28), (LIES, 0.0), (replace(PLANK, hands=0.0), 0.0)],
)
def test_measures_arms_that_are_straight_under_the_shoulders(figure: Figure, arm: float) -> None:
    assert posture_of(figure).arm == pytest.approx(arm * figure.tall, abs=0.5)


def test_the_longer_arm_counts_and_only_where_both_its_ends_are_seen() -> None:
    keypoints = keypoints_of(PLANK)
    keypoints[10, 1] -= 20
    box = detection_of(PLANK).box
    longer = read_posture(0.0, box, Pose(keypoints=keypoints), 0.2).arm
    keypoints[9, 2] = 0.1
    assert longer - read_posture(0.0, box, Pose(keypoints=keypoints), 0.2).arm == pytest.approx(20, abs=0.1)
    keypoints[6, 2] = 0.1
    assert read_posture(0.0, box, Pose(keypoints=keypoints), 0.2).arm == 0
