"""What is asked about the health of cameras: what each was like, and how much of a month it could be seen."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from runtime.clock import Clock
from runtime.database import Connection, Database
from streams.camera import CameraId
from vms.cameras.errors import CameraUnknown, CursorInvalid
from vms.cameras.units import store as unit_store
from vms.cameras.units.errors import UnitIdUnknown
from vms.cameras.units.unit import Tree, UnitId
from vms.health import store
from vms.health.availability import Availability, Month, Seconds, Tally, UnitSeconds

#: cameras that are named as the worst
_WORST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCondition:
    """A row of the history of a camera; newest first."""

    profile: str
    state: str
    causes: list[str]
    error: dict[str, object] | None
    since: datetime
    #: None while it lasts
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    conditions: list[PastCondition]
    next: str | None


class HealthHistory:
    def __init__(self, *, database: Database, clock: Clock, time_zone: tzinfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = time_zone

    async def of_camera(
        self, camera_id: CameraId, *, cursor: str | None = None, limit: int = 100
    ) -> HistoryPage:
        """Of one that was removed, too. Raises: CameraUnknown, CursorInvalid, DatabaseUnavailable."""
        before = None if cursor is None else _parse_cursor(cursor)
        async with self._database.connection() as connection:
            if await store.camera_name(connection, camera_id) is None:
                raise CameraUnknown(camera=camera_id)
            rows = await store.conditions_of(connection, camera_id, before=before, limit=limit + 1)
        conditions = [PastCondition(**dict(row)) for row in rows[:limit]]
        more = len(rows) > limit
        last = conditions[-1] if more else None
        return HistoryPage(
            conditions=conditions,
            next=None
            if last is None
            else f"{last.since.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{last.profile}",
        )

    async def availability(self, unit_id: UnitId | None = None, *, month: str | None = None) -> Availability:
        """Of a unit with all below it, of one that was merged as part of the unit that has its cameras now.

        A camera's history goes where the camera goes. Raises: UnitIdUnknown, MonthInvalid, DatabaseUnavailable.
        """
        asked = Month.of(month, now=self._clock.now(), zone=self._zone)
        async with self._database.connection() as connection:
            tree = Tree(await unit_store.units(connection))
            if unit_id is not None:
                unit_id = await _current(connection, tree, unit_id)
            ids = None if unit_id is None else [unit.id for unit in tree.subtree(unit_id)]
            tally = await store.tally(
                connection, asked, now=self._clock.now(), unit_ids=ids, camera_id=None, worst=_WORST
            )
        return _roll_up(asked, tree, unit_id, tally)

    async def availability_of_camera(self, camera_id: CameraId, *, month: str | None = None) -> Availability:
        """Raises: CameraUnknown, MonthInvalid, DatabaseUnavailable."""
        asked = Month.of(month, now=self._clock.now(), zone=self._zone)
        async with self._database.connection() as connection:
            if await store.camera_name(connection, camera_id) is None:
                raise CameraUnknown(camera=camera_id)
            tally = await store.tally(
                connection, asked, now=self._clock.now(), unit_ids=None, camera_id=camera_id, worst=1
            )
        total = sum((seconds for _unit, seconds in tally.units), Seconds())
        return Availability(
            month=asked, unit=None, total=total, units=(), downtime=tally.downtime, worst=tally.worst
        )


async def _current(connection: Connection, tree: Tree, unit_id: UnitId) -> UnitId:
    """Raises: UnitIdUnknown."""
    while tree.get(unit_id) is None:
        merged = await unit_store.unit(connection, unit_id)
        if merged is None or merged.merged_into is None:
            raise UnitIdUnknown(unit_id=unit_id)
        unit_id = UnitId(merged.merged_into)
    return unit_id


def _roll_up(month: Month, tree: Tree, unit_id: UnitId | None, tally: Tally) -> Availability:
    own = {UnitId(unit): seconds for unit, seconds in tally.units}

    def below(unit: UnitId) -> UnitSeconds:
        parts = (own.get(each.id, Seconds()) for each in tree.subtree(unit))
        return UnitSeconds(id=unit, path=tree.path(unit), seconds=sum(parts, Seconds()))

    units = [below(child.id) for child in tree.children(unit_id)]
    if unit_id is not None and unit_id in own and units:
        units.insert(0, UnitSeconds(id=unit_id, path=tree.path(unit_id), seconds=own[unit_id]))
    return Availability(
        month=month,
        unit=None if unit_id is None else below(unit_id),
        total=sum(own.values(), Seconds()),
        units=[unit for unit in units if unit.seconds.cameras],
        downtime=tally.downtime,
        worst=tally.worst,
    )


def _parse_cursor(cursor: str) -> tuple[datetime, str]:
    """Raises: CursorInvalid."""
    found = re.fullmatch(r"([0-9T:.-]{26})Z~(main|sub)", cursor)
    try:
        if found is not None:
            return datetime.fromisoformat(found[1]).replace(tzinfo=UTC), found[2]
    except ValueError:
        pass
    raise CursorInvalid(cursor=cursor[:40])
