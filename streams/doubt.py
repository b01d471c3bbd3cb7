"""Hysteresis in time: a fault is stated once it has lasted, and is over at once; one that comes and goes stays stated.

No clock: `at_s` are seconds of one that never goes back.
"""


class Doubt:
    def __init__(self, *, after_s: float, relapse_s: float, steady_s: float) -> None:
        """`after_s`: seconds that it must last. Stated again within `relapse_s` after it was over, it is over only once it
        has been well for `steady_s`.
        """
        self._after_s = after_s
        self._relapse_s = relapse_s
        self._steady_s = steady_s
        self._bad_since_s: float | None = None
        self._well_since_s: float | None = None
        self._over_at_s: float | None = None
        self._relapsed = False
        self.stated = False

    @property
    def pending(self) -> bool:
        """Whether it may be so, and has not lasted yet."""
        return self._bad_since_s is not None and not self.stated

    def see(self, bad: bool, at_s: float, *, since_s: float | None = None) -> None:
        """How it is now; `since_s` is given where it is known to have been bad for longer."""
        if bad:
            self._well_since_s = None
            if self._bad_since_s is None:
                self._bad_since_s = at_s if since_s is None else since_s
            if not self.stated and at_s - self._bad_since_s >= self._after_s:
                self._state(at_s)
            return
        self._bad_since_s = None
        if self._well_since_s is None:
            self._well_since_s = at_s
        if self.stated and (not self._relapsed or at_s - self._well_since_s >= self._steady_s):
            self.stated = False
            self._over_at_s = at_s

    def forget(self) -> None:
        """It is not known any more; what was stated before counts no longer for a relapse."""
        self._bad_since_s = self._well_since_s = self._over_at_s = None
        self._relapsed = self.stated = False

    def suspend(self) -> None:
        """Nothing is known for now: what was stated stays so, what was pending begins anew."""
        if not self.stated:
            self._bad_since_s = None
        self._well_since_s = None

    def _state(self, at_s: float) -> None:
        self.stated = True
        self._relapsed = self._over_at_s is not None and at_s - self._over_at_s <= self._relapse_s
