import numpy as np
import pytest

from streams.camera import CameraId
from streams.frame import Frame
from tests.fakes.packets import START


def frame_of(width: int, height: int) -> Frame:
    """The left half white, the right half black."""
    y = np.full((height, width), 16, np.uint8)
    y[:, : width // 2] = 235
    grey = np.full(((height + 1) // 2, (width + 1) // 2), 128, np.uint8)
    return Frame(
        camera_id=CameraId(1), pts_s=0.0, wall=START, width=width, height=height, y=y, u=grey, v=grey.copy()
    )


def test_rgb_is_the_whole_picture_in_the_size_asked_for() -> None:
    picture = frame_of(320, 180).rgb(64, 36)
    assert picture.shape == (36, 64, 3)
    assert picture[:, :30].min() > 240
    assert picture[:, 34:].max() < 15


def test_odd_sizes_are_rounded_up() -> None:
    assert frame_of(320, 180).rgb(63, 35).shape == (36, 64, 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (641, 361), (320, 180)])
def test_bgr_has_the_pictures_own_size(size: tuple[int, int]) -> None:
    width, height = size
    picture = frame_of(width, height).bgr()
    assert picture.shape == (height, width, 3)
    assert picture.flags.c_contiguous


def test_colours_are_where_they_belong() -> None:
    frame = frame_of(64, 64)
    frame.y[:] = 100
    frame.v[:] = 220  # towards red
    red = frame.rgb(64, 64)[10, 10]
    assert red[0] > red[2]
    blue_last = frame.bgr()[10, 10]
    assert blue_last[2] > blue_last[0]


def test_a_crop_is_cut_to_the_picture() -> None:
    frame = frame_of(320, 180)
    assert frame.crop_rgb((-50, -50, 80, 80), 20, 20).min() > 240
    assert frame.crop_rgb((300, 100, 999, 999), 20, 20).max() < 15


@pytest.mark.parametrize("box", [(320, 0, 400, 10), (-9, -9, 0, 0), (50, 50, 50, 60), (60, 10, 50, 20)])
def test_a_box_outside_the_picture_is_a_bug(box: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="outside"):
        frame_of(320, 180).crop_rgb(box, 20, 20)


def test_a_letterbox_keeps_the_shape_of_the_picture() -> None:
    canvas, scale = frame_of(320, 180).letterbox(64, fill=114)
    assert (canvas.shape, scale) == ((64, 64, 3), 0.2)
    assert (canvas[36:] == 114).all()
    assert (canvas[:36, 34:] < 15).all()


def test_a_canvas_need_not_be_square() -> None:
    for size in ((320, 180), (180, 320), (96, 64)):
        canvas, scale = frame_of(*size).letterbox(96, height=64, fill=114)
        assert canvas.shape == (64, 96, 3)
        assert scale == pytest.approx(min(96 / size[0], 64 / size[1]))


@pytest.mark.parametrize("size", [(64, 48), (65, 47), (1, 1), (3, 2)])
def test_a_still_picture_is_a_frame_of_the_same_colours(size: tuple[int, int]) -> None:
    picture = np.empty((size[1], size[0], 3), np.uint8)
    picture[:] = 40, 90, 200
    frame = Frame.of_picture(picture, camera_id=CameraId(1))
    assert (frame.width, frame.height) == size
    assert frame.u.shape == frame.v.shape == ((size[1] + 1) // 2, (size[0] + 1) // 2)
    assert np.abs(frame.bgr().astype(int) - picture).max() <= 4


@pytest.mark.parametrize("size", [(1, 1), (3, 4000), (4000, 3)])
def test_extreme_shapes_are_letterboxed(size: tuple[int, int]) -> None:
    assert frame_of(*size).letterbox(64)[0].shape == (64, 64, 3)


def test_a_letterboxed_crop_maps_back_to_the_picture() -> None:
    canvas, scale = frame_of(320, 180).letterbox_crop((100, 0, 260, 80), 64)
    edge = int(np.argmax(canvas[5, :, 0] < 128))
    assert 100 + edge / scale == pytest.approx(160, abs=2.5)
