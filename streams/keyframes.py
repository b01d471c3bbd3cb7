"""The keyframes of a recorded file: alone in an MP4 for fast playback, with nothing decoded, or as pictures for a strip."""

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from streams.errors import VideoUnreadable
from streams.fragment import FileIndex, Fragment
from streams.frame import Picture
from streams.mask import Mask
from streams.source import video_of

_JPEG_QUALITY = 80


def keyframes_of(path: Path, index: FileIndex, first: int, last: int) -> tuple[bytes, bytes]:
    """Head (ftyp, moov) and fragments of an MP4 with the keyframes of the fragments first to last (not included).

    Each lasts until the next, and time is counted from the first. Raises VideoUnreadable, OSError.
    """
    chosen = [fragment for fragment in index.fragments[first:last] if fragment.keyframe]
    ends = [fragment.decode_time for fragment in chosen[1:]]
    ends += [f.decode_time + f.duration for f in index.fragments[last - 1 : last]]
    buffer = io.BytesIO()
    with _opened(path) as source, path.open("rb") as file:
        try:
            with av.open(buffer, "w", format="mp4", options={"movflags": _FRAGMENTED}) as output:
                stream = output.add_stream_from_template(video_of(source, str(path)), opaque=True)
                tick = Fraction(1, index.timescale)
                stream.time_base = tick
                for fragment, end in zip(chosen, ends, strict=True):
                    packet = av.Packet(_first_sample(file, fragment))
                    packet.stream, packet.time_base = stream, tick
                    packet.pts = packet.dts = fragment.decode_time
                    packet.duration = max(1, end - fragment.decode_time)
                    packet.is_keyframe = True
                    output.mux_one(packet)
        except av.FFmpegError as error:
            raise VideoUnreadable(url=str(path), reason=error.strerror or str(error)) from error
    data = buffer.getvalue()
    at = _first_moof(data)
    return data[:at], data[at:]


def thumbnails_of(
    path: Path, index: FileIndex, fragments: Sequence[int], *, height: int, mask: Mask | None
) -> list[bytes]:
    """JPEGs, `height` pixels high, of the first pictures of these fragments, black where they are masked; only these are decoded.

    Raises VideoUnreadable, OSError.
    """
    pictures = []
    with _opened(path) as source, path.open("rb") as file:
        decoder = _decoder_of(video_of(source, str(path)))
        for number in fragments:
            picture = _decoded(decoder, _first_sample(file, index.fragments[number]), path)
            if mask is not None:
                mask.blacken(picture)
            width = max(1, round(picture.shape[1] * height / picture.shape[0]))
            small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
            pictures.append(
                cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
            )
    return pictures


_FRAGMENTED = "empty_moov+default_base_moof+frag_keyframe+skip_trailer"


def _opened(path: Path) -> InputContainer:
    try:
        return av.open(f"file:{path}")
    except av.FFmpegError as error:
        raise VideoUnreadable(url=str(path), reason=error.strerror or str(error)) from error


def _first_sample(file: io.BufferedReader, fragment: Fragment) -> bytes:
    file.seek(fragment.first_sample_at)
    return file.read(fragment.first_sample)


def _first_moof(data: bytes) -> int:
    at = 0
    while at + 8 <= len(data) and data[at + 4 : at + 8] != b"moof":
        at += int.from_bytes(data[at : at + 4], "big")
    return at


def _decoder_of(video: VideoStream) -> "av.VideoCodecContext":
    decoder = av.CodecContext.create(video.codec_context.name, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.extradata = video.codec_context.extradata
    decoder.thread_count = 1
    return decoder


def _decoded(decoder: "av.VideoCodecContext", sample: bytes, path: Path) -> Picture:
    """A decoder holds back what it may still have to reorder: it is told that nothing follows."""
    try:
        frames = [*decoder.decode(av.Packet(sample)), *decoder.decode(None)]
        decoder.flush_buffers()
    except av.FFmpegError as error:
        raise VideoUnreadable(url=str(path), reason=error.strerror or str(error)) from error
    if not frames:
        raise VideoUnreadable(url=str(path), reason="a keyframe gives no picture")
    return np.ascontiguousarray(frames[0].to_ndarray(format="bgr24"))
