"""What the networks said about one video, kept, so that rules can be tried again without asking them again.

A look is remembered under everything that its answer depends on: which network, which frame, which part of the picture,
which size, which least score. A pipeline that asks the same gets the same, to the last bit; one that asks something new
(other settings, another way of tracking) has it computed and remembered beside the rest. What is kept of the frames is
when they are and how large: their pictures are decoded again only where a look is new.

Which file and which networks a memory belongs to is the keeper's affair: see memory_store.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from detectors.detection import Box, Detection
from detectors.detector import PersonDetector, PoseDetector
from detectors.event import ModelFact
from detectors.models import Models
from detectors.pose import QuarterTurns
from detectors.scene import Scene
from streams.camera import CameraId
from streams.frame import Frame

#: which network (0 poses, 1 persons), media time, size, area (left, top, right, bottom), least score, quarter turns;
#: NaN where not given
KEY_WIDTH = 9
_POSES, _PERSONS = 0.0, 1.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_DECODED: npt.NDArray[np.uint8] = np.empty((0, 0), np.uint8)


class NotRemembered(LookupError):
    """A look that was never taken, at a frame whose picture is not at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A frame without its picture."""

    #: media time, seconds
    pts_s: float
    #: pixels
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one pass took that remembered nothing: decoding, networks, rules."""

    cpu_s: float
    wall_s: float
    frames: int
    #: media time, seconds
    media_s: float


@dataclass(slots=True, kw_only=True)
class Memory:
    #: the frames that were sampled, in order; None until a whole pass was made
    stamps: tuple[Stamp, ...] | None = None
    looks: dict[bytes, tuple[Detection, ...]] = field(default_factory=dict)
    #: by what was asked for: see `Keeper`
    costs: dict[str, Cost] = field(default_factory=dict)
    #: looks that had to be computed, and looks that were remembered, since it was opened
    computed: int = 0
    recalled: int = 0

    def frames(self, camera_id: CameraId) -> Iterator[Frame]:
        """The frames without their pictures."""
        for stamp in self.stamps or ():
            yield Frame(
                camera_id=camera_id,
                pts_s=stamp.pts_s,
                wall=_EPOCH + timedelta(seconds=stamp.pts_s),
                width=stamp.width,
                height=stamp.height,
                y=_NOT_DECODED,
                u=_NOT_DECODED,
                v=_NOT_DECODED,
            )

    def models(self, models: Models) -> Models:
        """Networks that remember here what they said, and say it again."""
        return Models(
            pose=RememberingPoses(models.pose, self), person=RememberingPersons(models.person, self)
        )

    def recall(self, key: bytes, frame: Frame) -> tuple[Detection, ...] | None:
        """Raises: NotRemembered, if it can neither be recalled nor computed."""
        found = self.looks.get(key)
        if found is None and not frame.y.size:
            raise NotRemembered
        if found is None:
            self.computed += 1
        else:
            self.recalled += 1
        return found


class RememberingPoses:
    def __init__(self, model: PoseDetector, memory: Memory) -> None:
        self._model = model
        self._memory = memory

    @property
    def fact(self) -> ModelFact:
        return self._model.fact

    @property
    def keypoint_score(self) -> float:
        return self._model.keypoint_score

    def look(
        self,
        frame: Frame,
        *,
        size: int,
        area: Box | None = None,
        least: float | None = None,
        turned: QuarterTurns = 0,
    ) -> tuple[Detection, ...]:
        key = _key(_POSES, frame.pts_s, size, area, least, turned)
        found = self._memory.recall(key, frame)
        if found is None:
            found = self._model.look(frame, size=size, area=area, least=least, turned=turned)
            self._memory.looks[key] = found
        return found


class RememberingPersons:
    def __init__(self, model: PersonDetector, memory: Memory) -> None:
        self._model = model
        self._memory = memory

    @property
    def fact(self) -> ModelFact:
        return self._model.fact

    @property
    def score(self) -> float:
        return self._model.score

    def scale(self, width: int, height: int) -> float:
        return self._model.scale(width, height)

    def look(self, frame: Frame, *, least: float | None = None) -> tuple[Detection, ...]:
        key = _key(_PERSONS, frame.pts_s, 0, None, least)
        found = self._memory.recall(key, frame)
        if found is None:
            found = self._model.look(frame, least=least)
            self._memory.looks[key] = found
        return found


def stamps_of(scenes: Iterable[Scene]) -> tuple[Stamp, ...]:
    return tuple(Stamp(pts_s=scene.media_time_s, width=scene.width, height=scene.height) for scene in scenes)


def _key(
    network: float, pts_s: float, size: int, area: Box | None, least: float | None, turned: int = 0
) -> bytes:
    part = (area.left, area.top, area.right, area.bottom) if area else (math.nan,) * 4
    numbers = (network, pts_s, float(size), *part, math.nan if least is None else least, float(turned))
    return np.array(numbers, np.float64).tobytes()


_poses: type[PoseDetector] = RememberingPoses
_persons: type[PersonDetector] = RememberingPersons
