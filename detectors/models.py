"""The networks of this server, loaded once and shared by every camera and thread."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.decoding import Task
from detectors.detector import PersonDetector, PoseDetector
from detectors.event import ModelFact
from detectors.manifest import find_manifest
from detectors.onnx_session import OnnxSession
from detectors.person import PersonModel
from detectors.pose import PoseModel
from detectors.providers import Provider, ProviderUse, lacks_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Models:
    pose: PoseDetector
    person: PersonDetector
    #: who runs them, poses first; empty where nobody does, but a memory
    uses: tuple[ProviderUse, ...] = ()

    @property
    def facts(self) -> tuple[ModelFact, ...]:
        """Name and sha256 of each, poses first."""
        return self.pose.fact, self.person.fact


def load_models(
    folder: Path,
    *,
    threads: int = 1,
    providers: Sequence[Provider] = ("cpu",),
    person: str = "",
    pose: str = "",
) -> Models:
    """Load and check every network that the rules need; a DetectorError says which file is wrong and how.

    `threads` is how many cores one run of a network may take; `providers` are tried in that order, and what does not
    start is logged, once. `person` and `pose` name the manifest of each task, empty is the shipped one, or the only one
    there is.
    """
    poses, persons = (
        OnnxSession(
            folder=folder,
            manifest=find_manifest(folder, task, name),
            threads=threads,
            providers=providers,
        )
        for task, name in _wanted(pose, person)
    )
    uses = poses.use, persons.use
    for lack in lacks_of(uses):
        log.warning("provider missing: %s; %s", lack.message("en"), lack.message("zh"))
    return Models(pose=PoseModel(poses), person=PersonModel(persons), uses=uses)


def _wanted(pose: str, person: str) -> tuple[tuple[Task, str], tuple[Task, str]]:
    return ("pose", pose), ("person", person)
