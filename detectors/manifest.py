"""A model's manifest, NAME.toml beside NAME.onnx: where it comes from, how it is fed, how its answer is read.

The manifest is believed only after the file has the sha256 that it states; see onnx_session for the shapes.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)

from detectors.decoding import DECODINGS, FORMS, Decoding, Form, Reading, Shape, Task, decodings_for
from detectors.errors import (
    DecodingUnknown,
    ManifestUnreadable,
    ModelAmbiguous,
    ModelFolderMissing,
    ModelNameUnknown,
    ModelNotFound,
)
from runtime.processor import int8_instructions

#: what is taken, of several for one task, where the settings name none
SHIPPED: Mapping[Task, str] = {"pose": "movenet_multipose", "person": "nanodet_416"}
#: what is taken instead where the processor has instructions for int8: as good by our evaluations, and cheaper
SHIPPED_INT8: Mapping[Task, str] = {"person": "nanodet_416_int8"}
#: the name of the class that says "none of the others", the last of those that exclude each other
NOTHING = "nothing"


Positive = Annotated[float, Field(gt=0)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Table):
    author: str = Field(min_length=1)
    package: str = Field(min_length=1)
    version: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    #: makes the file again from the package
    command: str = Field(min_length=1)
    #: name of the float32 network that it was made from; empty where it is one itself
    original: str = ""


class Spread(_Table):
    """A pixel is fed as (value - mean) / std, by channel, in the order of `colour`; values are 0 to 255."""

    mean: tuple[float, float, float]
    std: tuple[Positive, Positive, Positive]


class Input(_Table):
    name: str = Field(min_length=1)
    #: of a second input, int64 [1, 2], that is told the width and height of the first; empty where there is none
    size_name: str = ""
    type: Literal["uint8", "float32"]
    layout: Literal["NHWC", "NCHW"]
    colour: Literal["RGB", "BGR"]
    #: "in the graph": the network is fed 0 to 255 as they are
    normalisation: Annotated[
        Annotated[Literal["in the graph", "1/255"], Tag("words")] | Annotated[Spread, Tag("numbers")],
        Discriminator(lambda value: "numbers" if isinstance(value, dict | Spread) else "words"),
    ]
    #: grey of the canvas beside the picture, 0 to 255
    fill: int = Field(default=0, ge=0, le=255)
    #: pixels; 0 where the network takes any, and is asked for poses at several sizes
    height: int = Field(ge=0)
    width: int = Field(ge=0)

    @model_validator(mode="after")
    def _bytes_stay_bytes(self) -> "Input":
        if self.type == "uint8" and self.normalisation != "in the graph":
            raise ValueError('type uint8 is fed 0 to 255: normalisation must be "in the graph"')
        return self

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Of a batch of one; None where the network takes any size."""
        sides = (self.height or None, self.width or None)
        return (1, *sides, 3) if self.layout == "NHWC" else (1, 3, *sides)


class Output(_Table):
    name: str = Field(min_length=1)
    #: 0 where any number will do
    shape: tuple[Annotated[int, Field(ge=0)], ...] = Field(min_length=1)
    #: what the numbers of a density map are divided by: some are trained on persons times a hundred
    scale: Positive = 1.0

    @property
    def sizes(self) -> Shape:
        return tuple(size or None for size in self.shape)


class Thresholds(_Table):
    #: least score of a person, 0 to 1
    score: float = Field(ge=0, le=1)
    #: least score of a keypoint, 0 to 1; poses only
    keypoint: float = Field(default=0.2, ge=0, le=1)
    #: boxes with a greater intersection over union are one person; boxes only
    overlap: float = Field(default=0.5, ge=0, le=1)


class Manifest(_Table):
    name: str = Field(min_length=1)
    file: str = Field(pattern=r"^[^/\\]+\.onnx$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    decoding: Decoding
    #: what the network tells apart, in its order; the rules know persons only, so "person" is one of them
    classes: tuple[str, ...] = Field(min_length=1)
    source: Source
    input: Input
    output: Output
    #: the other outputs, in the order in which the decoding reads them
    further: tuple[Output, ...] = ()
    thresholds: Thresholds

    @property
    def task(self) -> Task:
        return self.form.task

    @property
    def form(self) -> Form:
        return FORMS[self.decoding]

    @property
    def counts(self) -> bool:
        """Whether it may be asked for persons."""
        return self.form.counts and self.input.width > 0

    @property
    def outputs(self) -> tuple[Output, ...]:
        return self.output, *self.further

    @property
    def person(self) -> int:
        """Which of the classes is the person."""
        return self.classes.index("person")

    def reading(self, height: int, width: int) -> Reading:
        """At this size of the input, pixels."""
        return Reading(
            height=height,
            width=width,
            person=self.person,
            nothing=self.classes[-1] == NOTHING,
            scale=self.output.scale,
        )

    @model_validator(mode="after")
    def _agrees_with_its_decoding(self) -> "Manifest":
        if self.classes.count("person") != 1:
            raise ValueError('classes: exactly one must be "person"')
        form = self.form
        if not form.tells_classes and len(self.classes) > 1:
            raise ValueError(f'classes: decoding {self.decoding} knows "person" only')
        if len(self.outputs) != len(form.outputs):
            raise ValueError(f"further: decoding {self.decoding} reads {len(form.outputs)} outputs")
        sides = (self.input.height, self.input.width)
        if form.size == "any" and any(sides):
            raise ValueError("input: poses are asked for at several sizes, so height and width must be 0")
        if not all(sides) and (form.size == "one" or any(sides)):
            raise ValueError("input: height and width must be stated")
        for name, side in zip(("height", "width"), sides, strict=True):
            if side % form.step:
                raise ValueError(f"input.{name}: must be a multiple of {form.step}")
        return self


def read_manifest(path: Path) -> Manifest:
    """Raises ManifestUnreadable with the key that is wrong, or DecodingUnknown."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestUnreadable(path=path, reason=str(error)) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestUnreadable(path=path, reason=str(error)) from error
    if isinstance(asked := data.get("decoding"), str):
        known_decoding(asked, asker=str(path))
    try:
        return Manifest.model_validate(data)
    except ValidationError as error:
        raise ManifestUnreadable(path=path, reason=_reason(error)) from error


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    words = first["msg"].removeprefix("Value error, ")
    return f"{where}: {words}" if where else words


def known_decoding(name: str, *, asker: str) -> Decoding:
    """Raises: DecodingUnknown, with those there are."""
    for decoding in FORMS:
        if decoding == name:
            return decoding
    raise DecodingUnknown(asker=asker, decoding=name, known=DECODINGS)


def find_manifest(folder: Path, task: Task, name: str = "", *, int8: bool | None = None) -> Manifest:
    """The manifest of `folder` for that task with that name; without a name the shipped one, or the only one.

    Where an int8 network ships beside the float32 one, it is taken if this processor has instructions for it; `int8` says
    otherwise.

    A network that gives poses may be asked for persons too, by its name; without one it is not thought of.

    Raises: ModelFolderMissing, ManifestUnreadable, DecodingUnknown, ModelNotFound, ModelNameUnknown, ModelAmbiguous.
    """
    offers = [
        manifest
        for manifest in manifests_in(folder)
        if manifest.task == task or (task == "person" and manifest.name == name and manifest.counts)
    ]
    if not offers:
        raise ModelNotFound(path=folder, task=task, decodings=decodings_for(task))
    names = ", ".join(manifest.name for manifest in offers)
    preferred = [name] if name else _shipped(task, bool(int8_instructions()) if int8 is None else int8)
    chosen: list[Manifest] = []
    for wanted in preferred:
        chosen = chosen or [manifest for manifest in offers if manifest.name == wanted]
    if name and not chosen:
        raise ModelNameUnknown(path=folder, task=task, name=name, names=names)
    chosen = chosen or offers
    if len(chosen) > 1:
        raise ModelAmbiguous(path=folder, task=task, count=len(chosen), names=names)
    return chosen[0]


def _shipped(task: Task, int8: bool) -> list[str]:
    """Best first."""
    return [SHIPPED_INT8[task], SHIPPED[task]] if int8 and task in SHIPPED_INT8 else [SHIPPED[task]]


def manifests_in(folder: Path) -> list[Manifest]:
    """Every manifest of the folder, by name of file. Raises: ModelFolderMissing, ManifestUnreadable, DecodingUnknown."""
    if not folder.is_dir():
        raise ModelFolderMissing(path=folder)
    return [read_manifest(path) for path in sorted(folder.glob("*.toml"))]
