"""Where people were seen, over a whole video, and so what is covered at a moment: arithmetic only.

A place where somebody was seen is covered from before the sight until after it, so that nobody flashes up where the network
misses them for some frames, and the way between two sights is covered by both.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from detectors.detection import Box

#: left, top, right, bottom in pixels, one a row
Boxes = npt.NDArray[np.float32]


class Cover:
    """Looks are added in the order of their time."""

    def __init__(self, *, before_s: float, after_s: float, margin: float) -> None:
        self._before_s = before_s
        self._after_s = after_s
        self._margin = margin
        self._times: list[float] = []
        self._boxes: list[Boxes] = []

    @property
    def looks(self) -> int:
        return len(self._times)

    @property
    def sights(self) -> int:
        return sum(len(boxes) for boxes in self._boxes)

    def add(self, at_s: float, boxes: Sequence[Box]) -> None:
        grown = [box.grown(self._margin * max(box.width, box.height)) for box in boxes]
        self._times.append(at_s)
        self._boxes.append(
            np.array([(b.left, b.top, b.right, b.bottom) for b in grown], np.float32).reshape(-1, 4)
        )

    def at(self, at_s: float) -> Boxes:
        """What is covered at a moment; boxes may reach out of the picture and overlap."""
        first = bisect_left(self._times, at_s - self._after_s)
        last = bisect_right(self._times, at_s + self._before_s)
        if first >= last:
            return np.empty((0, 4), np.float32)
        return np.concatenate(self._boxes[first:last])
