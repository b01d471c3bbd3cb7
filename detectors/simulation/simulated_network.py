"""What the networks would answer about a simulated sequence: in their place, for the real pipeline.

The pipeline asks as it asks of pictures: the whole one, or a part of it at some size. Each kind of look has its own
noise. Nobody is found whom another hides, or of whom little is in the picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from detectors.detection import Box, Detection, Pose
from detectors.detector import PersonDetector, PoseDetector
from detectors.event import ModelFact
from detectors.models import Models
from detectors.pose import QuarterTurns
from detectors.simulation.camera import HEIGHT, WIDTH
from detectors.simulation.observation import (
    LOOK_SIZES,
    Figures,
    LookKind,
    Sight,
    eases,
    observe,
    standing_turn,
)
from detectors.simulation.sequence import Sequence as Staged
from detectors.simulation.skeleton import Array
from streams.camera import CameraId
from streams.frame import Frame

_FACT = ModelFact(name="simulated", sha256="0" * 64)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING: npt.NDArray[np.uint8] = np.empty((0, 0), np.uint8)
#: the least share of the keypoints in the picture, and the most of the box behind somebody nearer
_LEAST_INSIDE, _MOST_HIDDEN = 0.4, 0.55
#: the pose network's own: under the first nobody is reported, under the second a keypoint is a guess
_LEAST_SCORE, _KEYPOINT_SCORE = 0.15, 0.2


def frames_of(staged: Staged) -> Iterator[Frame]:
    """Without pictures."""
    for at_s in staged.at_s.tolist():
        yield Frame(
            camera_id=CameraId(0),
            pts_s=at_s,
            wall=_EPOCH + timedelta(seconds=at_s),
            width=WIDTH,
            height=HEIGHT,
            y=_NOTHING,
            u=_NOTHING,
            v=_NOTHING,
        )


def simulated_models(staged: Staged, figures: Figures, fps: float) -> Models:
    return Models(pose=SimulatedPoses(staged, figures, fps), person=NobodyCounted())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Visible:
    """Of one actor, what every look shares."""

    #: (n,) whether there is anything to be seen
    there: npt.NDArray[np.bool_]
    #: (n, 4) the true box in the picture, pixels
    boxes: Array


class SimulatedPoses:
    def __init__(self, staged: Staged, figures: Figures, fps: float) -> None:
        self.fact = _FACT
        self.keypoint_score = _KEYPOINT_SCORE
        self._staged = staged
        self._figures = figures
        self._fps = fps
        self._visible = _visible(staged)
        self._sights: dict[LookKind, list[Sight]] = {}
        self._place = {at_s: i for i, at_s in enumerate(staged.at_s.tolist())}
        self._ghosts = _ghosts(staged, figures)

    def look(
        self,
        frame: Frame,
        *,
        size: int,
        area: Box | None = None,
        least: float | None = None,
        turned: QuarterTurns = 0,
    ) -> tuple[Detection, ...]:
        place = self._place[frame.pts_s]
        least = _LEAST_SCORE if least is None else least
        found = []
        for number, visible in enumerate(self._visible):
            keypoints = self._staged.actors[number].keypoints[place]
            stands = bool(turned) and standing_turn(keypoints) == turned
            sight = self._sights_of(_kind(size, area, stands=stands))[number]
            if not visible.there[place] or sight.scores[place] < least:
                continue
            if area is None or _within(area, visible.boxes[place]):
                found.append(_detection(sight, place))
        if area is None:
            found += [ghost for ghost in self._ghosts.get(place, ()) if ghost.score >= least]
        return tuple(sorted(found, key=lambda detection: -detection.score)[:6])

    def _sights_of(self, kind: LookKind) -> list[Sight]:
        if kind not in self._sights:
            salt, seed = list(LOOK_SIZES).index(kind), self._staged.seed
            self._sights[kind] = [
                observe(
                    np.nan_to_num(actor.keypoints, nan=-1e4),
                    actor.held,
                    kind,
                    self._figures,
                    self._fps,
                    np.random.default_rng([9, seed, number, salt]),
                    ease=eases(self._figures, np.random.default_rng([15, seed, number]))[kind],
                )
                for number, actor in enumerate(self._staged.actors)
            ]
        return self._sights[kind]


class NobodyCounted:
    """Stands where the counting network stands: falls are not its affair."""

    fact = _FACT
    score = 0.45

    def scale(self, width: int, height: int) -> float:
        return 1.0

    def look(self, frame: Frame, *, least: float | None = None) -> tuple[Detection, ...]:
        return ()


def _kind(size: int, area: Box | None, *, stands: bool) -> LookKind:
    """A turned crop helps where the body then stands; else it shows no more than one that is not turned."""
    if area is None:
        return "whole"
    small = abs(size - LOOK_SIZES["crop_small"]) <= abs(size - LOOK_SIZES["crop_large"])
    if stands:
        return "turned_small" if small else "turned_large"
    return "crop_small" if small else "crop_large"


def _within(area: Box, box: Array) -> bool:
    """Whether at least half of somebody is in the area."""
    left, top, right, bottom = box.tolist()
    return Box(left=left, top=top, right=right, bottom=bottom).within(area) > 0.5


def _detection(sight: Sight, place: int) -> Detection:
    left, top, right, bottom = sight.boxes[place].tolist()
    keypoints = sight.keypoints[place].astype(np.float32)
    keypoints[:, 0] = keypoints[:, 0].clip(0, WIDTH)
    keypoints[:, 1] = keypoints[:, 1].clip(0, HEIGHT)
    return Detection(
        box=Box(
            left=max(0.0, left),
            top=max(0.0, top),
            right=max(left + 2, min(float(WIDTH), right)),
            bottom=max(top + 2, min(float(HEIGHT), bottom)),
        ),
        score=float(sight.scores[place]),
        pose=Pose(keypoints=keypoints),
    )


def _visible(staged: Staged) -> list[_Visible]:
    boxes = [_boxes(actor.keypoints) for actor in staged.actors]
    found = []
    for i, actor in enumerate(staged.actors):
        x, y = actor.keypoints[..., 0], actor.keypoints[..., 1]
        with np.errstate(invalid="ignore"):
            inside = (x > 0) & (x < WIDTH) & (y > 0) & (y < HEIGHT)
        there = inside.mean(axis=1) >= _LEAST_INSIDE
        for j, other in enumerate(staged.actors):
            if i != j:
                there &= ~((other.away_m < actor.away_m) & (_hidden(boxes[i], boxes[j]) > _MOST_HIDDEN))
        found.append(_Visible(there=there, boxes=boxes[i]))
    return found


def _boxes(keypoints: Array) -> Array:
    """(n, 4) cut to the picture; nothing where there is nobody."""
    points = np.nan_to_num(keypoints, nan=-1e4)
    limit = np.array([WIDTH, HEIGHT], np.float64)
    return np.concatenate(
        [np.clip(points.min(axis=1), 0, limit), np.clip(points.max(axis=1), 0, limit)], axis=1
    )


def _hidden(boxes: Array, before: Array) -> Array:
    """Share of each box that lies behind the other (n,)."""
    common = np.minimum(boxes[:, 2:], before[:, 2:]) - np.maximum(boxes[:, :2], before[:, :2])
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return np.asarray(np.prod(np.maximum(common, 0), axis=1) / np.maximum(area, 1e-9))


def _ghosts(staged: Staged, figures: Figures) -> dict[int, Sequence[Detection]]:
    """Detections that are nobody: somewhere, for a moment, upright or not."""
    rng = np.random.default_rng([13, staged.seed])
    found: dict[int, Sequence[Detection]] = {}
    for place in np.flatnonzero(rng.random(len(staged.at_s)) < figures.ghosts).tolist():
        x, y = rng.uniform(0.1, 0.9) * WIDTH, rng.uniform(0.2, 0.9) * HEIGHT
        wide, high = rng.uniform(15, 60), rng.uniform(25, 110)
        keypoints = np.stack(
            [
                x + wide * rng.uniform(-0.5, 0.5, 17),
                y + high * rng.uniform(-0.5, 0.5, 17),
                rng.uniform(0.05, 0.5, 17),
            ],
            axis=1,
        )
        box = Box(left=x - wide / 2, top=y - high / 2, right=x + wide / 2, bottom=y + high / 2)
        score = float(0.15 + 0.2 * rng.random() ** 2)
        found[place] = (Detection(box=box, score=score, pose=Pose(keypoints=keypoints.astype(np.float32))),)
    return found


_poses: type[PoseDetector] = SimulatedPoses
_persons: type[PersonDetector] = NobodyCounted
