"""Whether anything moves in a scene, told by the sizes of its packets and by small grey copies of its pictures.

A P-frame holds what has changed, so that in a still scene all are about as large as the camera's noise, its rate control
and its habits make them. That size is learned where two pictures, some seconds apart, are the same and nobody was followed
in between. Where noise fills the packets to a constant rate sizes say nothing; there the keyframes alone must tell.

A clock in the picture changes too. Cells that change again and again while nobody is followed are left out, as long as
they are few: a tree in the wind is movement.
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
#: observations of a still scene that are remembered, one a packet: a minute at 25 a second
_REMEMBERED = 1500
#: observations between two comparisons of pictures, at most
_MOST_PENDING = 3000
#: bytes by which any packet may exceed another: those of an empty P-frame
_NOTHING = 64
#: columns and rows of the grey copy
_CELLS = (64, 36)
#: rows of a picture that are read for it, about
_ROWS_READ = 360
#: how restless a cell becomes by one change, and what is left of it at the next comparison; from where on it is left out
_CHANGE, _KEPT, _RESTLESS = 0.05, 0.995, 0.12
#: at most so many cells are left out: the digits of a clock
_MOST_RESTLESS = 48


class Attention:
    """One run of one stream."""

    def __init__(self, settings: ScheduleSettings) -> None:
        self._settings = settings
        self._last: deque[int] = deque(maxlen=_TOGETHER)
        #: since the last comparison; of what was found to be still
        self._pending: deque[float] = deque(maxlen=_MOST_PENDING)
        self._still: deque[float] = deque(maxlen=_REMEMBERED)
        self._mark: float | None = None
        self._copy: npt.NDArray[np.float32] | None = None
        self._restless = np.zeros(_CELLS[::-1], np.float32)

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
        self._pending.append(mean)
        return self._mark is None or mean > self._mark

    def see(self, picture: Frame, *, followed: bool = False) -> bool:
        """Whether this picture differs from the last one that was shown; the first differs from nothing, so it does.

        What came in between is learned as still where the two are the same, unless somebody was `followed` there.
        """
        before, self._copy = self._copy, _copy_of(picture)
        if before is None:
            self._pending.clear()
            return True
        difference = self._copy - before
        # Light that comes and goes changes the whole picture alike; a person does not.
        difference -= np.median(difference)
        changed = np.abs(difference) > self._settings.change_level
        differs = int(np.count_nonzero(changed & ~self._left_out())) >= self._settings.change_cells
        if not followed:
            self._restless = np.minimum(1.0, self._restless * _KEPT + _CHANGE * changed)
            if not differs:
                self._still.extend(self._pending)
                self._learn()
        self._pending.clear()
        return differs

    def _left_out(self) -> npt.NDArray[np.bool_]:
        restless = self._restless > _RESTLESS
        if np.count_nonzero(restless) > _MOST_RESTLESS:
            return np.zeros_like(restless)
        # The digit beside one that changes will change, too.
        return np.asarray(cv2.dilate(restless.astype(np.uint8), np.ones((3, 3), np.uint8)), np.bool_)

    def _learn(self) -> None:
        if self._still:
            self._mark = max(self._still) * (1.0 + self._settings.size_share) + _NOTHING


def _copy_of(frame: Frame) -> npt.NDArray[np.float32]:
    # Some hundred pixels a cell are enough to even out noise; of a large picture not all need be read.
    step = max(1, frame.height // _ROWS_READ)
    return np.asarray(cv2.resize(frame.y[::step, ::step], _CELLS, interpolation=cv2.INTER_AREA), np.float32)
