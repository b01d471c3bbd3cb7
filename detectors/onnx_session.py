"""The only door to ONNX Runtime: one network, checked against its manifest before it is run, then picture in, numbers out.

A session is shared by all cameras and threads: `run` may be called from many at once, and computes in the caller's
thread when `threads` is 1, so that a machine's load is set by how many cameras analyse at once and by nothing else.
"""

import ast
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from detectors.decoding import FORMS, Answer, Shape, agree, decodings_that_fit, describe
from detectors.errors import (
    ModelDecodingMismatch,
    ModelFileChanged,
    ModelFileMissing,
    ModelShapeUnexpected,
    ModelUnloadable,
)
from detectors.event import ModelFact
from detectors.feeding import Picture, tensor_of
from detectors.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One input or output, as the file states it."""

    name: str
    #: uint8, float32, …
    type: str
    shape: Shape

    def __str__(self) -> str:
        return f"{self.name} {self.type} {describe(self.shape)}"


class OnnxFile:
    """What a file offers, whatever a manifest says of it."""

    def __init__(self, path: Path, *, sha256: str | None = None, threads: int = 1) -> None:
        """Nothing is loaded that has not the `sha256` which is expected, where one is.

        Raises: ModelFileMissing, ModelFileChanged, ModelUnloadable.
        """
        data = _read(path)
        self.path = path
        self.sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in (None, self.sha256):
            raise ModelFileChanged(path=path, found=self.sha256, expected=sha256)
        self.session = _load(path, data, threads)
        self.inputs = tuple(_end(node) for node in self.session.get_inputs())
        self.outputs = tuple(_end(node) for node in self.session.get_outputs())

    @property
    def class_names(self) -> tuple[str, ...]:
        """As Ultralytics writes them into its exports; empty if the file has none."""
        text = self.session.get_modelmeta().custom_metadata_map.get("names", "")
        try:
            names = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return ()
        if isinstance(names, Mapping):
            names = [names[key] for key in sorted(names)] if all(isinstance(k, int) for k in names) else ()
        return tuple(str(name) for name in names) if isinstance(names, list | tuple) else ()

    def answers(self, tensor: npt.NDArray[Any]) -> dict[str, Answer]:
        """Every output for one input, batch axis and all. Raises: ModelUnloadable, if it does not run."""
        try:
            answers = self.session.run(None, {self.inputs[0].name: tensor})
        except Exception as error:  # ONNX Runtime's errors have no common base
            raise ModelUnloadable(path=self.path, reason=_first_line(error)) from error
        return {
            end.name: np.asarray(answer, np.float32)
            for end, answer in zip(self.outputs, answers, strict=True)
            if end.type == "float32"
        }


class OnnxSession:
    def __init__(self, *, folder: Path, manifest: Manifest, threads: int = 1) -> None:
        """Raises: ModelFileMissing, ModelFileChanged, ModelUnloadable, ModelShapeUnexpected, ModelDecodingMismatch."""
        file = OnnxFile(folder / manifest.file, sha256=manifest.sha256, threads=threads)
        self.manifest = manifest
        self._session = file.session
        self._output = manifest.output.name
        self._input = manifest.input.name
        _check_input(file, manifest)
        _check_output(file, manifest)

    @property
    def fact(self) -> ModelFact:
        return ModelFact(name=self.manifest.name, sha256=self.manifest.sha256)

    def run(self, picture: Picture) -> Answer:
        """uint8 RGB (height, width, 3) in, the network's output without its batch axis out."""
        tensor = tensor_of(picture, self.manifest.input)
        (answer,) = self._session.run([self._output], {self._input: tensor})
        return np.asarray(answer[0], np.float32)


def _check_input(file: OnnxFile, manifest: Manifest) -> None:
    wanted = manifest.input
    expected = End(name=wanted.name, type=wanted.type, shape=wanted.shape)
    free = [side is None for side in expected.shape]
    fits = len(file.inputs) == 1 and _same(file.inputs[0], expected)
    # a network that must take any size must really do so
    if not fits or any(is_free and file.inputs[0].shape[i] is not None for i, is_free in enumerate(free)):
        found = "; ".join(map(str, file.inputs))
        raise ModelShapeUnexpected(path=file.path, end="input", found=found, expected=str(expected))


def _check_output(file: OnnxFile, manifest: Manifest) -> None:
    found = "; ".join(map(str, file.outputs))
    expected = End(name=manifest.output.name, type="float32", shape=manifest.output.shape)
    if not any(_same(end, expected) for end in file.outputs):
        raise ModelShapeUnexpected(path=file.path, end="output", found=found, expected=str(expected))
    sides = manifest.input.height, manifest.input.width
    shape = FORMS[manifest.decoding].shape_for(*sides, len(manifest.classes))
    if not agree(shape, manifest.output.shape):
        raise ModelDecodingMismatch(
            path=file.path,
            found=found,
            decoding=manifest.decoding,
            expected=f"{describe(shape)} ({sides[1]}x{sides[0]}, {len(manifest.classes)} classes)",
            fits=", ".join(decodings_that_fit(manifest.output.shape, *sides)) or "-",
        )


def _same(end: End, expected: End) -> bool:
    return (end.name, end.type) == (expected.name, expected.type) and agree(end.shape, expected.shape)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelFileMissing(path=path, reason=error.strerror or str(error)) from error


def _load(path: Path, data: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # otherwise idle threads spin and take the cores from the decoders
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no common base
        raise ModelUnloadable(path=path, reason=_first_line(error)) from error


def _end(node: onnxruntime.NodeArg) -> End:
    kind = node.type.removeprefix("tensor(").removesuffix(")")
    return End(
        name=node.name,
        type="float32" if kind == "float" else kind,
        shape=tuple(size if isinstance(size, int) else None for size in node.shape),
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
