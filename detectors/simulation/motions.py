"""Motions by name, made once and kept on disk under everything that they depend on.

That is the kind, the body, the seed, and the code that makes them: a changed bone is another motion.
"""

import hashlib
import inspect
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from zipfile import BadZipFile

import numpy as np

from detectors.errors import MemoryFolderUnusable
from detectors.simulation import body, falls, gait, motion, ordinary, ragdoll, skeleton, stances
from detectors.simulation.motion import Motion

_log = logging.getLogger(__name__)

_MAKERS: Sequence[ModuleType] = (body, skeleton, stances, gait, ragdoll, falls, ordinary, motion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a motion is made of."""

    kind: str
    #: number of the body
    body: int
    seed: int

    @property
    def falls(self) -> bool:
        return self.kind in falls.FALLS


def make(script: Script) -> Motion | None:
    """None where nobody fell in many tries. Raises: SimulatorMissing."""
    bones = skeleton.skeleton_of(body.sample_body(script.body))
    rng = np.random.default_rng([7, script.seed, script.body])
    if script.falls:
        return falls.fall(script.kind, bones, rng)
    return ordinary.ordinary(script.kind, bones, rng)


class MotionStore:
    def __init__(self, folder: Path) -> None:
        """Raises: MemoryFolderUnusable."""
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MemoryFolderUnusable(path=folder, reason=error.strerror or str(error)) from error

    def motion(self, script: Script) -> Motion | None:
        """Raises: SimulatorMissing, MemoryFolderUnusable."""
        path = self._folder / f"{_key(script)}.npz"
        found = _read(path)
        if found is not None:
            return found
        made = make(script)
        if made is not None:
            _write(path, made)
        return made


def _key(script: Script) -> str:
    text = f"{_code()} {script.kind} {script.body} {script.seed}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for maker in _MAKERS:
        digest.update(inspect.getsource(maker).encode())
    return digest.hexdigest()


def _read(path: Path) -> Motion | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            start_s, end_s = arrays["fall_s"].tolist()
            return Motion(
                keypoints=arrays["keypoints"].astype(np.float32),
                height=float(arrays["height"]),
                fall_s=None if np.isnan(start_s) else (start_s, end_s),
            )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        _log.warning("motion forgotten: path=%s reason=%s", path, error)
        return None


def _write(path: Path, made: Motion) -> None:
    draft = path.with_suffix(f".{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            np.savez(
                file,
                keypoints=made.keypoints.astype(np.float16),
                height=np.array(made.height),
                fall_s=np.array(made.fall_s or (np.nan, np.nan)),
            )
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise MemoryFolderUnusable(path=path.parent, reason=error.strerror or str(error)) from error
