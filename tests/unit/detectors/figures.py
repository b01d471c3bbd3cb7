"""Stick figures: bodies in the postures that a nurse would name, as the pose network would see them.

A figure is given by a few numbers, so that one posture turns into another by interpolation and time does the rest.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from detectors.detection import Box, Detection, Pose
from detectors.scene import Scene
from detectors.settings import TrackerSettings
from detectors.tracker import Tracker
from detectors.zones import Zone
from streams.camera import CameraId

WIDTH, HEIGHT = 640, 360
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Figure:
    #: height of the hips over the ground, in body heights
    hips: float
    #: of the trunk from the vertical, degrees; to the right
    lean: float
    #: how far the feet are to the left of the hips, in body heights
    feet: float = 0.0
    #: where the hands are: 0 along the trunk, 1 on the ground straight under the shoulders, half way with the elbows bent
    hands: float = 0.0
    #: where the feet, or the hips of who lies, are: pixels
    x: float = 300.0
    ground: float = 300.0
    #: standing, pixels
    tall: float = 150.0


STANDS = Figure(hips=0.52, lean=3)
SITS = Figure(hips=0.28, lean=4, feet=-0.25)
SITS_ON_THE_GROUND = Figure(hips=0.08, lean=8, feet=-0.3)
STOOPS = Figure(hips=0.48, lean=115)
SQUATS = Figure(hips=0.22, lean=35, feet=0.08)
KNEELS = Figure(hips=0.27, lean=8, feet=0.2)
ON_ALL_FOURS = Figure(hips=0.25, lean=84, feet=0.2)
LIES = Figure(hips=0.06, lean=88, feet=0.46)
LIES_ON_A_BED = replace(LIES, ground=260.0)
PLANK = replace(LIES, hips=0.22, lean=72, hands=1.0)

#: (seconds, how the person is then); in between it changes evenly
Story = Sequence[tuple[float, Figure]]


def at(x: float, figure: Figure) -> Figure:
    return replace(figure, x=x)


def keypoints_of(figure: Figure) -> np.ndarray:
    """(17, 3), all well seen."""
    lean = math.radians(figure.lean)
    along = (math.sin(lean), -math.cos(lean))

    def from_hips(share: float) -> tuple[float, float]:
        return hips[0] + along[0] * share * figure.tall, hips[1] + along[1] * share * figure.tall

    hips = figure.x, figure.ground - figure.hips * figure.tall
    feet = figure.x - figure.feet * figure.tall, figure.ground
    knees = (hips[0] + feet[0]) / 2 + 0.03 * figure.tall, (hips[1] + feet[1]) / 2
    shoulders, head = from_hips(0.30), from_hips(0.43)
    elbows, wrists = (
        _along(
            from_hips(0.30 - down),
            (shoulders[0], shoulders[1] + share * (figure.ground - shoulders[1])),
            figure.hands,
        )
        for down, share in ((0.15, 0.5), (0.28, 1.0))
    )
    places = [head] * 5 + [shoulders] * 2 + [elbows] * 2 + [wrists] * 2
    places += [hips] * 2 + [knees] * 2 + [feet] * 2
    return np.array([(x, y, 0.8) for x, y in places], np.float32)


def _along(start: tuple[float, float], end: tuple[float, float], share: float) -> tuple[float, float]:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def detection_of(figure: Figure, *, score: float = 0.6) -> Detection:
    keypoints = keypoints_of(figure)
    aside, over = 0.12 * figure.tall, 0.06 * figure.tall
    box = Box(
        left=float(keypoints[:, 0].min() - aside),
        top=float(keypoints[:, 1].min() - over),
        right=float(keypoints[:, 0].max() + aside),
        bottom=float(keypoints[:, 1].max() + over / 2),
    )
    return Detection(box=box, score=score, pose=Pose(keypoints=keypoints))


def between(earlier: Figure, later: Figure, share: float) -> Figure:
    def mix(name: str) -> float:
        a, b = getattr(earlier, name), getattr(later, name)
        return float(a + (b - a) * share)

    return Figure(**{name: mix(name) for name in ("hips", "lean", "feet", "hands", "x", "ground", "tall")})


def figure_at(story: Story, at_s: float) -> Figure:
    for (start, earlier), (end, later) in pairwise(story):
        if start <= at_s <= end:
            return between(earlier, later, (at_s - start) / (end - start))
    return story[-1][1]


#: keypoints that are hidden
Hidden = tuple[int, ...]


def hide(detection: Detection, hidden: Hidden) -> Detection:
    """As the network sees somebody of whom a part is hidden: those keypoints score nothing, the box holds the others."""
    assert detection.pose is not None
    keypoints = detection.pose.keypoints.copy()
    keypoints[list(hidden), 2] = 0.05
    seen = keypoints[keypoints[:, 2] >= 0.2]
    margin = 0.03 * max(detection.box.width, detection.box.height)
    box = Box(
        left=float(seen[:, 0].min() - margin),
        top=float(seen[:, 1].min() - margin),
        right=float(seen[:, 0].max() + margin),
        bottom=float(seen[:, 1].max() + margin),
    )
    return Detection(box=box, score=detection.score, pose=Pose(keypoints=keypoints))


def cut(detection: Detection, *, top: float = 0.0, bottom: float = HEIGHT) -> Detection:
    """As the network sees somebody whom the edge of the picture cuts, here at other heights than its own."""
    assert detection.pose is not None
    y = detection.pose.keypoints[:, 1]
    outside = tuple(int(i) for i in np.flatnonzero((y < top) | (y > bottom)))
    if not outside:
        return detection
    kept = hide(detection, outside)
    box = replace(kept.box, top=max(top, kept.box.top), bottom=min(bottom, kept.box.bottom))
    return replace(kept, box=box)


def scene_of(
    at_s: float, detections: Sequence[Detection], tracker: Tracker, zones: tuple[Zone, ...]
) -> Scene:
    return Scene(
        camera_id=CameraId(1),
        media_time_s=at_s,
        wall=START + timedelta(seconds=at_s),
        width=WIDTH,
        height=HEIGHT,
        zones=zones,
        tracks=tracker.update(detections, at_s),
    )


def scenes_of(
    *stories: Story,
    fps: float = 8.0,
    seen: Callable[[int], bool] = lambda _number: True,
    zones: tuple[Zone, ...] = (),
    as_seen: Callable[[Detection], Detection] = lambda detection: detection,
) -> Iterator[Scene]:
    """The scenes of people who do what their stories say.

    `seen` tells of each frame whether the detector works, `as_seen` what it makes of somebody.
    """
    tracker = Tracker(TrackerSettings())
    for number in range(int(max(story[-1][0] for story in stories) * fps) + 1):
        at_s = number / fps
        present = [story for story in stories if story[0][0] <= at_s <= story[-1][0]]
        everybody = [as_seen(detection_of(figure_at(story, at_s))) for story in present]
        detections = everybody if seen(number) else []
        yield scene_of(at_s, detections, tracker, zones)
