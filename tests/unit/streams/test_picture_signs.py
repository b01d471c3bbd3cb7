"""The figures of pictures: what noise, light, crowds, a turn, a bag and a bad focus do to them."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from streams.camera import CameraId
from streams.condition_settings import ConditionSettings
from streams.frame import Frame
from streams.mask import Mask
from streams.picture_signs import PictureSigns, SmallPicture, Structure, signs_of
from tests.fakes.views import scene, with_text


def frame(picture: npt.NDArray[Any], *, noise: float = 2.0, seed: int = 0) -> Frame:
    grain = np.random.default_rng(seed).normal(0, noise, picture.shape[:2])[:, :, None] if noise else 0.0
    return Frame.of_picture(np.clip(picture + grain, 0, 255).astype(np.uint8), camera_id=CameraId(7))


def small(picture: npt.NDArray[Any], *, noise: float = 2.0, seed: int = 0) -> SmallPicture:
    return SmallPicture.of(frame(picture, noise=noise, seed=seed))


@pytest.fixture(scope="module")
def street() -> npt.NDArray[np.float32]:
    return cv2.resize(scene(), (1280, 720))  # type: ignore[return-value]


def against(street: npt.NDArray[Any], other: npt.NDArray[Any]) -> PictureSigns:
    reference = Structure(small(street).grey)
    return signs_of(small(other, seed=1), before=small(street), reference=reference)


def test_noise_changes_pixels_though_nothing_moves(street: npt.NDArray[Any]) -> None:
    for noise in (0.5, 1.0, 3.0):
        one, other = (small(street, noise=noise, seed=seed) for seed in (1, 2))
        same = signs_of(other, before=one).same
        assert same is not None
        assert same < 0.7


def test_the_same_picture_is_the_same(street: npt.NDArray[Any]) -> None:
    assert signs_of(small(street), before=small(street)).same == 1.0


def test_a_clock_in_the_picture_does_not_make_it_another(street: npt.NDArray[Any]) -> None:
    one, other = (street.astype(np.uint8).copy() for _ in range(2))
    cv2.putText(one, "08:00:01", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (255, 255, 255), 2)
    cv2.putText(other, "08:00:59", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (255, 255, 255), 2)
    same = signs_of(small(other), before=small(one)).same
    assert same is not None
    assert same > 0.98


def test_what_is_clipped_is_not_compared() -> None:
    """At night most of a picture may be black to the bit; the lamp that is not has noise."""
    night = np.full((720, 1280, 3), 8.0)
    night[200:500, 300:700] = 120
    one, other = (small(night, noise=3.0, seed=seed) for seed in (1, 2))
    same = signs_of(other, before=one).same
    assert same is not None
    assert same < 0.5
    dark = np.full((720, 1280, 3), 8.0)
    assert signs_of(small(dark, noise=0), before=small(dark, noise=0)).same is None


def test_a_picture_of_another_size_is_not_compared(street: npt.NDArray[Any]) -> None:
    other = small(cv2.resize(street, (640, 480)))
    assert signs_of(other, before=small(street)).same is None


def test_the_same_view_is_found_in_other_light(street: npt.NDArray[Any]) -> None:
    for other in (street * 0.5, street * 0.6 + 90, 255 * (street / 255) ** 2):
        signs = against(street, other)
        assert signs.found is not None
        assert signs.found > 0.9


def test_a_view_that_sways_a_little_is_found(street: npt.NDArray[Any]) -> None:
    signs = against(street, np.roll(street, (12, 20), (0, 1)))
    assert signs.found is not None
    assert signs.found > 0.8


@pytest.mark.parametrize("shift", [160, 400, 640])
def test_a_turned_view_is_not_found(street: npt.NDArray[Any], shift: int) -> None:
    signs = against(street, np.roll(street, shift, 1))
    assert signs.found is not None
    assert signs.found < 0.35


def test_half_a_view_is_enough_to_find_it(street: npt.NDArray[Any]) -> None:
    other = street.copy()
    other[:, :640] = 90
    signs = against(street, other)
    assert signs.found is not None
    assert 0.35 < signs.found < 0.7


def test_out_of_focus_detail_goes_and_likeness_stays(street: npt.NDArray[Any]) -> None:
    signs = against(street, cv2.GaussianBlur(street, (0, 0), 20))
    assert signs.sharp is not None
    assert signs.alike is not None
    assert signs.sharp < 0.33
    assert signs.alike > 0.9


def test_a_bag_over_the_lens_leaves_neither(street: npt.NDArray[Any]) -> None:
    bag = np.broadcast_to(np.linspace(60, 100, 1280)[None, :, None], street.shape)
    signs = against(street, with_text(bag.astype(np.uint8)))
    assert signs.sharp is not None
    assert signs.alike is not None
    assert signs.sharp < 0.33
    assert signs.alike < 0.5
    assert signs.textured < 0.25


def test_text_on_a_black_picture_is_no_light() -> None:
    dark = np.full((360, 640, 3), 17, np.uint8)
    assert signs_of(small(with_text(dark))).light < ConditionSettings().black_light


def test_a_covered_picture_with_text_cannot_be_a_reference(street: npt.NDArray[Any]) -> None:
    grey = np.full((180, 320, 3), 80, np.uint8)
    assert not Structure(small(with_text(grey)).grey).is_enough
    assert Structure(small(street).grey).is_enough


def test_infrared_has_no_colour(street: npt.NDArray[Any]) -> None:
    assert small(street).colour
    assert not small(np.repeat(street.mean(2, keepdims=True), 3, 2)).colour


def test_the_edges_of_a_privacy_mask_are_not_the_view(street: npt.NDArray[Any]) -> None:
    mask = Mask((((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),))
    view = Structure(SmallPicture.of(mask.over(frame(street))).grey)
    elsewhere = Structure(SmallPicture.of(mask.over(frame(np.roll(street, 300, 1), seed=1))).grey)
    assert view.masked[:, :4].all()
    assert not view.structured[:, :4].any()
    assert view.found_in(elsewhere) < 0.35
