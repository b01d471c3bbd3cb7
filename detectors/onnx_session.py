"""The only door to ONNX Runtime: one network, checked against its manifest before it is run, then picture in, numbers out.

A session is shared by all cameras and threads: `run` may be called from many at once, and computes in the caller's
thread when `threads` is 1, so that a machine's load is set by how many cameras analyse at once and by nothing else.
"""

import ast
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from detectors.decoding import Answer, Numbers, Shape, agree, decodings_that_fit, describe
from detectors.errors import (
    ModelDecodingMismatch,
    ModelFileChanged,
    ModelFileMissing,
    ModelShapeUnexpected,
    ModelUnloadable,
)
from detectors.event import ModelFact
from detectors.feeding import Picture, tensors_of
from detectors.manifest import Manifest
from detectors.providers import PROVIDERS, RUNTIME_NAMES, Lack, Provider, ProviderUse

#: types of an output that a decoding may read
READABLE = ("float32", "int64")


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One input or output, as the file states it."""

    name: str
    #: uint8, float32, …
    type: str
    shape: Shape

    def __str__(self) -> str:
        return f"{self.name} {self.type} {describe(self.shape)}"


def offered_providers() -> tuple[Provider, ...]:
    """Those that this ONNX Runtime has; whether one starts shows when it is asked to."""
    offered = onnxruntime.get_available_providers()
    return tuple(provider for provider in PROVIDERS if RUNTIME_NAMES[provider] in offered)


class OnnxFile:
    """What a file offers, whatever a manifest says of it."""

    def __init__(
        self,
        path: Path,
        *,
        sha256: str | None = None,
        threads: int = 1,
        providers: Sequence[Provider] = ("cpu",),
    ) -> None:
        """Nothing is loaded that has not the `sha256` which is expected, where one is.

        The first of `providers` that starts runs it, the CPU if none does: `provider` and `lacks` say so.
        Raises: ModelFileMissing, ModelFileChanged, ModelUnloadable.
        """
        data = _read(path)
        self.path = path
        self.sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in (None, self.sha256):
            raise ModelFileChanged(path=path, found=self.sha256, expected=sha256)
        self.session, self.provider, self.lacks = _load(path, data, threads, providers)
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

    def answers(self, fed: Mapping[str, npt.NDArray[Any]]) -> dict[str, Numbers]:
        """Every output that can be read, batch axis and all. Raises: ModelUnloadable, if it does not run."""
        try:
            answers = self.session.run(None, dict(fed))
        except Exception as error:  # ONNX Runtime's errors have no common base
            raise ModelUnloadable(path=self.path, reason=_first_line(error)) from error
        return {
            end.name: np.asarray(answer, np.float32)
            for end, answer in zip(self.outputs, answers, strict=True)
            if end.type in READABLE
        }


class OnnxSession:
    def __init__(
        self,
        *,
        folder: Path,
        manifest: Manifest,
        threads: int = 1,
        providers: Sequence[Provider] = ("cpu",),
    ) -> None:
        """Raises: ModelFileMissing, ModelFileChanged, ModelUnloadable, ModelShapeUnexpected, ModelDecodingMismatch."""
        path = folder / manifest.file
        file = OnnxFile(path, sha256=manifest.sha256, threads=threads, providers=providers)
        self.manifest = manifest
        self.use = ProviderUse(model=manifest.name, provider=file.provider, lacks=file.lacks)
        self._session = file.session
        self._outputs = [output.name for output in manifest.outputs]
        _check_input(file, manifest)
        _check_outputs(file, manifest)

    @property
    def fact(self) -> ModelFact:
        return ModelFact(name=self.manifest.name, sha256=self.manifest.sha256)

    def run(self, picture: Picture) -> Answer:
        """uint8 RGB (height, width, 3) in, the outputs that the decoding reads, each without its batch axis, out."""
        answer = self._session.run(self._outputs, tensors_of(picture, self.manifest.input))
        return tuple(np.asarray(output[0], np.float32) for output in answer)


def _check_input(file: OnnxFile, manifest: Manifest) -> None:
    wanted = manifest.input
    expected = End(name=wanted.name, type=wanted.type, shape=wanted.shape)
    told = End(name=wanted.size_name, type="int64", shape=(1, 2))
    ends = {end.name: end for end in file.inputs}
    picture, size = ends.pop(wanted.name, None), ends.pop(wanted.size_name, None)
    fits = not ends and picture is not None and _same(picture, expected)
    if wanted.size_name:
        fits = fits and size is not None and _same(size, told)
    # a network that must take any size must really do so
    if fits and picture is not None:
        fits = all(side is not None or picture.shape[i] is None for i, side in enumerate(expected.shape))
    if not fits:
        stated = f"{expected}; {told}" if wanted.size_name else str(expected)
        found = "; ".join(map(str, file.inputs))
        raise ModelShapeUnexpected(path=file.path, end="input", found=found, expected=stated)


def _check_outputs(file: OnnxFile, manifest: Manifest) -> None:
    found = "; ".join(map(str, file.outputs))
    form, sides = manifest.form, (manifest.input.height, manifest.input.width)
    stated = [
        End(name=output.name, type=read.type, shape=output.sizes)
        for output, read in zip(manifest.outputs, form.outputs, strict=True)
    ]
    if not all(any(_same(end, expected) for end in file.outputs) for expected in stated):
        expected = "; ".join(map(str, stated))
        raise ModelShapeUnexpected(path=file.path, end="output", found=found, expected=expected)
    shapes = [read.shape_for(*sides, len(manifest.classes)) for read in form.outputs]
    if not all(agree(shape, end.shape) for shape, end in zip(shapes, stated, strict=True)):
        offered = [(end.type, end.shape) for end in stated]
        raise ModelDecodingMismatch(
            path=file.path,
            found=found,
            decoding=manifest.decoding,
            expected=f"{'; '.join(map(describe, shapes))} ({sides[1]}x{sides[0]}, {len(manifest.classes)} classes)",
            fits=", ".join(decodings_that_fit(offered, *sides)) or "-",
        )


def _same(end: End, expected: End) -> bool:
    return (end.name, end.type) == (expected.name, expected.type) and agree(end.shape, expected.shape)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelFileMissing(path=path, reason=error.strerror or str(error)) from error


def _load(
    path: Path, data: bytes, threads: int, wanted: Sequence[Provider]
) -> tuple[onnxruntime.InferenceSession, Provider, tuple[Lack, ...]]:
    """The session, who runs it, and who was asked before and does not."""
    lacks: list[Lack] = []
    for provider in wanted:
        name = RUNTIME_NAMES[provider]
        known = name in onnxruntime.get_available_providers()
        if known:
            try:
                session = _session(path, data, threads, provider)
            except ModelUnloadable:
                session = None  # the file is at fault only if the CPU cannot load it either
            # ONNX Runtime falls back by itself, and says so in its own log only: ask it who came of it
            if session is not None and session.get_providers()[0] == name:
                return session, provider, tuple(lacks)
        lacks.append(Lack(provider=provider, known=known))
    return _session(path, data, threads, "cpu"), "cpu", tuple(lacks)


def _session(path: Path, data: bytes, threads: int, provider: Provider) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # otherwise idle threads spin and take the cores from the decoders
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    chosen: list[str | tuple[str, dict[str, str]]] = [RUNTIME_NAMES["cpu"]]
    if provider != "cpu":
        chosen.insert(0, (RUNTIME_NAMES[provider], _options(provider, threads)))
    try:
        session = onnxruntime.InferenceSession(data, options, providers=chosen)
    except Exception as error:  # ONNX Runtime's errors have no common base
        raise ModelUnloadable(path=path, reason=_first_line(error)) from error
    # a provider that fails later is an error, not another silent change of hands
    session.disable_fallback()
    return session


def _options(provider: Provider, threads: int) -> dict[str, str]:
    if provider == "openvino":
        return {"device_type": "CPU", "num_of_threads": str(threads)}
    return {}


def _end(node: onnxruntime.NodeArg) -> End:
    kind = node.type.removeprefix("tensor(").removesuffix(")")
    return End(
        name=node.name,
        type="float32" if kind == "float" else kind,
        shape=tuple(size if isinstance(size, int) else None for size in node.shape),
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
