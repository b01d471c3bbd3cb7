"""`fall`: placeholder."""

from collections.abc import Sequence

from detectors.event import Finding
from detectors.scene import Scene
from detectors.settings import FallSettings
from detectors.zones import Zone

VERSION = "fall-1"


class FallRule:
    def __init__(self, *, zones: Sequence[Zone], settings: FallSettings, keypoint_score: float) -> None:
        self._settings = settings

    def observe(self, scene: Scene) -> tuple[Finding, ...]:
        return ()

    def restart(self) -> None:
        pass
