"""Privacy masks: nothing of what is masked is in a frame, and nothing else is touched."""

from pathlib import Path

import numpy as np
import pytest

from streams.camera import CameraId
from streams.frame import Frame
from streams.mask import Mask, mask_of
from streams.sampler import Sampler
from tests.fakes.packets import run_of

#: the left third, and a triangle below on the right
LEFT = ((0.0, 0.0), (1 / 3, 0.0), (1 / 3, 1.0), (0.0, 1.0))
CORNER = ((1.0, 0.5), (1.0, 1.0), (0.5, 1.0))


def noise(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(1).integers(60, 256, (height, width, 3), np.uint8)


def frame_of(width: int, height: int) -> Frame:
    return Frame.of_picture(noise(width, height), camera_id=CameraId(1))


@pytest.mark.parametrize("size", [(640, 360), (641, 361), (1920, 1080), (16, 9)])
def test_every_pixel_that_a_mask_touches_is_black_without_colour(size: tuple[int, int]) -> None:
    width, height = size
    masked = Mask((LEFT, CORNER)).over(frame_of(width, height))
    assert masked.y[:, : -(-width // 3)].max() == 0
    ys, xs = np.mgrid[:height, :width]
    # A pixel is touched where any of its corners lies in the triangle; its lower right one does first.
    touched = (xs + 1) / width + (ys + 1) / height > 1.5
    assert masked.y[touched].max() == 0
    columns = -(-masked.u.shape[1] // 3)
    assert (masked.u[:, :columns] == 128).all() and (masked.v[:, :columns] == 128).all()
    assert masked.bgr()[:, : width // 3 - 1].max() <= 8


def test_the_rest_of_the_picture_is_as_it_was_and_so_is_the_frame_it_was_made_of() -> None:
    frame = frame_of(640, 360)
    before = frame.y.copy()
    masked = Mask((LEFT,)).over(frame)
    assert (masked.y[:, 216:] == before[:, 216:]).all()
    assert (frame.y == before).all()
    assert (masked.pts_s, masked.wall, masked.width) == (frame.pts_s, frame.wall, frame.width)


def test_a_picture_is_blackened_where_it_lies() -> None:
    picture = noise(640, 360)
    Mask((LEFT,)).blacken(picture)
    assert picture[:, :214].max() == 0 and picture[:, 216:].min() >= 60


def test_no_polygons_are_no_mask() -> None:
    assert mask_of([]) is None
    assert mask_of([LEFT]) == Mask((LEFT,))


def test_a_sampler_gives_out_nothing_that_is_masked_and_decodes_on_undisturbed(h264: Path) -> None:
    started, packets = run_of(h264)
    plain = Sampler(started.info, CameraId(1), 25.0)
    masked = Sampler(started.info, CameraId(1), 25.0, mask=Mask((LEFT,)))
    left = None
    for packet in packets:
        for one, other in zip(plain.feed(packet), masked.feed(packet), strict=True):
            left = one.width // 3 + 1
            assert other.y[:, : left - 1].max() == 0
            assert (one.y[:, left + 1 :] == other.y[:, left + 1 :]).all()
    assert left is not None
    glance = masked.glance(next(packet for packet in packets if packet.keyframe))
    assert glance is not None and glance.y[:, : left - 1].max() == 0
