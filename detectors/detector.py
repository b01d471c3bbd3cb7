"""What the pipeline asks of a network: to look at a frame. Whether it runs, or remembers, is its own affair."""

from typing import Protocol

from detectors.detection import Box, Detection
from detectors.event import ModelFact
from detectors.person import PersonModel
from detectors.pose import PoseModel, QuarterTurns
from streams.frame import Frame


class PoseDetector(Protocol):
    @property
    def fact(self) -> ModelFact: ...

    @property
    def keypoint_score(self) -> float:
        """Below it a keypoint is a guess."""
        ...

    def look(
        self,
        frame: Frame,
        *,
        size: int,
        area: Box | None = None,
        least: float | None = None,
        turned: QuarterTurns = 0,
    ) -> tuple[Detection, ...]:
        """Who is in `area`, or in the whole picture; see PoseModel."""
        ...


class PersonDetector(Protocol):
    @property
    def fact(self) -> ModelFact: ...

    @property
    def score(self) -> float:
        """From this score on a box is a person."""
        ...

    def scale(self, width: int, height: int) -> float:
        """How many pixels of the network's input a pixel of such a frame becomes."""
        ...

    def look(self, frame: Frame, *, least: float | None = None) -> tuple[Detection, ...]:
        """Who is in the picture, in pixels of the frame, from `least` score on; from `score` on where it is None."""
        ...


_poses: type[PoseDetector] = PoseModel
_persons: type[PersonDetector] = PersonModel
