"""What the answer of a network may look like: the decodings by name, and the shape that each reads.

How persons come out of the numbers is in reading.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from detectors import reading
from detectors.reading import STRIDES, Answer, Numbers, Reading, Rows, cells

__all__ = ["STRIDES", "Answer", "Numbers", "Reading", "Rows", "cells"]

Decoding = Literal[
    "movenet",
    "nanodet",
    "yolox",
    "yolo",
    "yolov5",
    "yolo-pose",
    "rtmo",
    "detr",
    "rtdetr",
    "points",
    "density",
]
#: what the rules want of a network: poses for `fall`, persons for `crowd`
Task = Literal["pose", "person"]
#: what stands in a row: see reading
Kind = Literal["poses", "boxes", "points", "density"]
Type = Literal["float32", "int64"]
#: None is any number
Shape = tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputForm:
    """One output of a decoding."""

    #: at (height, width) of the input; None along the axis of the classes, or where any number will do
    shape: Callable[[int, int], Shape]
    #: the axis along which the classes lie and how many numbers stand before them; None: it does not tell classes apart
    classes_at: tuple[int, int] | None = None
    type: Type = "float32"

    def shape_for(self, height: int, width: int, classes: int) -> Shape:
        shape = list(self.shape(height, width))
        if self.classes_at is not None:
            axis, before = self.classes_at
            shape[axis] = before + classes
        return tuple(shape)

    def classes_in(self, shape: Shape, height: int, width: int) -> int | None:
        """How many classes an output of this shape has; None if it cannot be this one."""
        if len(shape) != len(self.shape(height, width)):
            return None
        classes = 1
        if self.classes_at is not None:
            axis, before = self.classes_at
            classes = (shape[axis] or 0) - before
        fits = classes >= 1 and agree(self.shape_for(height, width, classes), shape)
        return classes if fits else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How the answer of one decoding is laid out."""

    kind: Kind
    outputs: tuple[OutputForm, ...]
    read: Callable[[Answer, Reading], Rows]
    #: whether one person may be stated twice, so that duplicates are to be suppressed
    doubles: bool = True
    #: whether it knows more classes than persons, though no output has an axis of them
    labels: bool = False
    #: sizes of the input: any, as asked; one, stated; or either
    size: Literal["any", "one", "either"] = "one"
    #: the sides of the input are multiples of so many pixels
    step: int = 32

    @property
    def task(self) -> Task:
        return "pose" if self.kind == "poses" else "person"

    @property
    def counts(self) -> bool:
        """Whether it may be asked for persons: MoveNet sees six at most."""
        return self.size != "any"

    @property
    def tells_classes(self) -> bool:
        return self.labels or any(output.classes_at for output in self.outputs)

    def match(
        self, shapes: Sequence[tuple[str, Shape]], height: int, width: int
    ) -> list[tuple[tuple[int, ...], int]]:
        """Which of these outputs (type, shape) may be those of this decoding, in its order, and how many classes they have."""
        found = []
        for which in permutations(range(len(shapes)), len(self.outputs)):
            classes = 1
            for output, index in zip(self.outputs, which, strict=True):
                kind, shape = shapes[index]
                counted = output.classes_in(shape, height, width) if kind == output.type else None
                if counted is None:
                    break
                classes = max(classes, counted)
            else:
                found.append((which, classes))
        return found


def agree(one: Shape, other: Shape) -> bool:
    """Whether two shapes can be of one answer."""
    return len(one) == len(other) and all(
        a == b or a is None or b is None for a, b in zip(one, other, strict=True)
    )


def describe(shape: Shape) -> str:
    return f"[{', '.join('free' if size is None else str(size) for size in shape)}]"


def _always(*shape: int | None) -> Callable[[int, int], Shape]:
    return lambda _height, _width: shape


def _cells(height: int, width: int) -> int | None:
    """None where the network takes any size."""
    return cells(height, width) or None


FORMS: Mapping[Decoding, Form] = {
    "movenet": Form(
        kind="poses",
        outputs=(OutputForm(shape=_always(1, 6, 56)),),
        read=reading.movenet_rows,
        doubles=False,
        size="any",
    ),
    "nanodet": Form(kind="boxes", outputs=(OutputForm(shape=_always(1, None, 5)),), read=reading.corner_rows),
    "yolox": Form(
        kind="boxes",
        outputs=(
            OutputForm(shape=lambda height, width: (1, _cells(height, width), None), classes_at=(2, 5)),
        ),
        read=reading.yolox_rows,
    ),
    "yolo": Form(
        kind="boxes",
        outputs=(
            OutputForm(shape=lambda height, width: (1, None, _cells(height, width)), classes_at=(1, 4)),
        ),
        read=reading.yolo_rows,
    ),
    "yolov5": Form(
        kind="boxes",
        outputs=(
            OutputForm(shape=lambda height, width: (1, 3 * cells(height, width), None), classes_at=(2, 5)),
        ),
        read=reading.yolov5_rows,
    ),
    "yolo-pose": Form(
        kind="poses",
        outputs=(OutputForm(shape=lambda height, width: (1, reading.POSE, _cells(height, width))),),
        read=reading.yolo_pose_rows,
        size="either",
    ),
    "rtmo": Form(
        kind="poses",
        outputs=(
            OutputForm(shape=_always(1, None, reading.BOX)),
            OutputForm(shape=_always(1, None, reading.KEYPOINTS, 3)),
        ),
        read=reading.rtmo_rows,
    ),
    "detr": Form(
        kind="boxes",
        outputs=(
            OutputForm(shape=_always(1, None, None), classes_at=(2, 0)),
            OutputForm(shape=_always(1, None, 4)),
        ),
        read=reading.detr_rows,
        doubles=False,
        step=2,
    ),
    "rtdetr": Form(
        kind="boxes",
        outputs=(
            OutputForm(shape=_always(1, None), type="int64"),
            OutputForm(shape=_always(1, None, 4)),
            OutputForm(shape=_always(1, None)),
        ),
        read=reading.rtdetr_rows,
        doubles=False,
        labels=True,
        step=2,
    ),
    "points": Form(
        kind="points",
        outputs=(OutputForm(shape=_always(1, None, 3)),),
        read=reading.point_rows,
        doubles=False,
        step=2,
    ),
    "density": Form(
        kind="density",
        outputs=(OutputForm(shape=_always(1, 1, None, None)),),
        read=reading.density_rows,
        doubles=False,
        step=8,
    ),
}
DECODINGS = ", ".join(FORMS)


def decodings_for(task: Task) -> str:
    return ", ".join(name for name, form in FORMS.items() if form.task == task)


def decodings_that_fit(shapes: Sequence[tuple[str, Shape]], height: int, width: int) -> list[Decoding]:
    """Those that could read a file with these outputs (type, shape)."""
    return [name for name, form in FORMS.items() if form.match(shapes, height, width)]
