"""A model's manifest, NAME.toml beside NAME.onnx: where it comes from, how it is fed, how its answer is read.

The manifest is believed only after the file has the sha256 that it states; see onnx_session for the shapes.
"""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detectors.errors import (
    ManifestUnreadable,
    ModelAmbiguous,
    ModelFolderMissing,
    ModelNotFound,
)

Decoding = Literal["movenet", "nanodet"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Table):
    author: str = Field(min_length=1)
    package: str = Field(min_length=1)
    version: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    #: makes the file again from the package
    command: str = Field(min_length=1)


class Input(_Table):
    name: str = Field(min_length=1)
    type: Literal["uint8"]
    layout: Literal["NHWC"]
    colour: Literal["RGB"]
    normalisation: Literal["in the graph"]
    #: pixels; 0 where the network takes any multiple of 32
    height: int = Field(ge=0)
    width: int = Field(ge=0)


class Output(_Table):
    name: str = Field(min_length=1)
    shape: tuple[int, ...] = Field(min_length=1)


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
    #: what the rows of the output are; the rules know persons only
    classes: tuple[Literal["person"]]
    source: Source
    input: Input
    output: Output
    thresholds: Thresholds


def read_manifest(path: Path) -> Manifest:
    """Raises ManifestUnreadable with the key that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestUnreadable(path=path, reason=str(error)) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestUnreadable(path=path, reason=str(error)) from error
    try:
        return Manifest.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ManifestUnreadable(path=path, reason=f"{where}: {first['msg']}") from error


def find_manifest(folder: Path, decoding: Decoding) -> Manifest:
    """The one manifest of `folder` with that decoding: none, or several, is an error with a name."""
    if not folder.is_dir():
        raise ModelFolderMissing(path=folder)
    offers = [
        manifest
        for manifest in (read_manifest(path) for path in sorted(folder.glob("*.toml")))
        if manifest.decoding == decoding
    ]
    if not offers:
        raise ModelNotFound(path=folder, decoding=decoding)
    if len(offers) > 1:
        names = ", ".join(manifest.name for manifest in offers)
        raise ModelAmbiguous(path=folder, decoding=decoding, count=len(offers), names=names)
    return offers[0]
