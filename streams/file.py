"""A video file as a source: in real time, as if a camera sent it, or flat out.

A file that breaks off is read as far as it goes and then ends like any other, with a warning in the log: whoever replays
evidence wants what is there.
"""

import logging
import threading
from collections.abc import Iterator
from fractions import Fraction

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from runtime.clock import Clock, SystemClock
from streams.errors import VideoUnreadable
from streams.packet import MediaPacket, StreamInfo
from streams.source import Source, describe, video_of

_log = logging.getLogger(__name__)


class FileSource:
    def __init__(self, path: str, *, real_time: bool = False, clock: Clock | None = None) -> None:
        self.url = path
        self._real_time = real_time
        self._clock = clock or SystemClock()
        self._cancelled = threading.Event()
        self._container: InputContainer | None = None
        self._stream: VideoStream | None = None

    def open(self) -> StreamInfo:
        try:
            self._container = av.open(f"file:{self.url}")
        except (av.FFmpegError, ValueError) as error:  # ValueError: a stream whose parameters make no sense
            reason = getattr(error, "strerror", None) or str(error)
            raise VideoUnreadable(url=self.url, reason=reason) from error
        if not self._container.streams:
            raise VideoUnreadable(url=self.url, reason="it holds no stream")
        self._stream = video_of(self._container, self.url)
        info = describe(self._stream, self.url)
        if info.width == 0 or info.height == 0:
            raise VideoUnreadable(url=self.url, reason="its video has no size")
        return info

    def packets(self) -> Iterator[MediaPacket]:
        container, stream = self._container, self._stream
        if container is None or stream is None:
            raise RuntimeError("a source is opened before it is read")
        packets = container.demux(stream)
        pace = _Pace(self._clock, self._cancelled, stream.time_base or Fraction(1, 90_000))
        read = 0
        while not self._cancelled.is_set():
            try:
                media = next(packets, None)
            except av.FFmpegError as error:
                if read == 0:
                    raise VideoUnreadable(url=self.url, reason=str(error.strerror)) from error
                _log.warning("file breaks off: path=%s packets=%d reason=%s", self.url, read, error.strerror)
                return
            if media is None:
                break
            if media.size == 0:
                continue
            if self._real_time:
                pace.wait_for(media)
            read += 1
            yield media
        if read == 0 and not self._cancelled.is_set():
            raise VideoUnreadable(url=self.url, reason="it holds no picture")

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        self._stream = None
        if self._container is not None:
            self._container.close()
            self._container = None


class _Pace:
    """Holds each packet back until as much time has passed as its DTS says."""

    def __init__(self, clock: Clock, cancelled: threading.Event, time_base: Fraction) -> None:
        self._clock = clock
        self._cancelled = cancelled
        self._tick_s = float(time_base)
        self._first: tuple[int, float] | None = None

    def wait_for(self, media: MediaPacket) -> None:
        at = media.dts if media.dts is not None else media.pts
        if at is None:
            return
        now = self._clock.monotonic()
        if self._first is None:
            self._first = (at, now)
        first, started = self._first
        self._cancelled.wait(max(0.0, started + (at - first) * self._tick_s - now))


_conforms: type[Source] = FileSource
