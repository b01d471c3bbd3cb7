"""How a body is held, read from one pose: how upright the trunk, how high the shoulders and the hips. Geometry only."""

import math
from dataclasses import dataclass

from detectors.detection import HIPS, SHOULDERS, Box, Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    #: media time, seconds
    at_s: float
    #: pixels of the frame, downward
    shoulder_y: float
    hip_y: float
    #: between the line from hips to shoulders and the vertical: 0 upright, 90 lying across the picture, 180 head down
    trunk_deg: float
    #: from shoulders to hips, pixels
    trunk: float
    #: of the box, pixels
    top: float
    bottom: float
    width: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def read_posture(at_s: float, box: Box, pose: Pose, least: float) -> Posture | None:
    """None where shoulders or hips are not seen with at least the score `least`."""
    shoulders, hips = pose.middle(SHOULDERS, least), pose.middle(HIPS, least)
    if shoulders is None or hips is None:
        return None
    right, up = shoulders[0] - hips[0], hips[1] - shoulders[1]
    return Posture(
        at_s=at_s,
        shoulder_y=shoulders[1],
        hip_y=hips[1],
        trunk_deg=math.degrees(math.atan2(abs(right), up)),
        trunk=math.hypot(right, up),
        top=box.top,
        bottom=box.bottom,
        width=box.width,
    )
