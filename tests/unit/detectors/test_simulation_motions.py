"""Simulated motions: who falls ends on the ground by physics, who does something else does not; kept ones come back."""

from pathlib import Path

import numpy as np
import pytest

from detectors.detection import HIPS, SHOULDERS
from detectors.simulation import motions, ragdoll
from detectors.simulation.body import sample_body
from detectors.simulation.errors import SimulatorMissing
from detectors.simulation.falls import FALLS, fall
from detectors.simulation.motion import Motion
from detectors.simulation.motions import MotionStore, Script, make
from detectors.simulation.ordinary import ORDINARY, Doing, ordinary
from detectors.simulation.ragdoll import FPS, Push, tumble
from detectors.simulation.skeleton import ANGLES, grounded, places, skeleton_of

physics = pytest.mark.skipif(ragdoll.mujoco is None, reason="MuJoCo is not installed: pip install mujoco")
ADULT = skeleton_of(sample_body(1))
#: in which somebody ends up lying, without a fall
LIE = {"lies_down_slowly", "lies_down_on_the_side"}


def shoulders(motion: Motion) -> np.ndarray:
    """Height over the ground in body heights, (n,)."""
    return motion.keypoints[:, list(SHOULDERS), 2].mean(axis=1) / motion.height


def fastest_drop(motion: Motion, seconds: float = 0.4) -> float:
    heights, steps = shoulders(motion), round(seconds * FPS)
    return float((heights[:-steps] - heights[steps:]).max())


@physics
@pytest.mark.parametrize("kind", FALLS)
def test_who_falls_was_higher_and_lies_on_the_ground_after(kind: str) -> None:
    motion = fall(kind, ADULT, np.random.default_rng(0))
    assert motion is not None
    assert motion.fall_s is not None
    start_s, end_s = motion.fall_s
    assert 2.0 < start_s < end_s < motion.seconds - 3, "some seconds before and after"
    heights = shoulders(motion)
    before, after = heights[round(start_s * FPS)], heights[round(end_s * FPS) + 5 :]
    assert after.max() < 0.3
    assert before > (0.25 if kind == "rolling_off_bed" else 0.45)
    assert np.isfinite(motion.keypoints).all()
    assert motion.keypoints[..., 2].min() > -0.06, "nobody sinks into the floor"


@physics
def test_a_body_that_faints_is_down_sooner_than_one_that_sinks() -> None:
    def took_s(kind: str) -> float:
        found = [fall(kind, ADULT, np.random.default_rng(seed)) for seed in range(4)]
        times = [motion.fall_s for motion in found if motion and motion.fall_s]
        return float(np.mean([end_s - start_s for start_s, end_s in times]))

    assert took_s("faint_standing") + 0.2 < took_s("sinks_down")


@physics
def test_a_trip_throws_forward_and_a_slip_backward() -> None:
    def moved(kind: str) -> float:
        motion = fall(kind, ADULT, np.random.default_rng(1))
        assert motion is not None
        assert motion.fall_s is not None
        head, feet = motion.keypoints[-1, 0], motion.keypoints[-1, [15, 16]].mean(axis=0)
        return float(head[1] - feet[1])

    assert moved("trip_walking") < 0 < moved("backward_standing"), "ahead is -y"


@physics
def test_the_ragdoll_has_the_bones_of_the_skeleton() -> None:
    rng = np.random.default_rng(3)
    angles = rng.uniform(0, 20, (1, len(ANGLES)))
    root = grounded(ADULT, angles, np.zeros((1, 2)), 0.5)
    nothing = Push(force=(0, 0), push_s=0, strength=0, rest=0, fades_s=1)
    tumbled = tumble(
        ADULT, start=angles[0], speed=np.zeros(len(ANGLES)), root=root[0], velocity=np.zeros(2),
        target=angles[0], push=nothing, seconds=0.2,
    )  # fmt: skip
    _, joints = places(ADULT, tumbled.angles[:1], tumbled.root[:1], tumbled.turns[:1])
    assert joints == pytest.approx(places(ADULT, angles, root)[1], abs=1e-9)
    fallen = root[0, 2] - tumbled.root[:, 2]
    at_s = np.arange(len(fallen)) / FPS
    assert fallen[-1] == pytest.approx(9.81 * at_s[-1] ** 2 / 2, rel=0.1), "it falls freely"


@physics
def test_the_same_script_is_the_same_motion() -> None:
    one, other = (make(Script(kind="slip_walking", body=2, seed=5)) for _ in range(2))
    assert one is not None
    assert other is not None
    assert (one.keypoints == other.keypoints).all()


def test_without_mujoco_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ragdoll, "mujoco", None)
    with pytest.raises(SimulatorMissing) as caught:
        make(Script(kind="trip_walking", body=1, seed=0))
    assert "pip install" in caught.value.message("en")
    assert "pip install" in caught.value.message("zh")


@pytest.mark.parametrize("kind", ORDINARY)
def test_who_does_something_ordinary_does_not_fall(kind: str) -> None:
    motion = ordinary(kind, ADULT, np.random.default_rng(0))
    assert motion.fall_s is None
    assert np.isfinite(motion.keypoints).all()
    assert motion.seconds > 4
    assert motion.keypoints[..., 2].min() > 0, "above the ground"
    assert (shoulders(motion)[-1] < 0.3) == (kind in LIE)


@pytest.mark.parametrize(
    ("fast", "slow"),
    [
        ("drops_onto_stool", "sits_down"),
        ("drops_onto_the_ground", "sits_on_the_ground"),
        ("throws_into_push_ups", "push_ups"),
    ],
)
def test_the_fast_kinds_go_down_faster_than_the_slow(fast: str, slow: str) -> None:
    drops = [
        np.mean([fastest_drop(ordinary(kind, ADULT, np.random.default_rng(seed))) for seed in range(5)])
        for kind in (fast, slow)
    ]
    assert drops[0] > drops[1] + 0.02


def test_who_sits_down_turns_first_and_ends_with_the_hips_low() -> None:
    motion = ordinary("sits_down", ADULT, np.random.default_rng(0))
    hips = motion.keypoints[:, list(HIPS), 2].mean(axis=1) / motion.height
    assert hips[0] > 0.45
    assert 0.2 < hips[-1] < 0.35


def test_kinds_that_only_some_do_name_who() -> None:
    child = ORDINARY["child_runs"]
    assert child.builds == ("child",)
    assert isinstance(ORDINARY["burpees"], Doing)


def test_a_motion_between_its_frames_and_after_its_end() -> None:
    keypoints = np.zeros((3, 17, 3), np.float32)
    keypoints[:, :, 2] = np.array([0, 1, 2])[:, None]
    motion = Motion(keypoints=keypoints, height=1.7, fall_s=None)
    heights = motion.at(np.array([-1.0, 0.5 / FPS, 9.0]))[:, 0, 2]
    assert heights == pytest.approx([0, 0.5, 2])


def test_a_kept_motion_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, script = MotionStore(tmp_path / "motions"), Script(kind="squats", body=1, seed=3)
    first = store.motion(script)
    monkeypatch.setattr(motions, "make", lambda _script: pytest.fail("made again"))
    again = store.motion(script)
    assert first is not None
    assert again is not None
    assert again.keypoints == pytest.approx(first.keypoints, abs=2e-3), "metres; kept at half precision"
    assert (again.height, again.fall_s) == (pytest.approx(first.height), None)


def test_another_seed_body_or_kind_is_another_motion(tmp_path: Path) -> None:
    store = MotionStore(tmp_path)
    for script in (
        Script(kind="squats", body=1, seed=3),
        Script(kind="squats", body=1, seed=4),
        Script(kind="squats", body=4, seed=3),
        Script(kind="sweeps", body=1, seed=3),
    ):
        store.motion(script)
    assert len(list(tmp_path.iterdir())) == 4


def test_a_torn_motion_is_made_anew(tmp_path: Path) -> None:
    store, script = MotionStore(tmp_path), Script(kind="squats", body=1, seed=3)
    store.motion(script)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"torn")
    assert store.motion(script) is not None
