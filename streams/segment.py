"""A recorded file as arithmetic: when to cut, what it is called, from when to when it lasts. No clock, no disk.

A name holds the moment of its first picture in UTC, so that a folder can be read without a database:
`<camera>/2026-11-05/101500.000Z_main.mp4`, below the folder of its volume.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType, get_args
from uuid import UUID

from runtime.chain import Digest, canonical
from streams.camera import CameraId, ProfileName

#: a folder that recordings are written to, on one machine
VolumeId = NewType("VolumeId", int)

SUFFIX = ".mp4"
#: what stands behind the name of a file that is still being written
PART_SUFFIX = ".part"

_PATH = re.compile(
    r"(?P<camera>[1-9]\d*)/(?P<day>\d{4}-\d\d-\d\d)/(?P<time>\d{6}\.\d{3})Z_(?P<profile>[a-z]+)\.mp4"
)
#: how far the end of a segment may be bent towards this server's clock, as a share of its length. Cameras' clocks
#: run up to 0.1 % fast or slow; what is more is a hiccup of the network and not the truth.
_MOST_DRIFT = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One recorded file that is whole and on disk."""

    camera_id: CameraId
    profile: ProfileName
    volume_id: VolumeId
    run_id: UUID
    #: wall time of the first picture, in whole milliseconds; within a run, the `end_at` of the segment before
    start_at: datetime
    #: wall time at which the next picture is due
    end_at: datetime
    #: media time, from PTS: seconds from the first picture to the one after the last. It differs from
    #: `end_at - start_at` by as much as the camera's clock drifts from this server's.
    duration_s: float
    bytes: int
    codec: str
    #: pixels
    width: int
    height: int
    #: SHA-256 of the file, and of the hashes of its fragments' pictures (streams/fragment.py)
    sha256: Digest
    media_sha256: Digest
    #: seconds by which the camera's own clock was ahead of this server's; None where nobody asked it
    clock_offset_s: float | None = None

    @property
    def path(self) -> str:
        """Below the volume's folder, with forward slashes."""
        return segment_path(
            SegmentName(camera_id=self.camera_id, profile=self.profile, start_at=self.start_at)
        )

    def statement(self, seq: int) -> str:
        """What the chain of its camera and profile says of it; `seq` is its place in the chain, from 1."""
        return canonical(
            {
                "camera": self.camera_id,
                "profile": self.profile,
                "seq": seq,
                "run": str(self.run_id),
                "start_at": iso(self.start_at),
                "end_at": iso(self.end_at),
                "media_us": round(self.duration_s * 1_000_000),
                "bytes": self.bytes,
                "codec": self.codec,
                "width": self.width,
                "height": self.height,
                "clock_offset_us": None
                if self.clock_offset_s is None
                else round(self.clock_offset_s * 1_000_000),
                "sha256": self.sha256.hex(),
                "media_sha256": self.media_sha256.hex(),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedSegment:
    """A segment with its place in the chain of its camera and profile, from 1."""

    segment: Segment
    seq: int
    #: SHA-256 of the link before it and of the segment's statement (runtime/chain.py)
    link: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentName:
    """What the path of a segment says."""

    camera_id: CameraId
    profile: ProfileName
    start_at: datetime


def is_due(*, keyframe: bool, lasted_s: float, segment_s: float) -> bool:
    """Whether a file that has lasted `lasted_s` seconds of media time is cut before this packet."""
    return keyframe and lasted_s >= segment_s


def iso(at: datetime) -> str:
    """A moment as statements write it: UTC, milliseconds, Z."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def in_milliseconds(at: datetime) -> datetime:
    """Cut off, not rounded: what a name can say."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def segment_path(name: SegmentName) -> str:
    """The path below the folder of its volume. Milliseconds are cut off, not rounded."""
    at = name.start_at.astimezone(UTC)
    return f"{name.camera_id}/{at:%Y-%m-%d}/{at:%H%M%S}.{at.microsecond // 1000:03d}Z_{name.profile}{SUFFIX}"


def parse_segment_path(path: str) -> SegmentName | None:
    """Read back what `segment_path` wrote; None for every other file."""
    match = _PATH.fullmatch(path)
    if match is None or match["profile"] not in get_args(ProfileName):
        return None
    try:
        start_at = datetime.strptime(f"{match['day']} {match['time']}+0000", "%Y-%m-%d %H%M%S.%f%z")
    except ValueError:  # a thirteenth month
        return None
    profile: ProfileName = "main" if match["profile"] == "main" else "sub"
    return SegmentName(camera_id=CameraId(int(match["camera"])), profile=profile, start_at=start_at)


def end_of(*, start_at: datetime, duration_s: float, arrived_at: datetime) -> datetime:
    """The wall time at which a segment ends.

    It starts where the one before ended and lasts as long as its PTS say, bent a little towards `arrived_at`, the wall
    time at which its end arrived: so a timeline has neither gaps nor overlaps within a run, and follows this server's
    clock however wrong the camera's is.
    """
    by_pts = start_at + timedelta(seconds=duration_s)
    most = duration_s * _MOST_DRIFT
    drift_s = (arrived_at - by_pts).total_seconds()
    return in_milliseconds(by_pts + timedelta(seconds=min(most, max(-most, drift_s))))
