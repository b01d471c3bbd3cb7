"""Varied footage: the same picture mirrored, scaled, lit, grained and at another pace; colours stay where they belong."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.variation import Variation, draw_variation, varied
from streams.camera import CameraId
from streams.frame import Frame

PLAIN = Variation(
    scale=1.0, place=(0.5, 0.5), mirrored=False, speed=1.0, brightness=0.0, contrast=1.0, noise=0.0, seed=1
)


def frame_with_a_red_square(width: int = 64, height: int = 48, *, at_s: float = 0.0) -> Frame:
    """Grey, with a red square of 12 pixels at (16, 8)."""
    picture = np.full((height, width, 3), 120, np.uint8)
    picture[8:20, 16:28] = (0, 0, 255)
    return Frame.of_picture(picture, camera_id=CameraId(1), pts_s=at_s)


def shown(variation: Variation, frame: Frame | None = None) -> Frame:
    (found,) = varied([frame or frame_with_a_red_square()], variation)
    return found


def reds(frame: Frame) -> tuple[float, float, int]:
    """Middle of what is red, and how much of it there is."""
    bgr = frame.bgr().astype(int)
    y, x = np.nonzero((bgr[..., 2] - bgr[..., 0] > 100) & (bgr[..., 2] - bgr[..., 1] > 100))
    return float(x.mean()), float(y.mean()), len(x)


def test_a_variation_that_changes_nothing_changes_nothing() -> None:
    frame, same = frame_with_a_red_square(at_s=1.5), shown(PLAIN, frame_with_a_red_square(at_s=1.5))
    assert (same.y == frame.y).all()
    assert (same.u == frame.u).all()
    assert same.pts_s == 1.5


def test_a_mirrored_picture_mirrored_again_is_the_picture() -> None:
    mirrored = replace(PLAIN, mirrored=True)
    once = shown(mirrored)
    assert reds(once)[0] == pytest.approx(63 - reds(frame_with_a_red_square())[0], abs=1)
    assert (shown(mirrored, once).y == frame_with_a_red_square().y).all()


@pytest.mark.parametrize("scale", [0.75, 0.9, 1.1, 1.25])
@pytest.mark.parametrize("place", [(0.0, 0.0), (0.5, 0.3)])
def test_a_scaled_picture_has_its_colours_where_its_shapes_are(
    scale: float, place: tuple[float, float]
) -> None:
    found = shown(replace(PLAIN, scale=scale, place=place))
    assert found.u.shape == (found.height // 2, found.width // 2)
    assert found.width == pytest.approx(64 / scale, abs=2)
    x, y, count = reds(found)
    assert count == pytest.approx(144, abs=30), "nothing is resized, only cut or bordered"
    dark = found.y < 100
    ys, xs = np.nonzero(dark)
    assert (x, y) == (pytest.approx(xs.mean(), abs=1.5), pytest.approx(ys.mean(), abs=1.5))


def test_the_person_fills_more_of_a_larger_scale() -> None:
    shares = [
        reds(found)[2] / found.y.size for found in (shown(replace(PLAIN, scale=s)) for s in (0.75, 1.0, 1.25))
    ]
    assert shares == sorted(shares)
    assert shares[2] > 2 * shares[0]


def test_faster_footage_has_earlier_times() -> None:
    frames = [frame_with_a_red_square(at_s=i / 10) for i in range(4)]
    times = [frame.pts_s for frame in varied(frames, replace(PLAIN, speed=1.25))]
    assert times == pytest.approx([0.0, 0.08, 0.16, 0.24])


def test_light_and_contrast_change_the_luma_and_no_colour() -> None:
    found, plain = shown(replace(PLAIN, brightness=10, contrast=1.1)), frame_with_a_red_square()
    assert found.y[40, 40] == pytest.approx(1.1 * (float(plain.y[40, 40]) - 128) + 138, abs=1)
    assert (found.v == plain.v).all()


def test_noise_is_as_strong_as_asked_new_on_each_frame_and_the_same_again() -> None:
    noisy = replace(PLAIN, noise=5.0)
    large = [Frame.of_picture(np.full((240, 320, 3), 120, np.uint8), camera_id=CameraId(1)) for _ in range(2)]
    one, two = varied(large, noisy)
    grain = one.y.astype(float) - large[0].y
    assert grain.std() == pytest.approx(5.0, abs=0.4)
    assert abs(grain.mean()) < 0.3
    assert (one.y != two.y).mean() > 0.5
    assert (next(iter(varied(large, noisy))).y == one.y).all()


@given(st.integers(0, 10_000), st.sampled_from([(64, 48), (50, 38), (322, 182)]))
def test_any_variation_of_any_picture_can_be_shown(seed: int, size: tuple[int, int]) -> None:
    variation = draw_variation(np.random.default_rng(seed))
    found = shown(variation, frame_with_a_red_square(*size))
    assert found.y.shape == (found.height, found.width)
    assert found.u.shape == found.v.shape == ((found.height + 1) // 2, (found.width + 1) // 2)
    assert found.bgr().shape == (found.height, found.width, 3)
    assert 0.8 <= variation.speed <= 1.3


def test_each_draw_is_another_variation_with_another_text() -> None:
    rng = np.random.default_rng(1)
    drawn = [draw_variation(rng) for _ in range(50)]
    assert len({variation.text for variation in drawn}) == 50
    assert {variation.mirrored for variation in drawn} == {True, False}
