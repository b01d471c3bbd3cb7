"""Hand-made answers of each decoding: the box that they mean, and the shape that they have."""

from typing import Any

import numpy as np
import pytest

from detectors.decoding import DECODINGS, FORMS, Decoding, Reading, Rows, cells, decodings_that_fit
from detectors.feeding import tensor_of, tensors_of
from detectors.manifest import Input
from detectors.rows import detections_of

SIDE = 64  # 8x8, 4x4 and 2x2 cells
CELLS = 64 + 16 + 4


def rows_of(decoding: Decoding, *answer: Any, which: int = 0, height: int = SIDE, **more: Any) -> Rows:
    reading = Reading(height=height, width=SIDE, person=which, **more)
    return FORMS[decoding].read(tuple(np.asarray(part, np.float32) for part in answer), reading)


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
    assert detections_of(rows_of("yolox", answer), "boxes", least=0.4, overlap=0.5) == []


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
        ((1, 56, 8400), 640, ["yolo", "yolo-pose"]),
        ((1, 900, 3), 640, ["points"]),
        ((1, 1, 80, 80), 640, ["density"]),
        # a network that suppresses duplicates itself, one for another size, one of nothing
        ((1, 300, 6), 640, []),
        ((1, 84, 8400), 416, []),
        ((1, 84), 640, []),
    ],
)
def test_the_shape_tells_the_decoding(shape: tuple[int, ...], size: int, fits: list[str]) -> None:
    assert decodings_that_fit([("float32", shape)], size, size) == fits


@pytest.mark.parametrize(
    ("outputs", "fits"),
    [
        ([("float32", (1, 7, 5)), ("float32", (1, 7, 17, 3))], ["nanodet", "rtmo"]),
        ([("float32", (1, 17, 17, 3)), ("float32", (1, 9, 5))], ["nanodet", "rtmo"]),
        ([("float32", (1, 300, 80)), ("float32", (1, 300, 4))], ["detr"]),
        ([("int64", (1, 300)), ("float32", (1, 300, 4)), ("float32", (1, 300))], ["rtdetr"]),
        # labels as float32: another export
        ([("float32", (1, 300)), ("float32", (1, 300, 4)), ("float32", (1, 300))], []),
    ],
)
def test_several_outputs_tell_the_decoding(outputs: list[Any], fits: list[str]) -> None:
    assert decodings_that_fit(outputs, 640, 640) == fits


def test_every_decoding_is_named() -> None:
    assert DECODINGS == (
        "movenet, nanodet, yolox, yolo, yolov5, yolo-pose, rtmo, detr, rtdetr, points, density"
    )


#: of one person: nose at (20, 10), left eye at (22, 9), the rest at (30, 40)
KEYPOINTS = np.array([(20, 10, 0.9), (22, 9, 0.8)] + [(30, 40, 0.5)] * 15)


def test_yolo_pose_gives_the_seventeen_keypoints() -> None:
    answer = np.zeros((56, CELLS))
    answer[:, 7] = [30, 20, 10, 16, 0.8, *KEYPOINTS.ravel()]
    (found,) = detections_of(rows_of("yolo-pose", answer), "poses", least=0.4, overlap=0.5)
    assert (found.box.left, found.box.top, found.box.right, found.box.bottom) == (25, 12, 35, 28)
    assert found.pose is not None
    np.testing.assert_allclose(found.pose.keypoints, KEYPOINTS, rtol=1e-6)


def test_rtmo_gives_boxes_and_keypoints_apart() -> None:
    keypoints = np.stack([KEYPOINTS, KEYPOINTS + 1])
    rows = rows_of("rtmo", [(1, 2, 30, 40, 0.3), (2, 3, 31, 41, 0.9)], keypoints)
    (found,) = detections_of(rows, "poses", least=0.2, overlap=0.5)
    assert found.score == pytest.approx(0.9)
    assert found.pose is not None
    np.testing.assert_allclose(found.pose.keypoints, KEYPOINTS + 1, rtol=1e-6)


def test_rtmo_that_finds_nobody_gives_no_rows() -> None:
    rows = rows_of("rtmo", np.zeros((0, 5)), np.zeros((0, 17, 3)))
    assert detections_of(rows, "poses", least=0.2, overlap=0.5) == []


def test_movenet_says_y_before_x_in_shares_of_its_input() -> None:
    answer = np.zeros((6, 56))
    answer[1, :51] = np.tile([0.5, 0.25, 0.9], 17)
    answer[1, 51:] = [0.1, 0.2, 0.6, 0.4, 0.7]
    answer[2, 51:] = [0.1, 0.2, 0.6, 0.4, np.nan]
    answer[3, 51:] = [0.6, 0.4, 0.1, 0.2, 0.9]  # a box that is inside out
    rows = FORMS["movenet"].read((answer.astype(np.float32),), Reading(height=192, width=320))
    (found,) = detections_of(rows, "poses", least=0.2, overlap=None)
    assert (found.box.left, found.box.right) == pytest.approx((64, 128))
    assert (found.box.top, found.box.bottom) == pytest.approx((19.2, 115.2))
    assert found.pose is not None
    np.testing.assert_allclose(found.pose.keypoints[0], [80, 96, 0.9], rtol=1e-5)


def test_detr_weighs_the_classes_against_nothing_where_it_has_that() -> None:
    boxes = [(0.5, 0.25, 0.25, 0.5)]
    row = rows_of("detr", [[0, np.log(3), 0]], boxes, which=1, nothing=True)[0]
    np.testing.assert_allclose(row, [24, 0, 40, 32, 0.6], rtol=1e-5)
    row = rows_of("detr", [[0, np.log(3), 0]], boxes, which=1)[0]
    np.testing.assert_allclose(row, [24, 0, 40, 32, 0.75], rtol=1e-5)


def test_rtdetr_counts_the_persons_among_its_labels() -> None:
    rows = rows_of("rtdetr", [0, 2, 0], [(1, 2, 3, 4), (5, 6, 7, 8), (9, 9, 20, 20)], [0.9, 0.8, 0.1])
    (found,) = detections_of(rows, "boxes", least=0.5, overlap=None)
    assert (found.box.left, found.box.bottom, found.score) == (1, 4, pytest.approx(0.9))


def test_a_point_is_a_box_without_a_size() -> None:
    rows = rows_of("points", [(12, 20, 0.9), (13, 20, 0.8), (40, 40, 0.2)])
    found = detections_of(rows, "points", least=0.5, overlap=None)
    assert [(one.box.centre, one.box.area, one.weight) for one in found] == [
        ((12, 20), 0, 1),
        ((13, 20), 0, 1),
    ]


def test_the_sum_of_a_density_map_is_the_number_of_persons() -> None:
    density = np.random.default_rng(1).uniform(-0.01, 0.1, (1, 12, 8))
    rows = rows_of("density", density, height=96)
    found = detections_of(rows, "density", least=0.9, overlap=None)
    assert sum(one.weight for one in found) == pytest.approx(density.sum(), rel=1e-4)
    assert len(found) == 6  # blocks of 32 pixels
    np.testing.assert_allclose(found[3].weight, density[0, 4:8, 4:].sum(), rtol=1e-4)
    assert (found[3].box.left, found[3].box.top, found[3].box.right, found[3].box.bottom) == (32, 32, 64, 64)


def test_a_density_map_trained_on_hundreds_is_divided() -> None:
    rows = rows_of("density", np.full((1, 2, 2), 50.0), scale=100.0)
    assert rows[:, 5].sum() == pytest.approx(2.0)


def test_a_density_map_whose_blocks_do_not_come_out_even_loses_nobody() -> None:
    rows = rows_of("density", np.ones((1, 7, 5)), height=56)
    assert rows[:, 5].sum() == 35
    assert (rows[:, 2].max(), rows[:, 3].max()) == (64, 56)


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


def test_a_second_input_is_told_the_size() -> None:
    tensors = tensors_of(PICTURE, fed(size_name="orig_target_sizes"))
    assert tensors["orig_target_sizes"].tolist() == [[64, 32]]
    assert tensors["orig_target_sizes"].dtype == np.int64
    assert set(tensors_of(PICTURE, fed())) == {"images"}


def test_bytes_are_fed_as_they_are_without_a_copy() -> None:
    tensor = tensor_of(PICTURE, fed(type="uint8", layout="NHWC"))
    assert tensor.dtype == np.uint8
    assert np.shares_memory(tensor, PICTURE)
