"""A compressed unit of a stream, what is known about the stream that it belongs to, and the runs that it comes in.

Packets are shared: recorder, samplers and viewers hold the same one, so nobody changes `media`. Whoever must change
time stamps takes a reference with `av.Packet(packet.media)`, which copies no data.
"""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, NewType, TypeAlias
from uuid import UUID

import av
from av.video.stream import VideoStream

from streams.errors import StreamError

if TYPE_CHECKING:
    #: a compressed unit as FFmpeg holds it
    MediaPacket: TypeAlias = av.Packet[VideoStream]
else:
    MediaPacket = av.Packet  # generic in its stub only

#: what was recorded from one unbroken RTSP session has one id
RunId = NewType("RunId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamInfo:
    """What the first bytes of a stream said about it. A declared frame rate may lie."""

    #: as FFmpeg names it: h264, hevc
    codec: str
    #: pixels, before rotation; 0 where the stream does not say
    width: int
    height: int
    #: seconds per tick of the packets' PTS and DTS
    time_base: Fraction
    #: frames a second as declared; None where nothing believable is declared
    fps: float | None
    #: parameter sets: Annex B or avcC/hvcC, as the source had them
    extradata: bytes = field(default=b"", repr=False)
    #: codecs of the sound that is offered beside it, which nobody asks for; as FFmpeg names them
    audio: tuple[str, ...] = ()
    #: for `add_stream_from_template`. It lives in a container of its own that is never written, because the stream of
    #: the source points into freed memory as soon as the source is closed.
    template: VideoStream = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Packet:
    """One packet of video. DTS rises strictly within a run; PTS and DTS are never None."""

    media: MediaPacket
    #: media time: seconds since the first packet of the run
    pts_s: float
    #: wall time at which it reached this server
    wall: datetime
    keyframe: bool
    #: bytes
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The packets that follow are of one unbroken run."""

    run_id: RunId
    info: StreamInfo
    #: wall time of its first packet
    wall: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """No more packets of this run: the source ended, failed or was closed, or its time stamps jumped."""

    run_id: RunId
    wall: datetime
    #: None where the source was closed on purpose or the time stamps jumped
    error: StreamError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Here `packets` packets are missing for this subscriber, who was too slow. The next packet is a keyframe."""

    packets: int


StreamItem = Packet | RunStarted | RunEnded | Skipped
