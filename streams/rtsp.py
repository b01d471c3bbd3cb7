"""An RTSP session as a source: PyAV over TCP, interleaved.

Only video is asked for: with audio beside it FFmpeg shifts the time stamps when the first sender report arrives.
Credentials are in the address that FFmpeg is given and nowhere else: its exceptions name that address, and so are
never chained to ours.
"""

import errno
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from runtime.clock import Clock, SystemClock
from streams import handshake
from streams.connection import Connection
from streams.errors import (
    CameraRefused,
    CameraUnauthorised,
    CameraUnreachable,
    NotAnRtspServer,
    StreamEnded,
    StreamError,
    StreamOverTcpRefused,
    StreamPathNotFound,
    StreamStalled,
)
from streams.packet import MediaPacket, StreamInfo
from streams.source import Source, describe, video_of
from streams.url import parse_stream_url, redacted

#: bytes, microseconds and frames that FFmpeg may spend on guessing what the SDP has said already; the second try is for
#: cameras whose SDP has no parameter sets, so that the size of the picture must be read from the first keyframe
_QUICK = {"analyzeduration": "0", "probesize": "32768", "fpsprobesize": "0"}
_THOROUGH = {"analyzeduration": "4000000", "probesize": "2000000"}


class RtspSource:
    def __init__(
        self,
        url: str,
        *,
        username: str = "",
        password: str = "",
        open_timeout_s: float = 5.0,
        stall_after_s: float = 10.0,
        clock: Clock | None = None,
    ) -> None:
        """`url` may carry credentials; `username` and `password` win over them. Raises InvalidStreamUrl."""
        address = parse_stream_url(url)
        self.url = redacted(address.public)
        self._address = replace(
            address,
            username=username or address.username,
            password=password or address.password,
        )
        self._host = address.host
        self._port = address.effective_port
        self._secret_url = self._address.with_credentials(self._address.username, self._address.password)
        self._clock = clock or SystemClock()
        self._open_timeout_s = open_timeout_s
        self._stall_after_s = stall_after_s
        self._container: InputContainer | None = None
        self._stream: VideoStream | None = None
        self._connection: Connection | None = None
        self._cancelled = threading.Event()
        self._described: handshake.Described | None = None

    def open(self) -> StreamInfo:
        self._open(_QUICK, first=True)
        info = self._describe()
        if info.width == 0:
            self.close()
            self._open(_THOROUGH)
            info = self._describe()
        return replace(info, audio=self._described.audio) if self._described else info

    def packets(self) -> Iterator[MediaPacket]:
        container, stream = self._container, self._stream
        if container is None or stream is None:
            raise RuntimeError("a source is opened before it is read")
        packets = container.demux(stream)
        while not self._cancelled.is_set():
            try:
                media = next(packets, None)
            except av.FFmpegError as error:
                if self._cancelled.is_set():
                    return
                raise self._while_reading(error) from None
            # A server that dies ends the stream without an exception: a packet without data, then nothing.
            if media is None or media.size == 0:
                if self._cancelled.is_set():
                    return
                raise StreamEnded(url=self.url)
            yield media

    def cancel(self) -> None:
        self._cancelled.set()
        if self._connection is not None:
            self._connection.shut()

    def close(self) -> None:
        self._stream = None
        if self._container is not None:
            self._container.close()
            self._container = None
        if self._connection is not None:
            self._connection.release()

    def _open(self, probing: dict[str, str], *, first: bool = False, video_only: bool = True) -> None:
        if self._cancelled.is_set():
            raise StreamEnded(url=self.url)
        options = {
            "rtsp_transport": "tcp",
            # FFmpeg gives up a silent read after about twice this time
            "timeout": str(int(self._stall_after_s * 1e6 / 2)),
            **probing,
        }
        if video_only:
            options["allowed_media_types"] = "video"
        self._connection = Connection(self._resolve(), self._port)
        with self._connection.opening():
            if first:
                self._described = self._ask()
            started = self._clock.monotonic()
            try:
                self._container = av.open(
                    self._secret_url, options=options, timeout=(self._open_timeout_s, None)
                )
            except av.FFmpegError as error:
                # Where there is only audio, FFmpeg asks to play nothing and is refused: look what there is.
                if not (video_only and isinstance(error, av.HTTPOtherClientError)):
                    raise self._while_opening(error, self._clock.monotonic() - started) from None
        if self._container is None:
            self._connection.release()
            self._open(probing, video_only=False)
        elif self._connection.leads_elsewhere:
            # The camera was asked whether it redirects, and then did it all the same.
            raise StreamEnded(url=self.url)

    def _ask(self) -> handshake.Described | None:
        described = handshake.ask(
            self._address,
            self._address.username,
            self._address.password,
            timeout_s=self._open_timeout_s,
            clock=self._clock,
            names=self.url,
        )
        if self._cancelled.is_set():
            raise StreamEnded(url=self.url)
        return described

    def _describe(self) -> StreamInfo:
        assert self._container is not None
        self._stream = video_of(self._container, self.url)
        return describe(self._stream, self.url)

    def _resolve(self) -> frozenset[str]:
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise CameraUnreachable(url=self.url, reason="the host name is unknown") from None
        return frozenset(str(address[4][0]) for address in found)

    def _while_opening(self, error: av.FFmpegError, took_s: float) -> StreamError:
        if isinstance(error, av.HTTPUnauthorizedError | av.HTTPForbiddenError):
            return CameraUnauthorised(url=self.url)
        if isinstance(error, av.HTTPNotFoundError):
            return StreamPathNotFound(url=self.url)
        if isinstance(error, av.ConnectionRefusedError):
            return CameraRefused(url=self.url)
        if error.errno == errno.EPROTONOSUPPORT:  # how FFmpeg says 461 Unsupported Transport
            return StreamOverTcpRefused(url=self.url)
        if isinstance(error, av.HTTPClientError | av.HTTPServerError):
            return StreamError(url=self.url, reason=str(error.strerror))
        timed_out = isinstance(error, av.TimeoutError | av.ExitError)
        # A server that accepts and then says nothing ends as "invalid data", but only after the time-out.
        if timed_out or took_s >= 0.9 * min(self._open_timeout_s, self._stall_after_s / 2):
            return CameraUnreachable(url=self.url, reason=f"no answer within {self._open_timeout_s:g} s")
        if isinstance(error, av.InvalidDataError):
            return NotAnRtspServer(url=self.url)
        return CameraUnreachable(url=self.url, reason=str(error.strerror))

    def _while_reading(self, error: av.FFmpegError) -> StreamError:
        if isinstance(error, av.TimeoutError | av.ExitError):
            return StreamStalled(url=self.url, seconds=f"{self._stall_after_s:g}")
        if isinstance(error, av.ConnectionResetError | av.BrokenPipeError):
            return StreamEnded(url=self.url)
        return StreamError(url=self.url, reason=str(error.strerror))


_conforms: type[Source] = RtspSource
