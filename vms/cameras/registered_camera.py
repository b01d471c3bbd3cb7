"""A camera as it is shown: what is set, what is known, and what each of its streams does now. No I/O."""

from dataclasses import dataclass
from datetime import datetime

from detectors.event import EventKind
from detectors.zones import Zone
from streams.camera import CameraId, ProfileName
from streams.condition import ConditionState
from streams.mask import Polygon
from vms.cameras.camera_state import WORST_FIRST, CameraState
from vms.cameras.configuration import Analysed, Facts, Recorded
from vms.cameras.rule_hours import RuleHours


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredProfile:
    name: ProfileName
    url: str
    recorded: bool
    analysed: bool
    #: None where nobody watches it
    state: ConditionState | None
    causes: tuple[str, ...]
    since: datetime | None
    #: {"code": …, "message": {"en": …, "zh": …}}
    error: dict[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredCamera:
    id: CameraId
    version: int
    name: str
    unit_id: int
    unit_name: str
    enabled: bool
    rules: frozenset[EventKind]
    hours: RuleHours
    masks: tuple[Polygon, ...]
    recorded: Recorded
    analysed: Analysed
    facts: Facts
    zones: tuple[Zone, ...]
    profiles: tuple[RegisteredProfile, ...]

    @property
    def state(self) -> CameraState:
        """Of its worst stream."""
        if not self.enabled:
            return "disabled"
        states = [profile.state or "not_watched" for profile in self.profiles]
        return min(states, key=WORST_FIRST.index, default="not_watched")


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPage:
    cameras: tuple[RegisteredCamera, ...]
    #: of the page after this one; None on the last
    next: str | None
