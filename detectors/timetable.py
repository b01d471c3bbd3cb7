"""Which rules of a channel are out of their hours at a moment: of the channel, and of each of its zones.

It is asked at every frame, by the frame's wall time, and answers from memory within a minute. Where nobody set hours it
costs nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from detectors.event import EventKind, ZoneId
from detectors.hours import Hours
from detectors.zones import Zone

#: a rule in a zone; with None, on the whole picture
Off = frozenset[tuple[EventKind, ZoneId | None]]
NOTHING_OFF: Off = frozenset()


class Timetable:
    def __init__(
        self,
        *,
        rules: Collection[EventKind],
        hours: Mapping[EventKind, Hours],
        zones: Sequence[Zone],
        time_zone: tzinfo = UTC,
    ) -> None:
        """`hours` are those of a rule wherever it is on; a zone may narrow them down. `time_zone`: of the place."""
        self._rules = rules
        self._hours = hours
        self._zones = zones
        self._time_zone = time_zone
        self._timed = bool(hours) or any(zone.hours for zone in zones)
        self._minute: datetime | None = None
        self._off: Off = NOTHING_OFF

    def off_at(self, wall: datetime) -> Off:
        if not self._timed:
            return NOTHING_OFF
        minute = wall.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._off = minute, self._look(minute.astimezone(self._time_zone))
        return self._off

    def _look(self, local: datetime) -> Off:
        off: set[tuple[EventKind, ZoneId | None]] = set()
        for rule in self._rules:
            if rule in self._hours and not self._hours[rule].covers(local):
                off |= {(rule, None), *((rule, zone.id) for zone in self._zones)}
            else:
                off |= {
                    (rule, zone.id) for zone in self._zones if zone.hours and not zone.hours.covers(local)
                }
        return frozenset(off)

    def on(self, rule: EventKind, off: Off) -> bool:
        """Whether the rule is on anywhere: in a zone that carries it or, where none does, on the whole picture."""
        zones: list[ZoneId | None] = [zone.id for zone in self._zones if rule in zone.rules]
        return any((rule, zone) not in off for zone in zones or [None])
