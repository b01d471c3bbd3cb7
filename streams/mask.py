"""Privacy masks: parts of a channel's picture that nobody sees, neither a network nor a person.

A frame is black there from the moment it exists (sampler), so whatever is made of frames is black too: what is detected,
snapshots, strips, drawn videos. Whoever makes pictures of a recording for people calls `Mask.over` or `Mask.blacken` on
each; the recording itself is the camera's own bits and holds the whole picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from streams.frame import Frame, Picture, Plane

#: corners (x, y) of a simple polygon, 0 to 1 of the picture's width and height
Polygon = tuple[tuple[float, float], ...]

#: of YUV: darker than any camera's black, whatever range it uses; and no colour
_DARK, _GREY = 0, 128


@dataclass(frozen=True, slots=True)
class Mask:
    polygons: tuple[Polygon, ...]

    def over(self, frame: Frame) -> Frame:
        """The frame, black where it is masked. Its planes are copied: a decoder goes on reading its own."""
        y, u, v = frame.y.copy(), frame.u.copy(), frame.v.copy()
        for polygon in self.polygons:
            _fill(y, polygon, _DARK)
            _fill(u, polygon, _GREY)
            _fill(v, polygon, _GREY)
        return replace(frame, y=y, u=u, v=v)

    def blacken(self, picture: Picture) -> None:
        """Black out a BGR or RGB picture of shape (height, width, 3) where it lies."""
        for polygon in self.polygons:
            _fill(picture, polygon, 0)


def mask_of(polygons: Sequence[Polygon]) -> Mask | None:
    """None where nothing is masked."""
    return Mask(tuple(polygons)) if polygons else None


def _fill(plane: Plane, polygon: Polygon, value: int) -> None:
    """Every pixel that the polygon touches: its corners are those of pixels, not their middles."""
    height, width = plane.shape[:2]
    corners: npt.NDArray[np.float64] = np.array(polygon) * (width, height)
    cv2.fillPoly(plane, [np.floor(corners).astype(np.int32)], (value,) * 3)
    cv2.fillPoly(plane, [np.ceil(corners - 1).astype(np.int32)], (value,) * 3)
