"""What is being shown to somebody: cameras over one range of time, with the access that it rests on."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from streams.camera import CameraId, ProfileName
from streams.segment import ChainedSegment
from vms.timeline.timeline import Gap

#: times as fast as it was. The player does it; from 8 on it is given keyframes only.
Speed = Literal["0.5", "1", "2", "4", "8", "16"]
KEYFRAMES_ONLY: frozenset[Speed] = frozenset({"8", "16"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedCamera:
    camera_id: CameraId
    profile: ProfileName
    #: in order of time
    segments: tuple[ChainedSegment, ...]
    gaps: tuple[Gap, ...]


@dataclass(slots=True, kw_only=True)
class Playback:
    id: UUID
    access_id: UUID
    start_at: datetime
    #: never after the moment at which it was made
    end_at: datetime
    speed: Speed
    #: when the access is over
    expires_at: datetime
    cameras: dict[CameraId, PlayedCamera]
    #: monotonic seconds at which the access was last looked at
    checked_s: float
    #: made once: what is recorded does not change
    playlists: dict[CameraId, str] = field(default_factory=dict)

    @property
    def keyframes_only(self) -> bool:
        return self.speed in KEYFRAMES_ONLY
