"""Simulated sequences: what a plan draws, that its sides never mix, and what cameras see of it."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from detectors.simulation.body import sample_body
from detectors.simulation.camera import HEIGHT, WIDTH, SimulatedCamera
from detectors.simulation.falls import FALLS
from detectors.simulation.motion import Motion
from detectors.simulation.motions import Script
from detectors.simulation.ordinary import ORDINARY, ordinary
from detectors.simulation.sequence import Plan, plans, stage
from detectors.simulation.skeleton import skeleton_of
from detectors.simulation.split import BY_NAME, TEST, TRAIN, Split

CAMERA = SimulatedCamera(name="a", height_m=3.0, aim_m=5.0, fov_deg=60, near_m=3.5, far_m=7.0)


def ordinary_motion(script: Script) -> Motion | None:
    if script.kind in FALLS:
        return None
    return ordinary(script.kind, skeleton_of(sample_body(script.body)), np.random.default_rng(script.seed))


def some_plan(split: Split = TRAIN, **changes: object) -> Plan:
    plan = next(p for p in plans(split, 50, 1) if p.script.kind == "squats")
    return replace(plan, **changes)  # type: ignore[arg-type]


def test_nothing_is_on_both_sides_of_the_split() -> None:
    assert not set(TRAIN.bodies) & set(TEST.bodies)
    assert not set(TRAIN.falls) & set(TEST.falls)
    assert not set(TRAIN.ordinary) & set(TEST.ordinary)
    assert not set(TRAIN.cameras) & set(TEST.cameras)
    assert TRAIN.salt != TEST.salt


def test_every_kind_is_on_a_side_and_every_family_of_falls_on_both() -> None:
    assert set(TRAIN.falls) | set(TEST.falls) == set(FALLS)
    assert set(TRAIN.ordinary) | set(TEST.ordinary) == set(ORDINARY)
    assert set(TRAIN.falls.values()) == set(TEST.falls.values())


def test_no_motion_of_one_side_is_on_the_other() -> None:
    scripts = {
        name: {plan.script for plan in plans(split, 200, 3)}
        | {o for p in plans(split, 200, 3) for o in p.others}
        for name, split in BY_NAME.items()
    }
    assert not scripts["train"] & scripts["test"]


@pytest.mark.parametrize("split", [TRAIN, TEST], ids=lambda split: split.name)
def test_half_fall_and_each_kind_has_its_share(split: Split) -> None:
    drawn = list(plans(split, 420, 1))
    kinds = Counter(plan.script.kind for plan in drawn)
    assert set(kinds) == set(split.falls) | set(split.ordinary)
    assert sum(kinds[kind] for kind in split.falls) == 210
    assert max(kinds[k] for k in split.falls) - min(kinds[k] for k in split.falls) <= 1
    assert {plan.camera for plan in drawn} == set(split.cameras)
    assert {plan.script.body for plan in drawn} <= set(split.bodies)
    assert {plan.build for plan in drawn} == {"child", "adult", "elder"}


def test_a_seed_draws_the_same_again_and_another_seed_others() -> None:
    assert list(plans(TEST, 40, 7)) == list(plans(TEST, 40, 7))
    assert [p.seed for p in plans(TEST, 40, 7)] != [p.seed for p in plans(TEST, 40, 8)]


def test_fewer_sequences_are_the_first_of_more() -> None:
    assert list(plans(TEST, 10, 7)) == list(plans(TEST, 40, 7))[:10]


def test_only_children_run_as_children_do() -> None:
    assert {p.build for p in plans(TEST, 400, 1) if p.script.kind == "child_runs"} == {"child"}


def test_what_the_camera_looks_at_is_in_the_middle_and_what_is_nearer_is_larger() -> None:
    middle = CAMERA.project(np.array([0.0, CAMERA.aim_m, 0.7]))
    assert middle == pytest.approx([WIDTH / 2, HEIGHT / 2])
    near, far = (
        CAMERA.project(np.array([[0, y, 0], [0, y, 1.7]], np.float64)) for y in (CAMERA.near_m, CAMERA.far_m)
    )
    assert near[0, 1] > near[1, 1], "y points down"
    assert np.ptp(near[:, 1]) > np.ptp(far[:, 1])
    assert np.isnan(CAMERA.project(np.array([0.0, -5.0, 3.0]))).all(), "behind it"


def test_the_edge_of_the_picture_is_where_the_field_of_view_ends() -> None:
    half = CAMERA.half_width_m(CAMERA.aim_m)
    assert CAMERA.project(np.array([half, CAMERA.aim_m, 0.7]))[0] == pytest.approx(WIDTH)


def test_somebody_is_placed_whole_in_the_picture() -> None:
    plan = some_plan(cut=False, others=())
    staged = stage(plan, ordinary_motion, 8.0)
    assert staged is not None
    (actor,) = staged.actors
    last = actor.keypoints[-1]
    assert (last > 0).all()
    assert (last[:, 0] < WIDTH).all()
    assert (last[:, 1] < HEIGHT).all()
    assert np.diff(staged.at_s) == pytest.approx(1 / 8)
    assert staged.fall_s is None


def test_somebody_who_is_to_be_cut_by_the_edge_is() -> None:
    staged = stage(some_plan(cut=True, others=()), ordinary_motion, 8.0)
    assert staged is not None
    x, y = staged.actors[0].keypoints[-1].T
    outside = (x < 3) | (x > WIDTH - 3) | (y < 3) | (y > HEIGHT - 3)
    assert 0 < outside.mean() < 0.5


def test_others_come_along_and_the_first_is_the_one_it_is_about() -> None:
    passer = Script(kind="walks_and_waits", body=4, seed=1)
    alone, company = (stage(some_plan(others=o), ordinary_motion, 8.0) for o in ((), (passer,)))
    assert alone is not None
    assert company is not None
    assert len(company.actors) == 2
    assert company.actors[0].keypoints == pytest.approx(alone.actors[0].keypoints)


def test_a_motion_that_could_not_be_made_is_no_sequence() -> None:
    assert stage(some_plan(), lambda _script: None, 8.0) is None
