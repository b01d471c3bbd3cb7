"""One fragment of a recorded file, changed picture by picture and encoded anew, in its place: the playlist stays as it is.

Decoding times, showing times and the whole duration are those of the recorded fragment; what comes out is H.264 whatever went in.
"""

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from streams.camera import CameraId
from streams.errors import VideoUnreadable
from streams.fragment import FileIndex
from streams.remake import Colours, Shown, encodable, encoder
from streams.sampler import upright
from streams.source import video_of

_FRAGMENTED = "empty_moov+default_base_moof+frag_custom+skip_trailer"
_NO_CAMERA = CameraId(0)
_CRF = 23


def remake_fragment(
    path: Path, index: FileIndex, number: int, change: Callable[[Shown], Shown]
) -> tuple[bytes, bytes]:
    """Head (ftyp, moov) and the fragment (moof, mdat). The heads of all fragments of a file are the same.

    Raises: VideoUnreadable.
    """
    if not 0 <= number < len(index.fragments):
        raise IndexError(number)
    try:
        pictures, decode_times = _pictures(path, index, number)
        if not pictures:
            raise VideoUnreadable(url=str(path), reason=f"no picture of fragment {number} can be decoded")
        return _encoded(index, number, [change(shown) for shown in pictures], decode_times)
    except (av.FFmpegError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise VideoUnreadable(url=str(path), reason=reason) from error


def _pictures(path: Path, index: FileIndex, number: int) -> tuple[list[Shown], list[int]]:
    """In the order in which they are shown, and when as many are decoded."""
    first = number
    while first > 0 and not index.fragments[first].keyframe:
        first -= 1
    begin, wanted = index.fragments[first], index.fragments[number]
    with path.open("rb") as file:
        data = file.read(index.head)
        file.seek(begin.offset)
        data += file.read(wanted.offset + wanted.size - begin.offset)
    before = sum(fragment.samples for fragment in index.fragments[first:number])
    pictures: list[VideoFrame] = []
    times: dict[int, int] = {}
    with av.open(io.BytesIO(data), "r", format="mp4", options={"ignore_editlist": "1"}) as source:
        stream = video_of(source, str(path))
        stream.codec_context.thread_count = 1
        tick = stream.time_base or Fraction(1, index.timescale)
        packets = [packet for packet in source.demux(stream) if packet.size]
        for packet in packets[before:]:
            times[packet.pts or 0] = packet.dts or 0
        for packet in packets:
            try:
                pictures += packet.decode()
            except av.FFmpegError:
                continue
        pictures += stream.codec_context.decode(None)
        shown = [_shown(each, tick) for each in pictures if each.pts in times]
    shown.sort(key=lambda each: each.pts)
    return shown, sorted(times[each.pts] for each in shown)


def _shown(picture: VideoFrame, tick: Fraction) -> Shown:
    pts = picture.pts or 0
    frame = upright(picture, VideoReformatter(), camera_id=_NO_CAMERA, pts_s=float(pts * tick))
    colours = Colours(range=int(picture.color_range), space=int(picture.colorspace))
    return Shown(pts=pts, time_base=tick, frame=frame, colours=colours)


def _encoded(
    index: FileIndex, number: int, pictures: list[Shown], decode_times: list[int]
) -> tuple[bytes, bytes]:
    fragment = index.fragments[number]
    # the first is decoded when the fragment begins, also where what was the first cannot be decoded
    starts = [fragment.decode_time, *decode_times[1:]]
    ends = [*starts[1:], fragment.decode_time + fragment.duration]
    buffer = io.BytesIO()
    options = {
        "movflags": _FRAGMENTED,
        "video_track_timescale": str(index.timescale),
        "fragment_index": str(number + 1),
    }
    with av.open(buffer, "w", format="mp4", options=options) as output:
        stream = encoder(output, pictures[0], crf=_CRF)
        stream.codec_context.options = {
            **stream.codec_context.options,
            "tune": "zerolatency",
            "g": "100000",
            "sc_threshold": "0",
        }
        packets = [packet for shown in pictures for packet in stream.encode(encodable(shown))]
        packets += stream.encode(None)
        for packet, shown, start, end in zip(packets, pictures, starts, ends, strict=True):
            packet.time_base = shown.time_base
            packet.pts, packet.dts, packet.duration = max(shown.pts, start), start, max(1, end - start)
            output.mux_one(packet)
    data = bytearray(buffer.getvalue())
    at = 0
    while at + 8 <= len(data) and data[at + 4 : at + 8] != b"moof":
        at += int.from_bytes(data[at : at + 4], "big")
    # FFmpeg counts from the first packet that it is given; what is written here is counted from the beginning of the file
    tfdt = data.index(b"tfdt\1\0\0\0", at) + 8
    struct.pack_into(">Q", data, tfdt, fragment.decode_time)
    return bytes(data[:at]), bytes(data[at:])
