"""Hand-made answers of each decoding: the box that they mean, and the shape that they have."""

from typing import Any

import numpy as np
import pytest

from detectors import person
from detectors.decoding import DECODINGS, FORMS, Decoding, Rows, cells, decodings_that_fit
from detectors.feeding import tensor_of
from detectors.manifest import Input

SIDE = 64  # 8x8, 4x4 and 2x2 cells
CELLS = 64 + 16 + 4


def rows_of(decoding: Decoding, answer: np.ndarray, *, which: int = 0, height: int = SIDE) -> Rows:
    read = FORMS[decoding].rows
    assert read is not None
    return read(answer.astype(np.float32), height, SIDE, which)


def test_the_cells_of_three_grids() -> None:
    assert cells(SIDE, SIDE) == CELLS
    assert cells(416, 416) == 3549
    assert cells(640, 640) == 8400
    assert cells(384, 640) == 5040


def test_yolox_counts_from_its_cell_and_in_strides() -> None:
    answer = np.zeros((CELLS, 5 + 3))
    cell = 64 + 1 * 4 + 2  # second grid, second row, third column: its corner is at (32, 16)
    answer[cell] = [0.5, 0.25, np.log(2), np.log(3), 0.8, 0.1, 0.2, 0.5]
    row = rows_of("yolox", answer, which=2)[cell]
    np.testing.assert_allclose(row, [40 - 16, 20 - 24, 40 + 16, 20 + 24, 0.4], atol=1e-4)


def test_yolox_on_a_canvas_that_is_not_square() -> None:
    answer = np.zeros((cells(32, SIDE), 6))
    cell = 8 * 4 + 4 * 2 + 1  # third grid, first row, second column
    answer[cell] = [0, 0, 0, 0, 1, 1]
    np.testing.assert_allclose(rows_of("yolox", answer, height=32)[cell], [16, -16, 48, 16, 1])


def test_yolo_lies_along_the_last_axis() -> None:
    answer = np.zeros((4 + 2, CELLS))
    answer[:, 7] = [30, 20, 10, 16, 0.3, 0.9]
    np.testing.assert_allclose(rows_of("yolo", answer, which=1)[7], [25, 12, 35, 28, 0.9])


def test_yolov5_weighs_the_class_with_whether_there_is_anything() -> None:
    answer = np.zeros((3 * CELLS, 5 + 2))
    answer[7] = [30, 20, 10, 16, 0.5, 0.8, 0.1]
    np.testing.assert_allclose(rows_of("yolov5", answer)[7], [25, 12, 35, 28, 0.4])


def test_nanodet_states_corners() -> None:
    np.testing.assert_allclose(rows_of("nanodet", np.array([[1, 2, 3, 4, 0.5]])), [[1, 2, 3, 4, 0.5]])


def test_numbers_that_are_none_are_nobody() -> None:
    answer = np.full((CELLS, 6), 1e9)
    answer[3, 4] = np.nan
    assert person.decode(rows_of("yolox", answer), least=0.4, overlap=0.5) == []


@pytest.mark.parametrize(
    ("shape", "size", "fits"),
    [
        ((1, 3549, 85), 416, ["yolox"]),
        ((1, 3549, 6), 416, ["yolox"]),
        ((1, 8400, 85), 640, ["yolox"]),
        ((1, 84, 8400), 640, ["yolo"]),
        ((1, 5, 8400), 640, ["yolo"]),
        ((1, 25200, 85), 640, ["yolov5"]),
        ((1, 3549, 5), 416, ["nanodet"]),
        ((1, 6, 56), 256, ["movenet"]),
        # a network that suppresses duplicates itself, one for another size, one of key points
        ((1, 300, 6), 640, []),
        ((1, 84, 8400), 416, []),
        ((1, 84), 640, []),
    ],
)
def test_the_shape_tells_the_decoding(shape: tuple[int, ...], size: int, fits: list[str]) -> None:
    assert decodings_that_fit(shape, size, size) == fits


def test_every_decoding_is_named() -> None:
    assert DECODINGS == "movenet, nanodet, yolox, yolo, yolov5"


def fed(**other: Any) -> Input:
    wanted: dict[str, Any] = {
        "name": "images",
        "type": "float32",
        "layout": "NCHW",
        "colour": "RGB",
        "normalisation": "in the graph",
        "height": 32,
        "width": 64,
    }
    return Input.model_validate({**wanted, **other})


#: one pixel is red: R 255, G 51, B 0
PICTURE = np.zeros((32, 64, 3), np.uint8)
PICTURE[4, 9] = 255, 51, 0


@pytest.mark.parametrize(
    ("wanted", "pixel"),
    [
        (fed(), [255, 51, 0]),
        (fed(colour="BGR"), [0, 51, 255]),
        (fed(normalisation="1/255"), [1.0, 0.2, 0.0]),
        (fed(normalisation={"mean": [5, 1, 10], "std": [50, 10, 5]}), [5.0, 5.0, -2.0]),
        (fed(colour="BGR", normalisation={"mean": [5, 1, 10], "std": [50, 10, 5]}), [-0.1, 5.0, 49.0]),
    ],
)
def test_a_picture_is_fed_as_the_manifest_says(wanted: Input, pixel: list[float]) -> None:
    planes = tensor_of(PICTURE, wanted)
    assert (planes.shape, planes.dtype) == ((1, 3, 32, 64), np.float32)
    np.testing.assert_allclose(planes[0, :, 4, 9], pixel, rtol=1e-5)
    rows = tensor_of(PICTURE, wanted.model_copy(update={"layout": "NHWC"}))
    np.testing.assert_array_equal(rows[0].transpose(2, 0, 1), planes[0])
    assert planes.flags.c_contiguous and rows.flags.c_contiguous


def test_bytes_are_fed_as_they_are_without_a_copy() -> None:
    tensor = tensor_of(PICTURE, fed(type="uint8", layout="NHWC"))
    assert tensor.dtype == np.uint8
    assert np.shares_memory(tensor, PICTURE)
