"""What was seen of a stream that was looked at: measured, and beside it what was declared. No I/O."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeReport:
    #: without credentials
    url: str
    #: as FFmpeg names it: h264, hevc
    codec: str
    #: of the codec, such as High; None where nothing was decoded
    codec_profile: str | None = None
    #: pixels, before rotation
    width: int
    height: int
    #: frames a second as declared; None where nothing believable is
    declared_fps: float | None = None
    #: frames a second, measured; as declared where too few came; None where nothing is known
    fps: float | None
    #: from keyframe to keyframe, the longest that was seen; where fewer than two keyframes came, at least so long
    gop_s: float | None = None
    gop_frames: int | None = None
    gop_is_whole: bool = False
    #: kbit/s of the video
    bitrate_kbps: float | None = None
    #: None where nothing was decoded
    b_frames: bool | None = None
    #: codecs of the sound that is offered beside it
    audio: tuple[str, ...] = ()
    #: from the start of connecting
    first_packet_s: float | None = None
    first_keyframe_s: float | None = None
    #: media time that was looked at, and packets in it
    seconds: float = 0.0
    packets: int = 0
    #: packets that could not be decoded and pictures that came out damaged, of those that were decoded
    corrupt: int = 0
    #: pauses in the picture, longer than three frames
    gaps: int = 0
    #: JPEG, at most 1280 wide; None where nothing was decoded
    picture: bytes | None = field(default=None, repr=False)
