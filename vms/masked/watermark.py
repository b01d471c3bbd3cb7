"""Whose copy it is, written along the upper and the lower edge of every picture.

OpenCV brings its own letters, Chinese too, so nothing depends on the fonts of a machine.
"""

import cv2
import numpy as np

from streams.frame import Frame, Plane
from vms.masked.errors import WatermarkInvalid
from vms.masked.wish import MOST_LETTERS

#: height of a line, share of the picture's
_LINE = 1 / 30
_LEAST_PX = 12
_WHITE, _BLACK, _GREY = 235, 16, 128
_GAP = "    "


class Watermark:
    """Of one text for pictures of one size: it is drawn once."""

    def __init__(self, text: str, *, width: int, height: int) -> None:
        """Raises: WatermarkInvalid."""
        line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
        if not 1 <= len(line) <= MOST_LETTERS:
            raise WatermarkInvalid(length=len(line), most=MOST_LETTERS)
        self._strip = _strip(line, width, max(_LEAST_PX, round(height * _LINE)))

    def over(self, frame: Frame) -> None:
        """Write it where the frame's planes lie."""
        rows = min(self._strip.shape[0], frame.height // 2) // 2 * 2
        for at in (0, (frame.height - rows) // 2 * 2):
            frame.y[at : at + rows] = self._strip[:rows]
            for plane in (frame.u, frame.v):
                plane[at // 2 : (at + rows) // 2] = _GREY


def _strip(line: str, width: int, height: int) -> Plane:
    """White on black, the text over and over; a text that is too long is made smaller until it is whole once."""
    face = cv2.FontFace("uni")
    size = max(6, round(height * 0.7))
    full = _width(line, face, size)
    while full > width - 8 and size > 6:
        size -= 1
        full = _width(line, face, size)
    text = line
    while full < width:
        text += _GAP + line
        full = _width(text, face, size)
    canvas = np.full((height, width, 3), _BLACK, np.uint8)
    cv2.putText(canvas, text, (4, round(height * 0.75)), (_WHITE, _WHITE, _WHITE), face, size)
    return np.ascontiguousarray(canvas[:, :, 0])


def _width(text: str, face: "cv2.FontFace", size: int) -> int:
    (_, _, width, _) = cv2.getTextSize((0, 0), text, (0, 0), face, size)
    return int(width)
