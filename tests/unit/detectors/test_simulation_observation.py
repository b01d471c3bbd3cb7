"""What the simulated network says: what was measured, as often as measured, and nothing of whom it cannot see."""

from dataclasses import replace

import numpy as np
import pytest

from detectors.detection import Box, Detection
from detectors.simulation.body import sample_body
from detectors.simulation.camera import HEIGHT, WIDTH
from detectors.simulation.errors import ObservationUnreadable
from detectors.simulation.observation import (
    HELD,
    LOOK_KINDS,
    SHARES,
    Figures,
    Held,
    LookFigures,
    LookKind,
    eases,
    held_of,
    measured,
    observe,
    standing_turn,
)
from detectors.simulation.sequence import Actor, Sequence
from detectors.simulation.simulated_network import frames_of, simulated_models
from detectors.simulation.skeleton import grounded, keypoints_at, places, skeleton_of
from detectors.simulation.stances import CROUCH, LIE_BACK, STAND

FULL = tuple(1.0 for _ in SHARES)
NONE = tuple(0.0 for _ in SHARES)
EVEN: dict[Held, float] = dict.fromkeys(HELD, 0.0)


def look_figures(**changes: object) -> LookFigures:
    """A network that sees everything exactly."""
    groups = ("head", "shoulders", "arms", "hips", "legs")
    plain = {
        "sights": 100,
        "scores": FULL,
        "score_between": 0.5,
        "score_lasting": 0.5,
        "errors": dict.fromkeys(groups, NONE),
        "keypoint_scores": dict.fromkeys(groups, FULL),
        "error_lasting": 0.5,
        "error_shared": 0.1,
        "error_doubt": -0.3,
        "swapped": 0.0,
        "margins": ((0.05, 0.0),) * 4,
    }
    return LookFigures.model_validate(plain | changes)


def figures(looks: dict[LookKind, LookFigures] | None = None, **changes: object) -> Figures:
    every = {kind: look_figures() for kind in LOOK_KINDS} | (looks or {})
    plain = {
        "model": "exact",
        "clips": "none",
        "size_slope": dict.fromkeys(HELD, 0.0),
        "size_px": 100.0,
        "ghosts": 0.0,
        "stances_alike": 0.5,
        "looks_alike": 0.5,
        "looks": dict.fromkeys(HELD, every),
    }
    return Figures.model_validate(plain | changes)


def body_at(x: float, y: float, *, wide: float = 30, tall: float = 100, n: int = 4) -> np.ndarray:
    """(n, 17, 2): a cloud of keypoints, head on top."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-0.5, 0.5, (17, 2)) * (wide, tall)
    points[:5, 1], points[15:, 1] = -tall / 2, tall / 2
    points[5], points[6] = (-wide / 2, -tall / 4), (wide / 2, -tall / 4)
    points[11:13, 1] = 0
    return np.tile(points + np.array([x, y]), (n, 1, 1))


def staged(*bodies: np.ndarray, away_m: tuple[float, ...] = (5.0, 6.0), held: Held = "upright") -> Sequence:
    actors = tuple(
        Actor(keypoints=body, away_m=np.full(len(body), away), held=[held] * len(body))
        for body, away in zip(bodies, away_m, strict=False)
    )
    return Sequence(seed=3, at_s=np.arange(len(bodies[0])) / 8, actors=actors, fall_s=None)


def seen(
    sequence: Sequence, given: Figures, *, size: int = 320, **asked: object
) -> list[tuple[Detection, ...]]:
    pose = simulated_models(sequence, given, 8.0).pose
    return [pose.look(frame, size=size, **asked) for frame in frames_of(sequence)]  # type: ignore[arg-type]


def test_without_noise_the_truth_is_seen_with_its_margin() -> None:
    body = body_at(300, 180)
    (detection,) = seen(staged(body), figures())[0]
    assert detection.pose is not None
    assert detection.pose.keypoints[:, :2] == pytest.approx(body[0], abs=1e-3)
    assert detection.score == 1.0
    assert detection.box.height == pytest.approx(np.ptp(body[0, :, 1]) * 1.1)


def test_the_same_sequence_is_seen_the_same_way_again() -> None:
    noisy = measured()
    one, other = (seen(staged(body_at(300, 180, n=40)), noisy) for _ in range(2))
    scores = [[d.score for d in found] for found in one]
    assert scores == [[d.score for d in found] for found in other]
    assert len({score for found in scores for score in found}) > 10, "it is noisy"


def test_who_scores_too_little_is_not_seen_and_who_is_asked_for_with_less_is() -> None:
    faint = figures({"whole": look_figures(scores=(0.13,) * 21)})
    body = staged(body_at(300, 180))
    assert seen(body, faint)[0] == ()
    assert len(seen(body, faint, least=0.12)[0]) == 1


def test_a_crop_shows_who_is_in_it_with_its_own_noise() -> None:
    lost = figures({"whole": look_figures(scores=NONE)})
    body = staged(body_at(300, 180))
    around, elsewhere = (
        Box(left=200, top=80, right=400, bottom=280),
        Box(left=0, top=0, right=100, bottom=100),
    )
    assert seen(body, lost)[0] == ()
    assert len(seen(body, lost, size=160, area=around)[0]) == 1
    assert seen(body, lost, size=160, area=elsewhere)[0] == ()


def test_a_turned_crop_helps_who_lies_the_right_way_round_only() -> None:
    given = figures(
        {kind: look_figures(scores=NONE) for kind in ("whole", "crop_small", "crop_large")}  # type: ignore[arg-type]
    )
    lying = np.tile(body_at(0, 0)[0][:, ::-1] * (-1, 1) + (300, 200), (4, 1, 1))
    sequence = staged(lying, held="lying")
    area = Box(left=200, top=100, right=400, bottom=300)
    found = {
        turned: len(seen(sequence, given, size=256, area=area, turned=turned)[0]) for turned in (0, 1, 3)
    }
    assert standing_turn(lying[0]) == 1, "the head is to the right"
    assert found == {0: 0, 1: 1, 3: 0}


def test_who_is_behind_somebody_nearer_or_out_of_the_picture_is_not_seen() -> None:
    one, same, outside = body_at(300, 180), body_at(303, 180), body_at(-60, 180)
    assert len(seen(staged(one, same), figures())[0]) == 1
    assert len(seen(staged(one, body_at(500, 180)), figures())[0]) == 2
    assert seen(staged(outside), figures())[0] == ()
    partly = seen(staged(body_at(5, 180)), figures())[0]
    assert len(partly) == 1
    assert partly[0].box.left == 0.0


def test_the_small_are_seen_less_well() -> None:
    table = tuple(float(share) for share in SHARES)
    given = figures({"whole": look_figures(scores=table)}, size_slope=dict.fromkeys(HELD, -1.5))
    mean = {
        tall: np.mean(
            [found[0].score for found in seen(staged(body_at(300, 180, tall=tall, n=400)), given, least=0.0)]
        )
        for tall in (100.0, 50.0)
    }
    assert mean[50.0] < mean[100.0] - 0.2


def test_scores_come_as_often_as_they_were_measured() -> None:
    table = tuple(float(share) for share in SHARES)
    given = figures({"whole": look_figures(scores=table, score_between=0.0, score_lasting=0.2)})
    sight = observe(
        body_at(300, 180, n=4000),
        ["upright"] * 4000,
        "whole",
        given,
        8.0,
        np.random.default_rng(0),
        ease=EVEN,
    )
    assert np.quantile(sight.scores, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.05)


def test_errors_come_as_large_as_they_were_measured_and_last() -> None:
    errors = dict.fromkeys(("head", "shoulders", "arms", "hips", "legs"), tuple(0.2 * SHARES))
    given = figures({"whole": look_figures(errors=errors, error_lasting=0.8)})
    true = body_at(300, 180, n=3000)
    sight = observe(true, ["upright"] * 3000, "whole", given, 8.0, np.random.default_rng(0), ease=EVEN)
    apart = sight.keypoints[:, :, :2] - true
    length = np.ptp(true[0], axis=0).max()
    assert np.median(np.hypot(apart[..., 0], apart[..., 1])) / length == pytest.approx(0.1, abs=0.01)
    hip = apart[:, 11, 0]
    assert np.corrcoef(hip[1:], hip[:-1])[0, 1] == pytest.approx(0.8, abs=0.1)


def test_left_and_right_are_swapped_as_often_as_measured() -> None:
    given = figures({"whole": look_figures(swapped=0.3)})
    true = body_at(300, 180, n=3000)
    sight = observe(true, ["upright"] * 3000, "whole", given, 8.0, np.random.default_rng(0), ease=EVEN)
    swapped = np.isclose(sight.keypoints[:, 5, 0], true[:, 6, 0])
    assert swapped.mean() == pytest.approx(0.3, abs=0.05)


def test_who_is_hard_to_see_is_so_in_all_looks_as_far_as_measured() -> None:
    def correlation(alike: float) -> float:
        given = figures(looks_alike=alike, stances_alike=0.0)
        drawn = [eases(given, np.random.default_rng(seed)) for seed in range(400)]
        pairs = np.array([(e["whole"]["lying"], e["crop_small"]["lying"]) for e in drawn])
        return float(np.corrcoef(pairs.T)[0, 1])

    assert correlation(0.9) == pytest.approx(0.9, abs=0.05)
    assert correlation(0.0) == pytest.approx(0.0, abs=0.12)


@pytest.mark.parametrize(("stance", "held"), [(STAND, "upright"), (CROUCH, "low"), (LIE_BACK, "lying")])
def test_how_a_body_is_held(stance: np.ndarray, held: Held) -> None:
    skeleton = skeleton_of(sample_body(1))
    root = grounded(skeleton, stance[None], np.zeros((1, 2)))
    keypoints = keypoints_at(skeleton, *places(skeleton, stance[None], root))
    assert held_of(keypoints, skeleton.body.height) == [held]


def test_what_was_measured_is_plausible() -> None:
    found = measured()
    for held in HELD:
        assert found.looks[held]["whole"].sights > 300
    medians = {held: found.looks[held]["whole"].scores[10] for held in HELD}
    assert medians["upright"] > medians["lying"], "who lies is seen less well"
    turned, plain = (found.looks["lying"][kind].scores[5] for kind in ("turned_small", "crop_small"))
    assert turned > plain, "and better when the crop is turned"


def test_measurements_that_cannot_be_read_name_their_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("observed") / "observed.json"
    path.write_text("{}")
    with pytest.raises(ObservationUnreadable) as caught:
        measured(path)
    assert "observed.json" in caught.value.message("en")


def test_ghosts_come_as_often_as_measured_and_are_nobody() -> None:
    body = body_at(300, 180, n=2000)
    quiet, haunted = figures(), figures(ghosts=0.1)
    assert all(len(found) == 1 for found in seen(staged(body), quiet))
    more = np.mean([len(found) for found in seen(staged(body), haunted)])
    assert more == pytest.approx(1.1, abs=0.04)


def test_pixels_are_kept_in_the_picture() -> None:
    (detection,) = seen(staged(body_at(WIDTH - 4, HEIGHT - 30)), figures())[0]
    assert detection.pose is not None
    assert detection.box.right <= WIDTH
    assert detection.pose.keypoints[:, 0].max() <= WIDTH
    assert replace(detection.box).bottom <= HEIGHT
