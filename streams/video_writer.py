"""Pictures to an MP4 file for people: H.264 that every player and browser shows. Not for recordings, which are never encoded."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
import numpy.typing as npt
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.errors import VideoUnwritable

_TIME_BASE = Fraction(1, 90_000)
#: quality, as x264 counts it: lower is better and larger
_CRF = "23"


class VideoWriter:
    """Pictures are placed by their PTS. Leaving the block makes the file whole; leaving it by an error removes it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._last_pts = -1

    def __enter__(self) -> "VideoWriter":
        """Raises: VideoUnwritable."""
        try:  # PyAV opens the file with the first picture only
            self._path.write_bytes(b"")
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            self._container = av.open(str(self._path), "w", format="mp4", options={"movflags": "+faststart"})
        except (av.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        container, self._container = self._container, None
        if container is None:
            return
        try:
            if self._stream is not None and kind is None:
                container.mux(self._stream.encode(None))
            container.close()
        except (av.FFmpegError, OSError) as fault:
            if kind is None:
                self._path.unlink(missing_ok=True)
                raise self._unwritable(fault) from fault
        if kind is not None or self._stream is None:
            self._path.unlink(missing_ok=True)

    def write(self, picture: npt.NDArray[np.uint8], pts_s: float) -> None:
        """BGR (height, width, 3); the first sets the size, and an odd row or column is left out. Raises: VideoUnwritable."""
        height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="bgr24")
        self._last_pts = max(round(pts_s / _TIME_BASE), self._last_pts + 1)
        frame.pts, frame.time_base = self._last_pts, _TIME_BASE
        if self._container is None:
            raise RuntimeError("a video is written inside its block")
        if self._stream is None:
            self._stream = self._open_stream(self._container, width, height)
        try:
            self._container.mux(self._stream.encode(frame))
        except (av.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error

    def _open_stream(self, container: OutputContainer, width: int, height: int) -> VideoStream:
        stream = container.add_stream("libx264", options={"crf": _CRF, "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TIME_BASE
        return stream

    def _unwritable(self, error: Exception) -> VideoUnwritable:
        return VideoUnwritable(path=self._path, reason=getattr(error, "strerror", None) or str(error))
