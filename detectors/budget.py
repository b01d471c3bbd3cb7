"""How much of the machine's threads analysis may take, and who goes without first when that is not enough.

The budget is seconds of threads per second. Every frame is paid for with what it took, decoding included, so that the number of frames a
second that it buys follows from the machine, the networks and the pictures. While there is enough, everybody gets all.
When it runs low, first the looks at still scenes go without, then scenes in which something moves but nobody is
followed, at last even those; but no camera waits longer than `at_least_every_s` for a frame.
"""

import threading
from enum import IntEnum

from runtime.clock import Clock


class Rank(IntEnum):
    """What a frame is for."""

    FOLLOWED = 0
    AWAKE = 1
    ASLEEP = 2


#: share of a full purse that must be left for a frame of each rank
_LEFT = {Rank.FOLLOWED: 0.0, Rank.AWAKE: 0.3, Rank.ASLEEP: 0.6}


class Budget:
    """Shared by all cameras of a machine; safe to use from many threads."""

    def __init__(self, *, threads: int, share: float, at_least_every_s: float, clock: Clock) -> None:
        """`share` of the time of `threads` threads, 0 to 1."""
        self._rate = threads * share
        self._full = float(threads)
        self._at_least_every_s = at_least_every_s
        self._clock = clock
        self._lock = threading.Lock()
        self._purse = self._full
        self._filled_at = clock.monotonic()

    @property
    def left(self) -> float:
        """Share of the purse, 0 to 1; below 0 where more was spent than there was."""
        with self._lock:
            self._fill()
            return self._purse / self._full

    def allows(self, rank: Rank, *, waited_s: float) -> bool:
        """Whether a frame may be analysed now, `waited_s` after the last one of its camera."""
        return waited_s >= self._at_least_every_s or self.left > _LEFT[rank]

    def pay(self, seconds: float) -> None:
        """A frame took so long, of one thread."""
        with self._lock:
            self._fill()
            self._purse = max(-self._full, self._purse - seconds)

    def _fill(self) -> None:
        now = self._clock.monotonic()
        self._purse = min(self._full, self._purse + self._rate * (now - self._filled_at))
        self._filled_at = now
