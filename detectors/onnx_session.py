"""The only door to ONNX Runtime: one network, checked against its manifest before it is run, then picture in, numbers out.

A session is shared by all cameras and threads: `run` may be called from many at once, and computes in the caller's
thread when `threads` is 1, so that a machine's load is set by how many cameras analyse at once and by nothing else.
"""

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from detectors.errors import (
    ModelFileChanged,
    ModelFileMissing,
    ModelShapeUnexpected,
    ModelUnloadable,
)
from detectors.event import ModelFact
from detectors.manifest import Manifest

Picture = npt.NDArray[np.uint8]
Answer = npt.NDArray[np.float32]


class OnnxSession:
    def __init__(self, *, folder: Path, manifest: Manifest, threads: int = 1) -> None:
        """Raises ModelFileMissing, ModelFileChanged, ModelUnloadable or ModelShapeUnexpected."""
        path = folder / manifest.file
        data = _read_checked(path, manifest.sha256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # otherwise idle threads spin and take the cores from the decoders
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's errors have no common base
            raise ModelUnloadable(path=path, reason=_first_line(error)) from error
        self.manifest = manifest
        self._session = session
        self._output = manifest.output.name
        self._input = manifest.input.name
        self._check_ends(path)

    @property
    def fact(self) -> ModelFact:
        return ModelFact(name=self.manifest.name, sha256=self.manifest.sha256)

    def run(self, picture: Picture) -> Answer:
        """uint8 RGB (height, width, 3) in, the network's output without its batch axis out."""
        (answer,) = self._session.run([self._output], {self._input: picture[None]})
        return np.asarray(answer[0], np.float32)

    def _check_ends(self, path: Path) -> None:
        wanted = self.manifest.input
        expected = f"{wanted.name} uint8 [1, {wanted.height or 'free'}, {wanted.width or 'free'}, 3]"
        found = "; ".join(_describe(end) for end in self._session.get_inputs())
        if found != expected:
            raise ModelShapeUnexpected(path=path, end="input", found=found, expected=expected)
        expected = f"{self._output} float [{', '.join(map(str, self.manifest.output.shape))}]"
        found = "; ".join(_describe(end) for end in self._session.get_outputs())
        if found != expected:
            raise ModelShapeUnexpected(path=path, end="output", found=found, expected=expected)


def _read_checked(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelFileMissing(path=path, reason=error.strerror or str(error)) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ModelFileChanged(path=path, found=found, expected=sha256)
    return data


def _describe(end: onnxruntime.NodeArg) -> str:
    sizes = ", ".join(str(size) if isinstance(size, int) else "free" for size in end.shape)
    kind = end.type.removeprefix("tensor(").removesuffix(")")
    return f"{end.name} {kind} [{sizes}]"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
