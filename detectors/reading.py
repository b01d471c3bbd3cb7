"""Persons out of the numbers that a network answers with: only arithmetic, one function for each way of answering.

Whatever the answer, what comes out are rows, in pixels of the network's input; see decoding for which shape is read how.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float32]
#: the outputs of a network in the order of its decoding, each without its batch axis
Answer = tuple[Numbers, ...]
#: (n, 5): left, top, right, bottom, score 0 to 1. Poses have 51 numbers more: 17 x (x, y, score). The cells of a density map
#: have one more: the persons in it
Rows = npt.NDArray[np.float32]

#: pixels between two cells of the three grids that most of these networks answer on
STRIDES = (8, 16, 32)
KEYPOINTS = 17
BOX = 5
POSE = BOX + 3 * KEYPOINTS
#: pixels of a side of what is taken together of a density map: finer cells cost time and place nobody better
BLOCK = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an answer does not say of itself."""

    #: of the input, pixels
    height: int
    width: int
    #: which of the classes is the person
    person: int = 0
    #: the last of the classes is "nothing": the classes exclude each other
    nothing: bool = False
    #: what the numbers of a density map are divided by
    scale: float = 1.0


def cells(height: int, width: int) -> int:
    return sum((height // stride) * (width // stride) for stride in STRIDES)


def corner_rows(answer: Answer, _reading: Reading) -> Rows:
    return answer[0]


def yolox_rows(answer: Answer, reading: Reading) -> Rows:
    """YOLOX (Ge et al. 2021) as its own export writes it: offsets from the cell, sizes as logarithms of the stride."""
    (numbers,) = answer
    places, strides = _grid(reading.height, reading.width)
    centres = (numbers[:, :2] + places) * strides
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # rows that are not finite are left out by who reads them
        sizes = np.exp(numbers[:, 2:4]) * strides
        return _from_centres(centres, sizes, numbers[:, 4] * numbers[:, 5 + reading.person])


def yolo_rows(answer: Answer, reading: Reading) -> Rows:
    """Ultralytics YOLO, v8 and later: the boxes lie along the last axis, in pixels of the input."""
    (numbers,) = answer
    return _from_centres(numbers[:2].T, numbers[2:4].T, numbers[4 + reading.person])


def yolov5_rows(answer: Answer, reading: Reading) -> Rows:
    """Ultralytics YOLOv5: three boxes a cell, in pixels of the input, and whether there is anything at all."""
    (numbers,) = answer
    return _from_centres(numbers[:, :2], numbers[:, 2:4], numbers[:, 4] * numbers[:, 5 + reading.person])


def detr_rows(answer: Answer, reading: Reading) -> Rows:
    """DETR (Carion et al. 2020) and its kin: logits of the classes, boxes as centre and size in shares of the input."""
    logits, boxes = answer
    with np.errstate(over="ignore", invalid="ignore"):
        if reading.nothing:
            odds = np.exp(logits - logits.max(axis=1, keepdims=True))
            scores = odds[:, reading.person] / odds.sum(axis=1)
        else:
            scores = 1 / (1 + np.exp(-logits[:, reading.person]))
    sides = np.array([reading.width, reading.height], np.float32)
    return _from_centres(boxes[:, :2] * sides, boxes[:, 2:] * sides, scores)


def rtdetr_rows(answer: Answer, reading: Reading) -> Rows:
    """RT-DETR (Zhao et al. 2024) as its own export writes it: labels, corners in pixels of the input, scores."""
    labels, boxes, scores = answer
    found = np.where(labels == reading.person, scores, 0)
    return np.concatenate([boxes, found[:, None]], axis=1).astype(np.float32)


def movenet_rows(answer: Answer, reading: Reading) -> Rows:
    """MoveNet MultiPose: y before x, in shares of the input."""
    (numbers,) = answer
    sides = np.array([reading.width, reading.height], np.float32)
    keypoints = numbers[:, :51].reshape(-1, KEYPOINTS, 3)[:, :, [1, 0, 2]]
    keypoints = keypoints * np.append(sides, np.float32(1))
    corners = numbers[:, [52, 51, 54, 53]] * np.tile(sides, 2)
    return np.concatenate([corners, numbers[:, 55:], keypoints.reshape(-1, 51)], axis=1)


def yolo_pose_rows(answer: Answer, _reading: Reading) -> Rows:
    """Ultralytics YOLO for poses: as YOLO with one class, then 17 x (x, y, score), all in pixels of the input."""
    (numbers,) = answer
    boxes = _from_centres(numbers[:2].T, numbers[2:4].T, numbers[4])
    return np.concatenate([boxes, numbers[5:].T], axis=1)


def rtmo_rows(answer: Answer, _reading: Reading) -> Rows:
    """RTMO (Lu et al. 2024) as MMPose exports it: corners and score, and the keypoints beside, in pixels of the input."""
    boxes, keypoints = answer
    return np.concatenate([boxes, keypoints.reshape(len(keypoints), 3 * KEYPOINTS)], axis=1)


def point_rows(answer: Answer, _reading: Reading) -> Rows:
    """Heads as points (x, y, score): boxes without a size."""
    (numbers,) = answer
    return numbers[:, [0, 1, 0, 1, 2]]


def density_rows(answer: Answer, reading: Reading) -> Rows:
    """A map whose sum is the number of persons, in blocks; their sum stays that of the map."""
    density = answer[0].reshape(answer[0].shape[-2:]) / np.float32(reading.scale)
    tall, wide = density.shape
    high, broad = reading.height / tall, reading.width / wide
    down, across = max(1, round(BLOCK / high)), max(1, round(BLOCK / broad))
    tops, lefts = np.arange(0, tall, down), np.arange(0, wide, across)
    masses = np.add.reduceat(np.add.reduceat(density, tops, axis=0), lefts, axis=1)
    bottoms, rights = np.minimum(tops + down, tall), np.minimum(lefts + across, wide)
    left, top = np.meshgrid(lefts * broad, tops * high)
    right, bottom = np.meshgrid(rights * broad, bottoms * high)
    columns = (left, top, right, bottom, np.ones_like(left), masses)
    return np.stack([column.ravel() for column in columns], axis=1).astype(np.float32)


def _from_centres(centres: Numbers, sizes: Numbers, scores: Numbers) -> Rows:
    rows = np.concatenate([centres - sizes / 2, centres + sizes / 2, scores[:, None]], axis=1)
    return np.asarray(rows, np.float32)


@lru_cache(maxsize=8)
def _grid(height: int, width: int) -> tuple[Numbers, Numbers]:
    """The corner of every cell, in cells, and its stride."""
    places, strides = [], []
    for stride in STRIDES:
        rows, columns = np.mgrid[: height // stride, : width // stride]
        places.append(np.stack([columns, rows], axis=-1).reshape(-1, 2))
        strides.append(np.full((rows.size, 1), stride))
    return np.concatenate(places).astype(np.float32), np.concatenate(strides).astype(np.float32)
