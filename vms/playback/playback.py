"""What is being shown to somebody: cameras over one range of time, with the access that it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from streams.camera import CameraId, ProfileName
from streams.mask import Mask
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
    #: seconds from the first file to each, by its place in the chain: where its media time begins in the playback
    begins: Mapping[int, float]
    #: what is black in it, because the access is not for unmasked pictures; None: it is shown as it was recorded
    mask: Mask | None = None


def begins_of(segments: Sequence[ChainedSegment]) -> dict[int, float]:
    """Files of a run follow each other by their media time, so that none begins before the last one ends; a gap lasts as it did."""
    begins: dict[int, float] = {}
    end, last = 0.0, None
    for chained in segments:
        segment = chained.segment
        begin = end
        if last is None or last.run_id != segment.run_id:
            begin = max(end, (segment.start_at - segments[0].segment.start_at).total_seconds())
        begins[chained.seq] = begin
        end, last = begin + segment.duration_s, segment
    return begins


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
