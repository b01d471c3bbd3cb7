"""What the answer of a network may look like: the decodings by name, the shape that each reads, and boxes out of it.

No network here, only arithmetic on its numbers. `movenet`, the only one with poses so far, is read in pose.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

Answer = npt.NDArray[np.float32]
#: (n, 5): left, top, right, bottom in pixels of the input, score 0 to 1
Rows = npt.NDArray[np.float32]
Decoding = Literal["movenet", "nanodet", "yolox", "yolo", "yolov5"]
#: what the rules want of a network: poses for `fall`, boxes for `crowd`
Task = Literal["pose", "person"]
#: None is any number
Shape = tuple[int | None, ...]

#: pixels between two cells of the three grids that these networks answer on
STRIDES = (8, 16, 32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How the answer of one decoding is laid out."""

    task: Task
    #: of the answer at (height, width) of the input; None along the axis of the classes, or where any number will do
    shape: Callable[[int, int], Shape]
    #: the axis along which the classes lie and how many numbers stand before them; None: it knows persons only
    classes_at: tuple[int, int] | None = None
    #: (answer without its batch axis, height, width, index of the person's class) -> rows; None: poses
    rows: Callable[[Answer, int, int, int], Rows] | None = None

    def shape_for(self, height: int, width: int, classes: int) -> Shape:
        shape = list(self.shape(height, width))
        if self.classes_at is not None:
            axis, before = self.classes_at
            shape[axis] = before + classes
        return tuple(shape)

    def classes_in(self, shape: Shape, height: int, width: int) -> int | None:
        """How many classes an answer of this shape has; None if it cannot be of this decoding."""
        if len(shape) != 3:
            return None
        classes = 1
        if self.classes_at is not None:
            axis, before = self.classes_at
            classes = (shape[axis] or 0) - before
        fits = classes >= 1 and agree(self.shape_for(height, width, classes), shape)
        return classes if fits else None


def agree(one: Shape, other: Shape) -> bool:
    """Whether two shapes can be of one answer."""
    return len(one) == len(other) and all(
        a == b or a is None or b is None for a, b in zip(one, other, strict=True)
    )


def describe(shape: Shape) -> str:
    return f"[{', '.join('free' if size is None else str(size) for size in shape)}]"


def cells(height: int, width: int) -> int:
    return sum((height // stride) * (width // stride) for stride in STRIDES)


def _corner_rows(answer: Answer, _height: int, _width: int, _person: int) -> Rows:
    return answer


def _yolox_rows(answer: Answer, height: int, width: int, person: int) -> Rows:
    """YOLOX (Ge et al. 2021) as its own export writes it: offsets from the cell, sizes as logarithms of the stride."""
    places, strides = _grid(height, width)
    centres = (answer[:, :2] + places) * strides
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # rows that are not finite are left out by who reads them
        sizes = np.exp(answer[:, 2:4]) * strides
        return _from_centres(centres, sizes, answer[:, 4] * answer[:, 5 + person])


def _yolo_rows(answer: Answer, _height: int, _width: int, person: int) -> Rows:
    """Ultralytics YOLO, v8 and later: the boxes lie along the last axis, in pixels of the input."""
    return _from_centres(answer[:2].T, answer[2:4].T, answer[4 + person])


def _yolov5_rows(answer: Answer, _height: int, _width: int, person: int) -> Rows:
    """Ultralytics YOLOv5: three boxes a cell, in pixels of the input, and whether there is anything at all."""
    return _from_centres(answer[:, :2], answer[:, 2:4], answer[:, 4] * answer[:, 5 + person])


def _from_centres(centres: Answer, sizes: Answer, scores: Answer) -> Rows:
    rows = np.concatenate([centres - sizes / 2, centres + sizes / 2, scores[:, None]], axis=1)
    return np.asarray(rows, np.float32)


@lru_cache(maxsize=8)
def _grid(height: int, width: int) -> tuple[Answer, Answer]:
    """The corner of every cell, in cells, and its stride."""
    places, strides = [], []
    for stride in STRIDES:
        rows, columns = np.mgrid[: height // stride, : width // stride]
        places.append(np.stack([columns, rows], axis=-1).reshape(-1, 2))
        strides.append(np.full((rows.size, 1), stride))
    return np.concatenate(places).astype(np.float32), np.concatenate(strides).astype(np.float32)


FORMS: Mapping[Decoding, Form] = {
    "movenet": Form(task="pose", shape=lambda _height, _width: (1, 6, 56)),
    "nanodet": Form(task="person", shape=lambda _height, _width: (1, None, 5), rows=_corner_rows),
    "yolox": Form(
        task="person",
        shape=lambda height, width: (1, cells(height, width), None),
        classes_at=(2, 5),
        rows=_yolox_rows,
    ),
    "yolo": Form(
        task="person",
        shape=lambda height, width: (1, None, cells(height, width)),
        classes_at=(1, 4),
        rows=_yolo_rows,
    ),
    "yolov5": Form(
        task="person",
        shape=lambda height, width: (1, 3 * cells(height, width), None),
        classes_at=(2, 5),
        rows=_yolov5_rows,
    ),
}
DECODINGS = ", ".join(FORMS)


def decodings_for(task: Task) -> str:
    return ", ".join(name for name, form in FORMS.items() if form.task == task)


def decodings_that_fit(shape: Shape, height: int, width: int) -> list[Decoding]:
    return [name for name, form in FORMS.items() if form.classes_in(shape, height, width) is not None]
