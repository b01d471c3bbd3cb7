"""What it takes to watch a camera, its passwords in clear: for the worker, never for a person. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from detectors.event import EventKind
from detectors.hours import Hours
from detectors.zones import Zone
from streams.camera import Camera
from streams.mask import Mask
from streams.onvif.account import OnvifAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """All that is needed to watch one camera."""

    camera: Camera
    rules: frozenset[EventKind]
    zones: tuple[Zone, ...]
    #: when rules are on; one that is not in it always is
    hours: Mapping[EventKind, Hours] = field(default_factory=dict)
    #: what nobody sees of the picture
    mask: Mask | None = None
    #: where it is asked for its own events; None where it speaks no ONVIF
    onvif: OnvifAccount | None = None

    def is_watched_like(self, other: "Watch") -> bool:
        """Whether going from one to the other changes nothing that is read, recorded or analysed."""
        camera = replace(other.camera, name=self.camera.name, unit_id=self.camera.unit_id)
        return self == replace(other, camera=camera, onvif=self.onvif)

    def is_read_like(self, other: "Watch") -> bool:
        """Whether going from one to the other changes nothing but how it is analysed: rules, zones and hours."""
        return self.is_watched_like(replace(other, rules=self.rules, zones=self.zones, hours=self.hours))
