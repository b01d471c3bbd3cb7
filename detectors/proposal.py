"""A manifest proposed for a network that somebody brings: from what its file really offers, and the decoding they name.

What a file does not say (order of colours, scale, fill) is taken from how the authors of that decoding export. The network
is run once: an answer that is no persons when read so is refused. Nothing is written here; see model_folder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from detectors import coco
from detectors.decoding import FORMS, Answer, Decoding, decodings_that_fit, describe
from detectors.errors import ModelDecodingMismatch
from detectors.feeding import tensor_of
from detectors.manifest import STEP, Input, Manifest, Output, Source, Spread, Thresholds
from detectors.onnx_session import End, OnnxFile
from detectors.proposal_errors import (
    ModelAnswerImplausible,
    ModelInputUnfit,
    ModelInputUnknown,
    ModelPersonOutside,
    ModelPersonUnknown,
    ModelSizeMissing,
    ModelSizeUnexpected,
)

#: pixels of a side at which a network for poses is tried
_POSE_SIDE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the operator says of the file; None is left to the file, or to the custom of the decoding."""

    name: str
    decoding: Decoding
    licence: str | None = None
    #: (width, height) of the input, pixels
    size: tuple[int, int] | None = None
    #: which class is the person, from 0
    person_class: int | None = None
    #: least score of a person, 0 to 1
    score: float | None = None
    #: what they typed, so that it can be done again
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """How the authors of a decoding export: what is fed to float32 inputs, and the score that suits their networks."""

    colour: Literal["RGB", "BGR"]
    normalisation: Literal["in the graph", "1/255"] | Spread
    fill: int
    score: float


CUSTOMS: Mapping[Decoding, Custom] = {
    "movenet": Custom(colour="RGB", normalisation="in the graph", fill=0, score=0.15),
    "nanodet": Custom(
        colour="BGR",
        normalisation=Spread(mean=(103.53, 116.28, 123.675), std=(57.375, 57.12, 58.395)),
        fill=0,
        score=0.55,
    ),
    "yolox": Custom(colour="BGR", normalisation="in the graph", fill=114, score=0.6),
    "yolo": Custom(colour="RGB", normalisation="1/255", fill=114, score=0.4),
    "yolov5": Custom(colour="RGB", normalisation="1/255", fill=114, score=0.4),
}


def propose(path: Path, wish: Wish) -> Manifest:
    """Raises: a DetectorError that says what the file offers, where it cannot be what the wish says."""
    file = OnnxFile(path)
    fed = _input(file, wish)
    height, width = fed.height or _POSE_SIDE, fed.width or _POSE_SIDE
    grey = np.full((height, width, 3), CUSTOMS[wish.decoding].fill, np.uint8)
    answers = file.answers(tensor_of(grey, fed))
    output, classes = _output(file, wish, answers, height, width)
    names = _names(file, wish, classes)
    _be_plausible(file, wish, answers[output.name], (height, width), names.index("person"))
    score = CUSTOMS[wish.decoding].score if wish.score is None else wish.score
    return Manifest(
        name=wish.name,
        file=f"{wish.name}.onnx",
        sha256=file.sha256,
        decoding=wish.decoding,
        classes=names,
        source=Source(
            author="not stated",
            package=path.name,
            version=file.sha256[:12],
            licence=wish.licence or "not stated",
            command=wish.command,
        ),
        input=fed,
        output=output,
        thresholds=Thresholds(score=score),
    )


def _input(file: OnnxFile, wish: Wish) -> Input:
    found = "; ".join(map(str, file.inputs))
    end = file.inputs[0] if len(file.inputs) == 1 else None
    if end is None or end.type not in ("uint8", "float32") or len(end.shape) != 4 or 3 not in end.shape[1::2]:
        raise ModelInputUnknown(path=file.path, found=found)
    custom = CUSTOMS[wish.decoding]
    planes_first = end.shape[1] == 3
    # uint8 is fed as it is: who put the scale into the graph put the order of colours there too
    is_bytes = end.type == "uint8"
    height, width = _sides(file, wish, end, planes_first)
    return Input(
        name=end.name,
        type="uint8" if is_bytes else "float32",
        layout="NCHW" if planes_first else "NHWC",
        colour="RGB" if is_bytes else custom.colour,
        normalisation="in the graph" if is_bytes else custom.normalisation,
        fill=custom.fill,
        height=height,
        width=width,
    )


def _sides(file: OnnxFile, wish: Wish, end: End, planes_first: bool) -> tuple[int, int]:
    """Height and width: the file's where it has them, else the wish's; 0 for a network of poses, which must take any."""
    stated = end.shape[2:] if planes_first else end.shape[1:3]
    poses = FORMS[wish.decoding].task == "pose"
    asked = (wish.size[1], wish.size[0]) if wish.size else (None, None)
    sides = [own or other or 0 for own, other in zip(stated, asked, strict=True)]
    if wish.size and (poses or tuple(sides) != asked):
        raise ModelSizeUnexpected(path=file.path, asked=f"{wish.size[0]}x{wish.size[1]}", found=end)
    if not poses and 0 in sides:
        raise ModelSizeMissing(path=file.path, found=end)
    if (poses and any(sides)) or any(side % STEP for side in sides):
        wanted = "H = W = free" if poses else f"H, W = n x {STEP}"
        raise ModelInputUnfit(path=file.path, found=end, decoding=wish.decoding, wanted=wanted)
    return sides[0], sides[1]


def _output(
    file: OnnxFile, wish: Wish, answers: Mapping[str, Answer], height: int, width: int
) -> tuple[Output, int]:
    """The one output that the decoding reads, and how many classes it has."""
    form = FORMS[wish.decoding]
    fits = [
        (name, answer.shape, classes)
        for name, answer in answers.items()
        if (classes := form.classes_in(answer.shape, height, width)) is not None
    ]
    if len(fits) != 1:
        others = {
            one for answer in answers.values() for one in decodings_that_fit(answer.shape, height, width)
        }
        raise ModelDecodingMismatch(
            path=file.path,
            found="; ".join(f"{name} float32 {describe(answer.shape)}" for name, answer in answers.items())
            or "; ".join(map(str, file.outputs)),
            decoding=wish.decoding,
            expected=_described(wish.decoding, height, width),
            fits=", ".join(sorted(others - {wish.decoding})) or "-",
        )
    ((name, shape, classes),) = fits
    return Output(name=name, shape=shape), classes


def _described(decoding: Decoding, height: int, width: int) -> str:
    form = FORMS[decoding]
    sizes = ["free" if size is None else str(size) for size in form.shape(height, width)]
    if form.classes_at is not None:
        axis, before = form.classes_at
        sizes[axis] = f"{before}+classes"
    return f"[{', '.join(sizes)}] ({width}x{height})"


def _names(file: OnnxFile, wish: Wish, count: int) -> tuple[str, ...]:
    """One name a class, exactly one of them "person": the file's names, COCO's where there are 80, else numbers."""
    names = file.class_names
    if len(names) != count:
        names = coco.CLASSES if count == len(coco.CLASSES) else tuple(f"class {i}" for i in range(count))
    person = wish.person_class
    if person is None:
        person = names.index("person") if names.count("person") == 1 else 0 if count == 1 else None
    if person is None:
        raise ModelPersonUnknown(path=file.path, count=count, names=", ".join(names[:20]))
    if not 0 <= person < count:
        raise ModelPersonOutside(path=file.path, count=count, last=count - 1, asked=person)
    return tuple(
        "person" if i == person else f"class {i}" if name == "person" else name
        for i, name in enumerate(names)
    )


def _be_plausible(file: OnnxFile, wish: Wish, answer: Answer, sides: tuple[int, int], person: int) -> None:
    """Numbers that fit by their shape may still mean something else: boxes decoded already, or shares of the picture."""
    read = FORMS[wish.decoding].rows
    if read is None:
        return
    rows = read(answer[0], *sides, person)
    lengths, scores = (rows[:, 2:4] - rows[:, :2]).ravel(), rows[:, 4]
    if np.isfinite(rows).all() and -0.01 <= scores.min() <= scores.max() <= 1.01:
        shortest, typical = np.percentile(lengths, (1, 50))
        if shortest > -1.0 and 2.0 < typical < 2.0 * max(sides):
            return
    raise ModelAnswerImplausible(
        path=file.path,
        decoding=wish.decoding,
        found="; ".join(map(str, file.outputs)),
        scores=f"{scores.min():.3g} … {scores.max():.3g}",
        sides=f"{lengths.min():.3g} … {lengths.max():.3g}",
    )
