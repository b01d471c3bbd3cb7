"""One clip, made ready to be sent: cut into access units, each already in RTP packets (RFC 6184, RFC 7798).

FFmpeg's own RTP muxer does the cutting, once per clip. What remains for every frame that is sent is to write a sequence
number and a timestamp into the headers, so that a simulated 1080p camera costs its host next to nothing.
"""

import base64
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import av.error
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer
from av.video.stream import VideoStream

from streams.errors import VideoUnreadable

#: ticks a second of every RTP video timestamp (RFC 6184 section 8.2.1)
RTP_CLOCK = 90_000
PAYLOAD_TYPE = 96
#: `$`, channel, length: what RFC 2326 section 10.12 puts before a packet that shares the RTSP connection
INTERLEAVED = struct.Struct(">cBH")
#: sequence number and timestamp, two bytes into an RTP header (RFC 3550 section 5.1)
STAMP = struct.Struct(">HI")
_STAMP_OFFSET = INTERLEAVED.size + 2
_START_CODE = b"\x00\x00\x00\x01"

ClipCodec = Literal["h264", "hevc"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessUnit:
    """One frame as it goes over the wire: its RTP packets end to end, each behind an interleaved header of channel 0."""

    wire: bytes
    #: where each interleaved header begins
    offsets: tuple[int, ...]
    keyframe: bool
    #: 90 kHz ticks from this unit's place in decode order to its presentation
    reorder_ticks: int = 0

    def stamped(self, sequence: int, timestamp: int, channel: int = 0) -> bytes:
        """The packets numbered from `sequence`, all of one `timestamp`; both wrap as RFC 3550 wants."""
        wire = bytearray(self.wire)
        for number, offset in enumerate(self.offsets, sequence):
            wire[offset + 1] = channel
            STAMP.pack_into(wire, offset + _STAMP_OFFSET, number & 0xFFFF, timestamp & 0xFFFFFFFF)
        return bytes(wire)


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketisedClip:
    codec: ClipCodec
    #: frames a second
    rate: Fraction
    units: tuple[AccessUnit, ...]
    #: SPS and PPS, after the VPS in H.265: NAL units without start codes
    parameter_sets: tuple[bytes, ...]

    def unit(self, index: int) -> AccessUnit:
        """The access unit of frame `index` of a clip that loops for ever."""
        return self.units[index % len(self.units)]

    def keyframe_at(self, index: int) -> int:
        """The index of the keyframe that opens the GOP of frame `index`."""
        while not self.unit(index).keyframe:
            index -= 1
        return index

    def timestamp(self, index: int) -> int:
        """90 kHz ticks from the first frame's decode time to the presentation of frame `index`, across all loops."""
        return (
            index * RTP_CLOCK * self.rate.denominator // self.rate.numerator + self.unit(index).reorder_ticks
        )

    @property
    def sdp_media(self) -> str:
        """The media section of a session description (RFC 6184 section 8.2, RFC 7798 section 7.2)."""
        encoded = [base64.b64encode(parameters).decode() for parameters in self.parameter_sets]
        if self.codec == "h264":
            name = "H264"
            level = self.parameter_sets[0][1:4].hex().upper()
            parameters = (
                f"packetization-mode=1;profile-level-id={level};sprop-parameter-sets={','.join(encoded)}"
            )
        else:
            name = "H265"
            parameters = ";".join(
                f"{key}={value}"
                for key, value in zip(("sprop-vps", "sprop-sps", "sprop-pps"), encoded, strict=False)
            )
        return (
            f"m=video 0 RTP/AVP {PAYLOAD_TYPE}\r\n"
            f"a=rtpmap:{PAYLOAD_TYPE} {name}/{RTP_CLOCK}\r\n"
            f"a=fmtp:{PAYLOAD_TYPE} {parameters}\r\n"
            f"a=framerate:{float(self.rate):g}\r\n"
        )


def packetise(clip: Path, *, ssrc: int) -> PacketisedClip:
    """Read `clip` whole and cut it into RTP packets. Raises VideoUnreadable where it is not H.264 or H.265."""
    try:
        with av.open(str(clip)) as container:
            return _packetise(clip, container, ssrc)
    except (av.error.FFmpegError, OSError) as error:
        raise VideoUnreadable(url=clip, reason=error) from error


def _packetise(clip: Path, container: InputContainer, ssrc: int) -> PacketisedClip:
    if not container.streams.video:
        raise VideoUnreadable(url=clip, reason="it holds no video")
    stream = container.streams.video[0]
    codec = _codec(clip, stream)
    if not stream.average_rate:
        raise VideoUnreadable(url=clip, reason="it states no frame rate")
    packets = list(_annexb(container, stream, codec))
    parameter_sets = _parameter_sets(bytes(packets[0]), codec) if packets and packets[0].is_keyframe else ()
    if not parameter_sets:
        raise VideoUnreadable(url=clip, reason="it does not begin with a keyframe and its parameter sets")
    return PacketisedClip(
        codec=codec,
        rate=Fraction(stream.average_rate),
        units=tuple(_access_units(stream, packets, parameter_sets, ssrc)),
        parameter_sets=parameter_sets,
    )


def _codec(clip: Path, stream: VideoStream) -> ClipCodec:
    name = stream.codec_context.name
    if name == "h264":
        return "h264"
    if name == "hevc":
        return "hevc"
    raise VideoUnreadable(url=clip, reason=f"its codec is {name}, not h264 or hevc")


def _annexb(
    container: InputContainer, stream: VideoStream, codec: ClipCodec
) -> Iterator["av.Packet[VideoStream]"]:
    """The packets with start codes, and with the parameter sets before every keyframe, as a camera sends them."""
    to_annexb = BitStreamFilterContext(f"{codec}_mp4toannexb", stream)
    for packet in container.demux(stream):
        if packet.size:
            yield from to_annexb.filter(packet)


def _parameter_sets(keyframe: bytes, codec: ClipCodec) -> tuple[bytes, ...]:
    # Emulation prevention keeps start codes out of NAL units, so that a plain split is exact.
    units = [unit.rstrip(b"\x00") for unit in re.split(b"\x00\x00\x01", keyframe)[1:]]
    wanted = (7, 8) if codec == "h264" else (32, 33, 34)

    def kind(unit: bytes) -> int:
        return unit[0] & 0x1F if codec == "h264" else unit[0] >> 1 & 0x3F

    return tuple(unit for each in wanted for unit in units if unit and kind(unit) == each)


class _PacketSink:
    """What the RTP muxer writes to: it calls `write` once for every RTP packet."""

    def __init__(self) -> None:
        self._packets: list[bytes] = []

    def write(self, packet: bytes) -> int:
        self._packets.append(bytes(packet))
        return len(packet)

    def take(self) -> list[bytes]:
        packets, self._packets = self._packets, []
        return packets


def _access_units(
    stream: VideoStream, packets: "list[av.Packet[VideoStream]]", parameter_sets: tuple[bytes, ...], ssrc: int
) -> Iterator[AccessUnit]:
    sink = _PacketSink()
    options = {
        "packetsize": "1400",
        "payload_type": str(PAYLOAD_TYPE),
        "ssrc": str(ssrc),
        "seq": "0",
        "rtpflags": "skip_rtcp",
    }
    # A buffer larger than a packet: the muxer then writes exactly one packet at a time.
    with av.open(sink, "w", format="rtp", options=options, buffer_size=2000) as muxer:
        out = muxer.add_stream_from_template(stream)
        # An MP4's extradata would make the muxer look for length prefixes, where these packets have start codes.
        out.codec_context.extradata = b"".join(_START_CODE + parameters for parameters in parameter_sets)
        for packet in packets:
            reorder = 0
            if packet.pts is not None and packet.dts is not None:
                reorder = round((packet.pts - packet.dts) * packet.time_base * RTP_CLOCK)
            keyframe = packet.is_keyframe
            packet.stream = out
            muxer.mux_one(packet)
            yield _access_unit(sink.take(), keyframe, reorder)


def _access_unit(packets: list[bytes], keyframe: bool, reorder_ticks: int) -> AccessUnit:
    wire = bytearray()
    offsets = []
    for packet in packets:
        offsets.append(len(wire))
        wire += INTERLEAVED.pack(b"$", 0, len(packet)) + packet
    return AccessUnit(
        wire=bytes(wire), offsets=tuple(offsets), keyframe=keyframe, reorder_ticks=reorder_ticks
    )
