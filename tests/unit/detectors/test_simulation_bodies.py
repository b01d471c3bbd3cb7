"""Simulated bodies: they are built like people, keep their bones, stand on the ground and walk without sliding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.simulation.body import BUILDS, sample_body
from detectors.simulation.gait import carried, stands_about, steps
from detectors.simulation.ragdoll import FPS
from detectors.simulation.skeleton import (
    ANGLES,
    PLACE,
    Skeleton,
    grounded,
    keypoints_at,
    lowest,
    places,
    skeleton_of,
)
from detectors.simulation.stances import LIE_BACK, SIT, STAND, periodic, through

CHILD, ADULT, ELDER = (skeleton_of(sample_body(number)) for number in (0, 1, 2))
NOSE, SHOULDER, HIP, KNEE, ANKLE = 0, 5, 11, 13, 15


def keypoints_of(skeleton: Skeleton, held: np.ndarray) -> np.ndarray:
    """(17, 3) of one stance on the ground."""
    root = grounded(skeleton, held[None], np.zeros((1, 2)))
    return keypoints_at(skeleton, *places(skeleton, held[None], root))[0]


def test_a_number_is_always_the_same_body_and_another_number_another() -> None:
    assert sample_body(7) == sample_body(7)
    assert sample_body(7) != sample_body(10)
    assert {sample_body(number).build for number in range(6)} == set(BUILDS)


@pytest.mark.parametrize("number", range(30))
def test_a_body_is_as_tall_as_its_parts(number: int) -> None:
    body = sample_body(number)
    parts = body.foot_height + body.shin + body.thigh + body.trunk + body.neck + body.head
    assert parts == pytest.approx(body.height)
    assert 10 < body.mass < 120


def test_children_are_small_with_large_heads_and_the_old_stoop() -> None:
    bodies = [sample_body(number) for number in range(60)]
    heads = {build: np.mean([b.head / b.height for b in bodies if b.build == build]) for build in BUILDS}
    assert heads["child"] > heads["adult"]
    assert max(b.height for b in bodies if b.build == "child") < min(
        b.height for b in bodies if b.build != "child"
    )
    assert min(b.stoop for b in bodies if b.build == "elder") > max(
        b.stoop for b in bodies if b.build == "adult"
    )


@pytest.mark.parametrize("skeleton", [CHILD, ADULT, ELDER])
def test_who_stands_has_the_head_above_and_faces_ahead(skeleton: Skeleton) -> None:
    keypoints = keypoints_of(skeleton, STAND)
    heights = keypoints[[NOSE, SHOULDER, HIP, KNEE, ANKLE], 2]
    assert (np.diff(heights) < 0).all()
    assert keypoints[NOSE, 1] < keypoints[3, 1], "the nose is before the ears"
    assert keypoints[SHOULDER, 0] > keypoints[SHOULDER + 1, 0], "the left is at +x"
    assert heights[1] == pytest.approx(0.8 * skeleton.body.height, rel=0.08)


def test_who_sits_has_the_hips_at_half_and_who_lies_on_the_ground() -> None:
    height = ADULT.body.height
    assert 0.2 < keypoints_of(ADULT, SIT)[HIP, 2] / height < 0.35
    assert keypoints_of(ADULT, LIE_BACK)[:, 2].max() / height < 0.3


@given(st.lists(st.floats(-170, 170), min_size=len(ANGLES), max_size=len(ANGLES)))
def test_no_stance_stretches_a_bone_or_sinks_into_the_ground(angles: list[float]) -> None:
    held = np.array([angles])
    root = grounded(ADULT, held, np.zeros((1, 2)))
    rotations, joints = places(ADULT, held, root)
    keypoints = keypoints_at(ADULT, rotations, joints)[0]
    assert lowest(ADULT, rotations, joints)[0] == pytest.approx(0, abs=1e-9)
    for one, other, length in (
        (HIP, KNEE, ADULT.body.thigh),
        (KNEE, ANKLE, ADULT.body.shin),
        (5, 7, ADULT.body.upper_arm),
        (7, 9, ADULT.body.forearm),
    ):
        assert np.linalg.norm(keypoints[one] - keypoints[other]) == pytest.approx(length)


def test_turning_about_turns_and_moves_nothing_else() -> None:
    turned = STAND.copy()
    turned[PLACE["yaw"]] = 90
    one, other = keypoints_of(ADULT, STAND), keypoints_of(ADULT, turned)
    assert other[:, 2] == pytest.approx(one[:, 2])
    assert other[NOSE, 0] == pytest.approx(-one[NOSE, 1])


def test_a_walker_goes_on_at_a_walkers_speed_and_a_runner_faster() -> None:
    at_s = np.arange(0, 6, 1 / FPS)
    walk = carried(ADULT, steps(ADULT, 0.95 * at_s, yaw=0.0))
    run = carried(ADULT, steps(ADULT, 1.5 * at_s, yaw=0.0, reach=1.35), glide=1.35)
    assert 0.6 < -walk[-1, 1] / 6 < 1.7, "ahead is -y"
    assert abs(walk[-1, 0]) < 0.3
    assert run[-1, 1] < 2 * walk[-1, 1]


def test_the_foot_that_stands_does_not_slide() -> None:
    at_s = np.arange(0, 4, 1 / FPS)
    angles = steps(ADULT, 0.95 * at_s, yaw=30.0)
    keypoints = keypoints_at(ADULT, *places(ADULT, angles, grounded(ADULT, angles, carried(ADULT, angles))))
    slow = np.linalg.norm(np.diff(keypoints[:, [15, 16], :2], axis=0), axis=2).min(axis=1) * FPS
    assert np.median(slow) < 0.3, "metres a second"


def test_who_waits_stays_but_is_not_stiff() -> None:
    angles = stands_about(ADULT, np.arange(0, 5, 0.1), np.random.default_rng(0), yaw=0.0)
    assert 0.5 < np.ptp(angles[:, PLACE["nt"]]) < 60


def test_stances_are_passed_through_without_overshoot() -> None:
    keys = [(0.0, STAND), (1.0, SIT), (3.0, SIT), (4.0, STAND)]
    at_s = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 9.0])
    found = through(keys, at_s)
    assert found[[1, 2, 3]] == pytest.approx(np.array([SIT, SIT, SIT]))
    assert found[[0, 4, 5]] == pytest.approx(np.array([STAND] * 3))
    dense = through(keys, np.arange(0, 4, 0.01))
    assert dense.min() >= min(STAND.min(), SIT.min()) - 1e-9
    assert dense.max() <= max(STAND.max(), SIT.max()) + 1e-9


def test_a_step_cycle_closes() -> None:
    at, values = [0, 0.3, 0.7, 1], [10.0, 40.0, -5.0, 10.0]
    assert periodic(np.array([0.0, 0.3, 0.7, 1.0, 1.3]), at, values) == pytest.approx([10, 40, -5, 10, 40])
