"""Whether anything moves in a scene, told by the sizes of its packets and by small grey copies of its keyframes.

A P-frame holds what has changed, so that in a still scene all are about as small as the camera's noise makes them. What
is small is learned: the lowest quarter of the sizes of the last minute, and how much those differ among themselves.
Cameras that fill their packets to a constant rate say nothing by size; there the keyframes alone must tell.
"""

from collections import deque

import cv2
import numpy as np
import numpy.typing as npt

from detectors.settings import ScheduleSettings
from streams.frame import Frame
from streams.packet import Packet

#: packets whose mean size is one observation: rate control makes single ones jump
_TOGETHER = 5
#: observations that are remembered, one a packet
_REMEMBERED = 1500
#: observations between two times of learning: sorting is not for every packet
_LEARN_EVERY = 25
#: columns and rows of the grey copy
_CELLS = (64, 36)


class Attention:
    """One run of one stream."""

    def __init__(self, settings: ScheduleSettings) -> None:
        self._settings = settings
        self._last: deque[int] = deque(maxlen=_TOGETHER)
        self._means: deque[float] = deque(maxlen=_REMEMBERED)
        self._noted = 0
        #: bytes above which something moves; None until enough was seen
        self._mark: float | None = None
        self._copy: npt.NDArray[np.float32] | None = None

    @property
    def mark(self) -> float | None:
        """Bytes of a P-frame, as a mean of some, above which something moves; None while that is being learned."""
        return self._mark

    def note(self, packet: Packet) -> bool:
        """Whether the last few P-frames are larger than those of a still scene. Nothing is known of keyframes."""
        if packet.keyframe:
            self._last.clear()
            return False
        self._last.append(packet.size)
        if len(self._last) < _TOGETHER:
            return False
        mean = sum(self._last) / _TOGETHER
        moves = self._mark is None or mean > self._mark
        self._means.append(mean)
        self._noted += 1
        if self._noted % _LEARN_EVERY == 0:
            self._learn()
        return moves

    def see(self, keyframe: Frame) -> bool:
        """Whether this keyframe differs from the last one that was shown; the first differs from nothing, so it does."""
        before, self._copy = self._copy, _copy_of(keyframe)
        if before is None:
            return True
        difference = self._copy - before
        # Light that comes and goes changes the whole picture alike; a person does not.
        difference -= np.median(difference)
        changed = np.count_nonzero(np.abs(difference) > self._settings.change_level)
        return int(changed) >= self._settings.change_cells

    def _learn(self) -> None:
        low, quarter = np.quantile(np.fromiter(self._means, float), (0.05, 0.25))
        self._mark = float(quarter + max(self._settings.size_share * quarter, 4.0 * (quarter - low)))


def _copy_of(frame: Frame) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.resize(frame.y, _CELLS, interpolation=cv2.INTER_AREA), np.float32)
