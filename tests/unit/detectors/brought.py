"""A network that an operator brings, and the pedestrians that it is tried on. Both lie beside the project, if at all."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from detectors.detection import Box
from tests.unit.detectors.clips import SHARED

YOLOX = SHARED / "models" / "yolox_nano.onnx"
VTEST = SHARED / "footage" / "pedestrians" / "vtest.avi"
BOXES = VTEST.with_name("boxes.csv")

needs_yolox = pytest.mark.skipif(not YOLOX.is_file(), reason="the operator's network lies beside the project")
needs_vtest = pytest.mark.skipif(not VTEST.is_file(), reason="the pedestrians lie beside the project")


def labelled_boxes(path: Path = BOXES) -> dict[int, list[Box]]:
    """By number of the frame."""
    boxes = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            left, top, width, height = (float(row[key]) for key in "xywh")
            box = Box(left=left, top=top, right=left + width, bottom=top + height)
            boxes[int(row["frame"])].append(box)
    return dict(boxes)
