"""A scene: the tracks, persons and zones of one channel at one instant. It is all that a rule ever reads."""

from dataclasses import dataclass
from datetime import datetime

from detectors.detection import Box, Detection
from detectors.event import EventKind, ZoneId
from detectors.tracker import Track
from detectors.zones import Zone
from streams.camera import CameraId


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    camera_id: CameraId
    #: media time of the frame, seconds
    media_time_s: float
    #: wall time of the frame, aware UTC
    wall: datetime
    #: pixels
    width: int
    height: int
    zones: tuple[Zone, ...]
    #: who is followed, including those out of sight for a moment; ordered by id
    tracks: tuple[Track, ...] = ()
    #: who is counted, followed over time (person_tracker); None on a frame at which the counting network did not look
    persons: tuple[Detection, ...] | None = None
    #: how many pixels of the counting network's input a pixel of the frame becomes
    person_scale: float = 1.0
    #: rules that are out of their hours, in a zone or, with None, on the whole picture (timetable)
    off: frozenset[tuple[EventKind, ZoneId | None]] = frozenset()

    def is_on(self, rule: EventKind, zone_id: ZoneId | None) -> bool:
        return (rule, zone_id) not in self.off

    def stands_in(self, zone: Zone, box: Box) -> bool:
        """Whether the person of this box has the feet in the zone."""
        x, y = box.foot
        return self.point_in(zone, x, y)

    def point_in(self, zone: Zone, x: float, y: float) -> bool:
        """Whether a point in pixels of the frame lies in the zone; what reaches over the edge counts as on it."""
        return zone.contains(min(1.0, max(0.0, x / self.width)), min(1.0, max(0.0, y / self.height)))
