"""A manifest proposed for a network that somebody brings: from what its file really offers, and the decoding they name.

What a file does not say (order of colours, scale, fill) is taken from how the authors of that decoding export. The network
is run once: an answer that is no persons when read so is refused. Nothing is written here; see model_folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from detectors import coco
from detectors.decoding import FORMS, Decoding, Numbers, Rows, Shape, decodings_that_fit, describe
from detectors.errors import ModelDecodingMismatch
from detectors.feeding import tensors_of
from detectors.manifest import NOTHING, Input, Manifest, Output, Source, Spread, Thresholds
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

#: pixels of a side at which a network that takes any is tried
_ANY_SIDE = 256
#: a grey picture in which a density map finds more is no density map
_MOST_PERSONS = 1000.0


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
    #: boxes that overlap more are one person
    overlap: float = 0.5


#: of the pictures of ImageNet, red, green, blue: what networks on a trained backbone are fed with
IMAGENET = Spread(mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375))

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
    "yolo-pose": Custom(colour="RGB", normalisation="1/255", fill=114, score=0.4, overlap=0.6),
    "rtmo": Custom(colour="BGR", normalisation="in the graph", fill=114, score=0.3),
    "detr": Custom(colour="RGB", normalisation=IMAGENET, fill=124, score=0.5),
    "rtdetr": Custom(colour="RGB", normalisation="1/255", fill=114, score=0.5),
    "points": Custom(colour="RGB", normalisation=IMAGENET, fill=124, score=0.5),
    "density": Custom(colour="RGB", normalisation=IMAGENET, fill=124, score=0.0),
}
#: classes of DETR on COCO: 91 numbers of categories, some unused, and "nothing"
_DETR_COCO = 92


def propose(path: Path, wish: Wish) -> Manifest:
    """Raises: a DetectorError that says what the file offers, where it cannot be what the wish says."""
    file = OnnxFile(path)
    fed = _input(file, wish)
    height, width = fed.height or _ANY_SIDE, fed.width or _ANY_SIDE
    grey = np.full((height, width, 3), CUSTOMS[wish.decoding].fill, np.uint8)
    answers = file.answers(tensors_of(grey, fed))
    outputs, classes = _outputs(file, wish, answers, fed)
    names = _names(file, wish, classes)
    custom = CUSTOMS[wish.decoding]
    manifest = Manifest(
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
        output=outputs[0],
        further=outputs[1:],
        thresholds=Thresholds(
            score=custom.score if wish.score is None else wish.score, overlap=custom.overlap
        ),
    )
    read = tuple(np.asarray(answers[output.name][0], np.float32) for output in outputs)
    _be_plausible(file, wish, manifest.form.read(read, manifest.reading(height, width)), (width, height))
    return manifest


def _input(file: OnnxFile, wish: Wish) -> Input:
    end, size = _pictures_and_size(file)
    custom = CUSTOMS[wish.decoding]
    planes_first = end.shape[1] == 3
    # uint8 is fed as it is: who put the scale into the graph put the order of colours there too
    is_bytes = end.type == "uint8"
    height, width = _sides(file, wish, end, planes_first)
    return Input(
        name=end.name,
        size_name=size.name if size else "",
        type="uint8" if is_bytes else "float32",
        layout="NCHW" if planes_first else "NHWC",
        colour="RGB" if is_bytes else custom.colour,
        normalisation="in the graph" if is_bytes else custom.normalisation,
        fill=custom.fill,
        height=height,
        width=width,
    )


def _pictures_and_size(file: OnnxFile) -> tuple[End, End | None]:
    """The input for pictures, and the one that is told their size, where there is one. Raises: ModelInputUnknown."""
    others = [end for end in file.inputs if not _takes_pictures(end)]
    pictures = [end for end in file.inputs if _takes_pictures(end)]
    sizes = [
        end for end in others if end.type == "int64" and len(end.shape) == 2 and end.shape[1] in (2, None)
    ]
    if len(pictures) != 1 or len(sizes) > 1 or sizes != others:
        raise ModelInputUnknown(path=file.path, found="; ".join(map(str, file.inputs)))
    return pictures[0], sizes[0] if sizes else None


def _takes_pictures(end: End) -> bool:
    return end.type in ("uint8", "float32") and len(end.shape) == 4 and 3 in end.shape[1::2]


def _sides(file: OnnxFile, wish: Wish, end: End, planes_first: bool) -> tuple[int, int]:
    """Height and width: the file's where it has them, else the wish's; 0 for a network that is to take any."""
    stated = end.shape[2:] if planes_first else end.shape[1:3]
    form = FORMS[wish.decoding]
    asked = (wish.size[1], wish.size[0]) if wish.size else (None, None)
    sides = [own or other or 0 for own, other in zip(stated, asked, strict=True)]
    if wish.size and (form.size == "any" or tuple(sides) != asked):
        raise ModelSizeUnexpected(path=file.path, asked=f"{wish.size[0]}x{wish.size[1]}", found=end)
    if 0 in sides and (form.size == "one" or any(sides)):
        raise ModelSizeMissing(path=file.path, found=end)
    if (form.size == "any" and any(sides)) or any(side % form.step for side in sides):
        wanted = "H = W = free" if form.size == "any" else f"H, W = n x {form.step}"
        raise ModelInputUnfit(path=file.path, found=end, decoding=wish.decoding, wanted=wanted)
    return sides[0], sides[1]


def _outputs(
    file: OnnxFile, wish: Wish, answers: Mapping[str, Numbers], fed: Input
) -> tuple[tuple[Output, ...], int]:
    """The outputs that the decoding reads, in its order, and how many classes they have."""
    form, height, width = FORMS[wish.decoding], fed.height, fed.width
    ends = [end for end in file.outputs if end.name in answers]
    offered = [(end.type, answers[end.name].shape) for end in ends]
    fits = form.match(offered, height, width)
    if len(fits) > 1:  # where shapes leave it open, the names tell
        fits = [
            (which, classes) for which, classes in fits if _named_so(wish.decoding, [ends[i] for i in which])
        ]
    if len(fits) != 1:
        others = decodings_that_fit(offered, height, width)
        raise ModelDecodingMismatch(
            path=file.path,
            found="; ".join(
                f"{end.name} {type} {describe(shape)}"
                for end, (type, shape) in zip(ends, offered, strict=True)
            )
            or "; ".join(map(str, file.outputs)),
            decoding=wish.decoding,
            expected=_described(wish.decoding, height, width),
            fits=", ".join(sorted({*others} - {wish.decoding})) or "-",
        )
    ((which, classes),) = fits
    outputs = [
        _output(ends[index], offered[index][1], read.shape(height, width))
        for index, read in zip(which, form.outputs, strict=True)
    ]
    return tuple(outputs), classes


def _output(end: End, answered: Shape, read: Shape) -> Output:
    """Free where both the file and the decoding leave it open."""
    return Output(
        name=end.name,
        shape=tuple(
            0 if own is None and any_number is None and axis else size or 0
            for axis, (own, size, any_number) in enumerate(zip(end.shape, answered, read, strict=True))
        ),
    )


def _named_so(decoding: Decoding, ends: Sequence[End]) -> bool:
    return decoding == "detr" and "box" in ends[1].name.lower() and "box" not in ends[0].name.lower()


def _described(decoding: Decoding, height: int, width: int) -> str:
    described = []
    for output in FORMS[decoding].outputs:
        sizes = ["free" if size is None else str(size) for size in output.shape(height, width)]
        if output.classes_at is not None:
            axis, before = output.classes_at
            sizes[axis] = f"{before}+classes" if before else "classes"
        described.append(f"[{', '.join(sizes)}]")
    return f"{'; '.join(described)} ({width}x{height})"


def _names(file: OnnxFile, wish: Wish, count: int) -> tuple[str, ...]:
    """One name a class, exactly one of them "person": the file's names, COCO's where there are 80, else numbers."""
    names = file.class_names
    if FORMS[wish.decoding].labels:
        count = len(names) or len(coco.CLASSES)
    if wish.decoding == "detr" and count in (len(names) + 1, _DETR_COCO):
        names = (*(names or coco.CATEGORIES), NOTHING)
    if wish.decoding == "detr" and count == len(coco.CATEGORIES):
        names = names or coco.CATEGORIES
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


def _be_plausible(file: OnnxFile, wish: Wish, rows: Rows, sides: tuple[int, int]) -> None:
    """Numbers that fit by their shape may still mean something else: boxes decoded already, or shares of the picture."""
    kind = FORMS[wish.decoding].kind
    if not len(rows):
        return
    scores, lengths = rows[:, 4], (rows[:, 2:4] - rows[:, :2]).ravel()
    places = rows[:, :2].ravel()
    if kind == "density":
        scores, lengths = rows[:, 5], lengths[:0]
        fits = np.isfinite(rows).all() and np.abs(scores).sum() < _MOST_PERSONS
    else:
        fits = np.isfinite(rows).all() and -0.01 <= scores.min() <= scores.max() <= 1.01
    if fits and kind == "points":
        fits = places.min() > -max(sides) and 2.0 < places.max() < 2.0 * max(sides)
    if fits and kind in ("boxes", "poses"):
        shortest, typical = np.percentile(lengths, (1, 50))
        fits = shortest > -1.0 and 2.0 < typical < 2.0 * max(sides)
    if fits and kind == "poses":
        fits = np.abs(rows[:, 5:]).max() < 4.0 * max(sides)
    if fits:
        return
    shown = lengths if len(lengths) else np.zeros(1)
    raise ModelAnswerImplausible(
        path=file.path,
        decoding=wish.decoding,
        found="; ".join(map(str, file.outputs)),
        scores=f"{scores.min():.3g} … {scores.max():.3g}",
        sides=f"{shown.min():.3g} … {shown.max():.3g}",
    )
