"""Where a rule about persons counts: in the zones that carry it or, where none does, in the whole picture; each in its hours."""

from collections.abc import Sequence
from dataclasses import dataclass

from detectors.event import EventKind, ZoneId
from detectors.scene import Scene
from detectors.zones import Point, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Both are None on the whole picture."""

    zone_id: ZoneId | None = None
    zone_name: str | None = None


class Bounds:
    def __init__(self, kind: EventKind, zones: Sequence[Zone]) -> None:
        self._kind = kind
        self._zones = [zone for zone in zones if kind in zone.rules]

    def place(self, scene: Scene, point: Point) -> Place | None:
        """Where a point in pixels of the frame lies; None where the rule does not count, or not at this time."""
        if not self._zones:
            return Place() if scene.is_on(self._kind, None) else None
        for zone in self._zones:
            if scene.is_on(self._kind, zone.id) and scene.point_in(zone, *point):
                return Place(zone_id=zone.id, zone_name=zone.name)
        return None
