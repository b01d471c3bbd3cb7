"""The networks of this server, loaded once and shared by every camera and thread."""

from dataclasses import dataclass
from pathlib import Path

from detectors.detector import PersonDetector, PoseDetector
from detectors.event import ModelFact
from detectors.manifest import Decoding, find_manifest
from detectors.onnx_session import OnnxSession
from detectors.person import PersonModel
from detectors.pose import PoseModel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Models:
    pose: PoseDetector
    person: PersonDetector

    @property
    def facts(self) -> tuple[ModelFact, ...]:
        """Name and sha256 of each, poses first."""
        return self.pose.fact, self.person.fact


def load_models(folder: Path, *, threads: int = 1) -> Models:
    """Load and check every network that the rules need; a DetectorError says which file is wrong and how.

    `threads` is how many cores one run of a network may take.
    """
    return Models(
        pose=PoseModel(_load(folder, "movenet", threads)),
        person=PersonModel(_load(folder, "nanodet", threads)),
    )


def _load(folder: Path, decoding: Decoding, threads: int) -> OnnxSession:
    return OnnxSession(folder=folder, manifest=find_manifest(folder, decoding), threads=threads)
