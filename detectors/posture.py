"""How a body is held, read from one pose and its box: how tall, how wide, how upright trunk and thighs. Geometry only."""

import math
from dataclasses import dataclass

from detectors.detection import HIPS, KNEES, SHOULDERS, Box, Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    #: media time, seconds
    at_s: float
    #: of the box: upper edge in pixels of the frame (downward), height and width in pixels
    top: float
    height: float
    width: float
    #: pixels of the frame, downward; None where no shoulder is seen
    shoulder_y: float | None
    #: of the hips over the lower edge of the box, pixels; None where no hip is seen
    hip_height: float | None
    #: between the line from hips to shoulders and the vertical: 0 upright, 90 lying across the picture, 180 head down;
    #: None where either is not seen
    trunk_deg: float | None
    #: from shoulders to hips, pixels; 0 where either is not seen
    trunk: float
    #: between the line from hips to knees and the vertical: 0 standing, kneeling or on all fours, 90 lying or sitting on a
    #: chair; None where either is not seen
    thigh_deg: float | None = None

    @property
    def aspect(self) -> float:
        """Width over height of the box: about 0.3 to 0.5 for who stands."""
        return self.width / self.height


def read_posture(at_s: float, box: Box, pose: Pose, least: float) -> Posture:
    """Keypoints that score under `least` are taken as not seen."""
    shoulders, hips, knees = (pose.middle(which, least) for which in (SHOULDERS, HIPS, KNEES))
    trunk_deg, trunk = None, 0.0
    if shoulders and hips:
        trunk_deg, trunk = _off_vertical(hips, shoulders), math.dist(hips, shoulders)
    return Posture(
        at_s=at_s,
        top=box.top,
        height=max(1.0, box.height),
        width=box.width,
        shoulder_y=shoulders[1] if shoulders else None,
        hip_height=box.bottom - hips[1] if hips else None,
        trunk_deg=trunk_deg,
        trunk=trunk,
        thigh_deg=_off_vertical(knees, hips) if knees and hips else None,
    )


def _off_vertical(lower: tuple[float, float], upper: tuple[float, float]) -> float:
    """Degrees: 0 where the upper lies straight over the lower, 180 where it lies straight below."""
    return math.degrees(math.atan2(abs(upper[0] - lower[0]), lower[1] - upper[1]))
