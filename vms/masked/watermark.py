"""Whose copy it is, written in two lines across every picture: letters only, what is between them stays visible.

OpenCV brings its own letters, Chinese too, so nothing depends on the fonts of a machine.
"""

import cv2
import numpy as np
import numpy.typing as npt

from streams.frame import Frame
from vms.masked.errors import WatermarkInvalid
from vms.masked.wish import MOST_LETTERS

#: height of a line, share of the picture's
_LINE = 1 / 30
_LEAST_PX = 12
#: where the lines stand, share of the height: the first below what cameras write along their upper edge
_PLACES = (0.1, 0.95)
_WHITE, _BLACK = 235, 16
_GAP = "    "
_Where = npt.NDArray[np.bool_]


class Watermark:
    """Of one text for pictures of one size: it is drawn once."""

    def __init__(self, text: str, *, width: int, height: int) -> None:
        """Raises: WatermarkInvalid."""
        line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
        if not 1 <= len(line) <= MOST_LETTERS:
            raise WatermarkInvalid(length=len(line), most=MOST_LETTERS)
        self._letters, self._shade = _strip(line, width, max(_LEAST_PX, round(height * _LINE)))

    def over(self, frame: Frame) -> None:
        """Write it where the frame's planes lie."""
        rows = self._letters.shape[0]
        for place in _PLACES:
            at = max(0, min(round(frame.height * place), frame.height - rows))
            part = frame.y[at : at + rows]
            shown = slice(0, part.shape[0])
            part[self._shade[shown]] = _BLACK
            part[self._letters[shown]] = _WHITE


def _strip(line: str, width: int, height: int) -> tuple[_Where, _Where]:
    """Letters and what is dark around them, the text over and over; one that is too long is made smaller until it fits."""
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
    canvas = np.zeros((height, width, 3), np.uint8)
    cv2.putText(canvas, text, (4, round(height * 0.75)), (255, 255, 255), face, size)
    letters = np.ascontiguousarray(canvas[:, :, 0])
    shade = cv2.dilate(letters, np.ones((3, 3), np.uint8))
    return letters > 110, shade > 110


def _width(text: str, face: "cv2.FontFace", size: int) -> int:
    (_, _, width, _) = cv2.getTextSize((0, 0), text, (0, 0), face, size)
    return int(width)
