"""Rows, as reading gives them, as detections: the sure ones, best first, nobody twice. Still in pixels of the network's input."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from detectors.decoding import Kind, Rows
from detectors.detection import Box, Detection, Pose
from detectors.reading import BOX, KEYPOINTS, POSE


def detections_of(rows: Rows, kind: Kind, *, least: float, overlap: float | None) -> list[Detection]:
    """Those that score at least `least`; of boxes that overlap more than that (IoU) the best, all if it is None."""
    rows = rows[np.isfinite(rows).all(axis=1)]
    if kind == "density":
        return [Detection(box=_box(row), score=float(row[4]), weight=float(row[5])) for row in rows if row[5]]
    rows = rows[rows[:, 4] >= least]
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    if kind == "poses":
        rows = rows[(rows[:, 2] - rows[:, 0] > 1) & (rows[:, 3] - rows[:, 1] > 1)]
    if overlap is not None:
        rows = rows[_without_duplicates(rows, overlap)]
    return [
        Detection(box=_box(row), score=float(row[4]), pose=_pose(row) if kind == "poses" else None)
        for row in rows
    ]


def without_poses(rows: Rows) -> Rows:
    """Of persons, where only how many and where is asked."""
    return rows[:, :BOX]


def _box(row: Iterable[float]) -> Box:
    left, top, right, bottom, *_ = (float(value) for value in row)
    return Box(left=left, top=top, right=right, bottom=bottom)


def _pose(row: Rows) -> Pose:
    return Pose(keypoints=np.ascontiguousarray(row[BOX:POSE]).reshape(KEYPOINTS, 3))


def _without_duplicates(rows: Rows, overlap: float) -> Sequence[int]:
    if not len(rows):
        return []
    boxes = np.concatenate([rows[:, :2], rows[:, 2:4] - rows[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), rows[:, 4].tolist(), 0.0, overlap)
    return [int(i) for i in np.asarray(kept).reshape(-1)]
