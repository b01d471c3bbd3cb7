"""How a body is held, read from one pose and its box: how tall, how wide, how upright trunk, thighs and arms. Geometry only."""

import math
from dataclasses import dataclass

from detectors.detection import ARMS, HIPS, KNEES, SHOULDERS, Box, Pose

#: most degrees from the vertical of an arm that hangs down or stands on its hand
_ARM_DEG = 20.0


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
    #: from a shoulder down to its hand, pixels, of the longer arm; 0 where neither is seen to be straight down
    arm: float = 0.0

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
        arm=max(_straight_down(pose, shoulder, wrist, least) for shoulder, wrist in ARMS),
    )


def _straight_down(pose: Pose, shoulder: int, wrist: int, least: float) -> float:
    """Pixels by which the hand is under the shoulder; 0 where it is beside or over it, or one of them is not seen."""
    upper, lower = pose.middle((shoulder,), least), pose.middle((wrist,), least)
    if not upper or not lower or _off_vertical(lower, upper) > _ARM_DEG:
        return 0.0
    return lower[1] - upper[1]


def _off_vertical(lower: tuple[float, float], upper: tuple[float, float]) -> float:
    """Degrees: 0 where the upper lies straight over the lower, 180 where it lies straight below."""
    return math.degrees(math.atan2(abs(upper[0] - lower[0]), lower[1] - upper[1]))
