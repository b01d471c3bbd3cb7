"""The networks of this server, loaded once and shared by every camera and thread."""

from dataclasses import dataclass
from pathlib import Path

from detectors.decoding import Task
from detectors.detector import PersonDetector, PoseDetector
from detectors.event import ModelFact
from detectors.manifest import find_manifest
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


def load_models(folder: Path, *, threads: int = 1, person: str = "", pose: str = "") -> Models:
    """Load and check every network that the rules need; a DetectorError says which file is wrong and how.

    `threads` is how many cores one run of a network may take; `person` and `pose` name the manifest of each task,
    empty is the shipped one, or the only one there is.
    """
    return Models(
        pose=PoseModel(_load(folder, "pose", pose, threads)),
        person=PersonModel(_load(folder, "person", person, threads)),
    )


def _load(folder: Path, task: Task, name: str, threads: int) -> OnnxSession:
    return OnnxSession(folder=folder, manifest=find_manifest(folder, task, name), threads=threads)
