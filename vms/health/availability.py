"""How much of a month cameras could be seen. No I/O.

A camera can be seen while all of its streams that are watched can: live, or degraded. Time in which nobody watched is
not counted, neither as good nor as bad, and is stated.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Self

from vms.health.errors import MonthInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of the place where the cameras are, as far as it has gone."""

    #: 2026-11
    name: str
    since: datetime
    until: datetime

    @classmethod
    def of(cls, name: str | None, *, now: datetime, zone: tzinfo) -> Self:
        """The month of that name, or this one. Raises: MonthInvalid."""
        here = now.astimezone(zone)
        name = f"{here:%Y-%m}" if name is None else name.strip()
        found = re.fullmatch(r"(2\d{3})-(0[1-9]|1[0-2])", name, re.ASCII)
        if found is None:
            raise MonthInvalid(month=name[:20])
        year, month = int(found[1]), int(found[2])
        since = datetime(year, month, 1, tzinfo=zone)
        if since >= here:
            raise MonthInvalid(month=name)
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
        return cls(name=name, since=since, until=min(end, here))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Of some cameras together."""

    cameras: int = 0
    #: watched at all; of that, not to be seen; of the rest, degraded
    watched_s: float = 0.0
    down_s: float = 0.0
    degraded_s: float = 0.0
    #: in which the cameras were there, and nobody watched them
    unwatched_s: float = 0.0

    @property
    def seen_share(self) -> float | None:
        """Of the time that was watched; None where none was."""
        return None if self.watched_s <= 0 else max(0.0, 1 - self.down_s / self.watched_s)

    def __add__(self, other: "Seconds") -> "Seconds":
        return Seconds(
            cameras=self.cameras + other.cameras,
            watched_s=self.watched_s + other.watched_s,
            down_s=self.down_s + other.down_s,
            degraded_s=self.degraded_s + other.degraded_s,
            unwatched_s=self.unwatched_s + other.unwatched_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Downtime:
    """Seconds of cameras in one state for one cause; a camera with two causes at once is in both."""

    state: str
    cause: str | None
    cameras: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSeconds:
    id: int
    name: str
    unit_id: int
    unit_name: str
    seconds: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSeconds:
    """A unit with all below it."""

    id: int
    path: str
    seconds: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the database counts: of each unit itself, why cameras could not be seen, and those that were worst."""

    units: Sequence[tuple[int, Seconds]]
    downtime: Sequence[Downtime]
    worst: Sequence[CameraSeconds]


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    month: Month
    #: what was asked for; None for everything
    unit: UnitSeconds | None
    total: Seconds
    #: the units right below, each with all below it; and the unit itself where cameras stand right at it
    units: Sequence[UnitSeconds]
    downtime: Sequence[Downtime]
    worst: Sequence[CameraSeconds]
