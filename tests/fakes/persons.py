"""A network that sees what a test wants."""

from detectors.detection import Box, Detection
from detectors.detector import PersonDetector
from detectors.event import ModelFact
from streams.frame import Frame


class Somebody:
    """Sees one person, always at the same place, or nobody."""

    def __init__(self, box: Box | None) -> None:
        self._box = box

    @property
    def fact(self) -> ModelFact:
        return ModelFact(name="somebody", sha256="0" * 64)

    @property
    def score(self) -> float:
        return 0.5

    def scale(self, width: int, height: int) -> float:
        return 1.0

    def look(self, frame: Frame, *, least: float | None = None) -> tuple[Detection, ...]:
        return () if self._box is None else (Detection(box=self._box, score=0.9),)


_conforms: type[PersonDetector] = Somebody
