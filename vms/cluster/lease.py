"""The arithmetic of leases: how long one holds, and how many cameras are whose fair share. No I/O, no clock of its own."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

#: a lease is renewed so many times before it runs out
RENEWALS = 3
#: of its cameras, the share that a worker with too many gives back at each renewal
GIVEN_BACK = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Grip:
    """What the last renewal gave."""

    #: monotonic seconds at which it was asked for: the database counts from a moment that is not earlier
    asked_s: float
    #: workers besides this one that could have taken its cameras
    others: int
    lease_s: float
    overlap_s: float

    @property
    def ends_s(self) -> float:
        """Until when the cameras may be watched without another word of the database.

        A worker that knows of no other goes on: nobody can take its cameras, and an outage must lose no fall.
        """
        return self.asked_s + self.lease_s + self.overlap_s if self.others else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFacts:
    """A worker as the others know it."""

    name: str
    host: str
    version: str
    #: 0 is no limit
    capacity: int
    cameras: int
    #: frames since it started that were analysed, and that it had no time for
    analysed: int
    skipped: int
    seen_at: datetime
    #: it has renewed its lease in time
    live: bool
    #: seconds since it did, by the clock of the database
    silent_s: float

    @property
    def lag(self) -> float:
        """Share of the frames it should have analysed for which it had no time."""
        wanted = self.analysed + self.skipped
        return self.skipped / wanted if wanted else 0.0


def fair_share(cameras: int, capacities: Collection[int]) -> int:
    """The fewest cameras a worker may have at most so that all are watched, or as many as there is room for."""
    limits = sorted(capacity or cameras for capacity in capacities)
    left = cameras
    for at, limit in enumerate(limits):
        share = math.ceil(left / (len(limits) - at))
        if share <= limit:
            return share
        left -= limit
    return limits[-1] if limits else 0


def to_take(*, held: int, share: int, capacity: int) -> int:
    """How many more a worker may have."""
    return max(0, min(share, capacity or share) - held)


def to_give_back(held: Sequence[int], *, share: int, capacity: int) -> list[int]:
    """The cameras that a worker with too many lets others have: slowly, its newest first; beyond its limit at once."""
    beyond = len(held) - capacity if capacity else 0
    count = min(len(held) - share, math.ceil(len(held) * GIVEN_BACK))
    count = max(beyond, count)
    return sorted(held)[-count:] if count > 0 else []
