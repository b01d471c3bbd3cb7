"""Memories of videos on disk, each in one file named for everything that the networks' answers depend on.

That is: the bytes of the video, the manifests of the networks (which name the networks' own hashes and thresholds), the
code that feeds them, the libraries that run them, and how many frames a second were sampled. Anything else would be a
stale memory that looks like a fresh one. What cannot be read is forgotten, with a line in the log.
"""

import hashlib
import importlib.metadata
import inspect
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from detectors.decoding import Form, Reading
from detectors.detection import Box, Detection, Pose
from detectors.errors import MemoryFolderUnusable
from detectors.event import ModelFact
from detectors.feeding import tensor_of
from detectors.onnx_session import OnnxSession
from detectors.person import PersonModel
from detectors.pose import PoseModel
from detectors.providers import ProviderUse
from detectors.remembered import KEY_WIDTH, Cost, Memory, Stamp
from detectors.rows import detections_of
from streams.frame import Frame
from streams.sampler import Sampler

_log = logging.getLogger(__name__)

#: of the file's own form
_FORM = 1
#: whose code decides what a network is shown and how its answer is read
_FEEDERS = (Sampler, Frame, PoseModel, PersonModel, OnnxSession, Form, Reading, detections_of, tensor_of)
_LIBRARIES = ("av", "numpy", "onnxruntime", "opencv-python-headless")
_CHUNK = 1 << 20


class MemoryStore:
    def __init__(
        self,
        folder: Path,
        models_folder: Path,
        *,
        asked: Sequence[ModelFact] = (),
        uses: Sequence[ProviderUse] = (),
    ) -> None:
        """`asked` are the networks of the folder that are asked, `uses` what runs them: others answer otherwise.

        Raises: MemoryFolderUnusable.
        """
        self._folder = folder
        self._circumstances = _circumstances(models_folder, asked, uses)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MemoryFolderUnusable(path=folder, reason=error.strerror or str(error)) from error

    def key(self, video: Path, fps: float) -> str:
        """Reads the whole video. Raises: OSError."""
        digest = hashlib.sha256(f"{self._circumstances} {fps!r} ".encode())
        with video.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def load(self, key: str) -> Memory:
        """An empty memory where there is none, or none that can be read."""
        path = self._path(key)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return _from_arrays({name: arrays[name] for name in arrays.files})
        except FileNotFoundError:
            return Memory()
        except (OSError, ValueError, KeyError, IndexError, EOFError, BadZipFile) as error:
            _log.warning("memory forgotten: path=%s reason=%s", path, error)
            return Memory()

    def save(self, key: str, memory: Memory) -> None:
        """Whole or not at all. Raises: MemoryFolderUnusable."""
        path = self._path(key)
        draft = path.with_suffix(f".{os.getpid()}.part")
        try:
            with draft.open("wb") as file:
                np.savez(file, **_as_arrays(memory))  # type: ignore[arg-type]
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise MemoryFolderUnusable(path=path.parent, reason=error.strerror or str(error)) from error

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npz"


def _circumstances(models_folder: Path, asked: Sequence[ModelFact], uses: Sequence[ProviderUse]) -> str:
    digest = hashlib.sha256(str(_FORM).encode())
    for fact in asked:
        digest.update(f"{fact.name} {fact.sha256}\n".encode())
    for use in uses:
        if use.provider != "cpu":
            digest.update(f"{use.model} on {use.provider}\n".encode())
    for manifest in sorted(models_folder.glob("*.toml")):
        digest.update(manifest.read_bytes())
    for kind in _FEEDERS:
        digest.update(inspect.getsource(inspect.getmodule(kind) or kind).encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {importlib.metadata.version(library)}\n".encode())
    return digest.hexdigest()


def _as_arrays(memory: Memory) -> dict[str, npt.NDArray[np.generic]]:
    looks = memory.looks
    detections = [detection for found in looks.values() for detection in found]
    poses = [detection.pose.keypoints for detection in detections if detection.pose is not None]
    costs = {name: asdict(cost) for name, cost in memory.costs.items()}
    stamps = [(stamp.pts_s, stamp.width, stamp.height) for stamp in memory.stamps or ()]
    boxes = [(d.box.left, d.box.top, d.box.right, d.box.bottom, d.score) for d in detections]
    return {
        "keys": np.frombuffer(b"".join(looks), np.float64).reshape(-1, KEY_WIDTH),
        "found": np.array([len(found) for found in looks.values()], np.int64),
        "boxes": np.array(boxes, np.float64).reshape(-1, 5),
        "weights": np.array([detection.weight for detection in detections], np.float64),
        "posed": np.array([detection.pose is not None for detection in detections], np.bool_),
        "keypoints": np.array(poses, np.float32).reshape(-1, 17, 3),
        "stamps": np.array(stamps, np.float64).reshape(-1, 3),
        "complete": np.array(memory.stamps is not None),
        "costs": np.array(json.dumps(costs)),
    }


def _from_arrays(arrays: Mapping[str, npt.NDArray[np.generic]]) -> Memory:
    detections = _detections(arrays)
    looks, first = {}, 0
    for key, found in zip(arrays["keys"], arrays["found"].tolist(), strict=True):
        looks[key.tobytes()] = tuple(detections[first : first + found])
        first += found
    if first != len(detections):
        raise ValueError("detections that belong to no look")
    stamps = tuple(
        Stamp(pts_s=pts_s, width=int(width), height=int(height))
        for pts_s, width, height in arrays["stamps"].tolist()
    )
    costs = cast(dict[str, dict[str, float]], json.loads(str(arrays["costs"])))
    return Memory(
        stamps=stamps if bool(arrays["complete"]) else None,
        looks=looks,
        costs={name: _cost(numbers) for name, numbers in costs.items()},
    )


def _detections(arrays: Mapping[str, npt.NDArray[np.generic]]) -> list[Detection]:
    if int(arrays["posed"].sum()) != len(arrays["keypoints"]):
        raise ValueError("poses that belong to no detection")
    keypoints = iter(cast(npt.NDArray[np.float32], arrays["keypoints"]))
    # A memory of before there were density maps has none: all are 1.
    weights = arrays.get("weights", np.ones(len(arrays["boxes"])))
    return [
        Detection(
            box=Box(left=left, top=top, right=right, bottom=bottom),
            score=score,
            pose=Pose(keypoints=next(keypoints)) if posed else None,
            weight=weight,
        )
        for (left, top, right, bottom, score), posed, weight in zip(
            arrays["boxes"].tolist(), arrays["posed"].tolist(), weights.tolist(), strict=True
        )
    ]


def _cost(numbers: Mapping[str, float]) -> Cost:
    return Cost(
        cpu_s=numbers["cpu_s"],
        wall_s=numbers["wall_s"],
        frames=int(numbers["frames"]),
        media_s=numbers["media_s"],
    )
