"""What yields packets: the Protocol that an RTSP session and a file fulfil, and what they share.

A source belongs to one thread, which opens it, iterates it and closes it. Another thread may only `cancel` it: to close
a container that is being read would crash the process.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from streams.errors import NoVideo
from streams.packet import MediaPacket, StreamInfo

#: a declared rate above this is a time base that was taken for a rate (90,000 is usual)
_MOST_BELIEVABLE_FPS = 300.0


class Source(Protocol):
    @property
    def url(self) -> str:
        """The address without credentials, as it stands in errors and logs."""
        ...

    def open(self) -> StreamInfo:
        """Connect, and say what the stream is. Raises a StreamError."""
        ...

    def packets(self) -> Iterator[MediaPacket]:
        """The packets of the video stream, each with data; PTS and DTS as the source has them, None included.

        Ends by itself only where the source has an end; a live source raises StreamStalled or StreamEnded.
        After `cancel` it ends without an error.
        """
        ...

    def cancel(self) -> None:
        """From any thread, any number of times: `open` and `packets` come to an end as soon as they can."""
        ...

    def close(self) -> None:
        """From the thread that reads, at the end: let go of everything. A second time does nothing."""
        ...


def video_of(container: InputContainer, url: str) -> VideoStream:
    """The video stream that is worth reading: the first that has a decoder and is not a cover picture."""
    for stream in container.streams.video:
        has_decoder: object = stream.codec_context  # None without one, whatever the stub says
        is_cover = bool(stream.disposition & Disposition.attached_pic)
        if has_decoder and not is_cover:
            return stream
    raise NoVideo(url=url)


def describe(stream: VideoStream, url: str) -> StreamInfo:
    """What a consumer needs of `stream`, copied so that it outlives the container that `stream` is in."""
    context = stream.codec_context
    rate = stream.average_rate or stream.guessed_rate
    fps = float(rate) if rate else 0.0
    try:
        template = copied(stream)
    except ValueError:  # a codec that no container is made for
        raise NoVideo(url=url) from None
    return StreamInfo(
        codec=context.codec.canonical_name,
        width=context.width,
        height=context.height,
        time_base=stream.time_base or Fraction(1, 90_000),
        fps=fps if 0.0 < fps <= _MOST_BELIEVABLE_FPS else None,
        extradata=context.extradata or b"",
        template=template,
    )


def copied(stream: VideoStream) -> VideoStream:
    """A stream with all that `stream` says about itself, rotation too, in a container that is never written.

    It is how PyAV copies parameters. NUT takes nearly every codec, and a file is only opened with the first packet.
    """
    return av.open("template", "w", format="nut").add_stream_from_template(stream, opaque=True)
