"""A detection: a box, with or without a pose, and a score, on one frame. No network here, only geometry.

Coordinates are pixels of the frame, x rightward, y downward: angles and lengths are true in them, as they are not in
normalised coordinates.
"""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Keypoints = npt.NDArray[np.float32]

# indices into the 17 COCO keypoints: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles; left before right
HEAD = (0, 1, 2, 3, 4)
SHOULDERS = (5, 6)
#: shoulder and wrist
ARMS = ((5, 9), (6, 10))
HIPS = (11, 12)
KNEES = (13, 14)
ANKLES = (15, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def foot(self) -> tuple[float, float]:
        """Where the person stands: the middle of the lower edge."""
        return (self.left + self.right) / 2, self.bottom

    def overlap(self, other: "Box") -> float:
        """Intersection over union, 0 to 1."""
        common = self._common(other)
        union = self.area + other.area - common
        return common / union if union > 0 else 0.0

    def covered(self, other: "Box") -> float:
        """How much of the smaller of the two lies in the other, 0 to 1."""
        smaller = min(self.area, other.area)
        return self._common(other) / smaller if smaller > 0 else 0.0

    def within(self, other: "Box") -> float:
        """How much of this one lies in the other, 0 to 1."""
        return self._common(other) / self.area if self.area > 0 else 0.0

    def distance(self, other: "Box") -> float:
        """Between the centres, pixels."""
        return math.dist(self.centre, other.centre)

    def grown(self, by: float) -> "Box":
        """Larger by `by` pixels on every side; may reach out of the picture."""
        return Box(left=self.left - by, top=self.top - by, right=self.right + by, bottom=self.bottom + by)

    def moved(self, x: float, y: float) -> "Box":
        """The same box elsewhere; may lie out of the picture."""
        return Box(left=self.left + x, top=self.top + y, right=self.right + x, bottom=self.bottom + y)

    def _common(self, other: "Box") -> float:
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pose:
    """The 17 COCO keypoints of one person."""

    #: (17, 3): x and y in pixels of the frame, score 0 to 1; a low score is a guess
    keypoints: Keypoints = field(repr=False)

    def middle(self, which: tuple[int, ...], least: float) -> tuple[float, float] | None:
        """The mean place of those of `which` keypoints that score at least `least`; None if none does."""
        seen = self.keypoints[list(which)]
        seen = seen[seen[:, 2] >= least]
        if not len(seen):
            return None
        return float(seen[:, 0].mean()), float(seen[:, 1].mean())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detection:
    box: Box
    #: 0 to 1
    score: float
    pose: Pose | None = None
    #: persons that it stands for: 1 of a box or a point, the mass of a cell of a density map
    weight: float = 1.0


def is_twin(one: Detection, other: Detection) -> bool:
    """Whether two detections of one frame are the same person, stated twice."""
    if one.box.overlap(other.box) > 0.6:
        return True
    if one.pose is None or other.pose is None or one.box.covered(other.box) < 0.6:
        return False
    apart = one.pose.keypoints[:, :2] - other.pose.keypoints[:, :2]
    length = max(other.box.width, other.box.height)
    return float(np.median(np.hypot(apart[:, 0], apart[:, 1]))) < 0.1 * length
