"""A video decoded, changed picture by picture and encoded anew as H.264: every picture keeps its time stamp to the tick.

For what is derived from a recording and says so; the recording itself is never encoded. Sound is left out. What is made is
whole when it has its name: it is written aside and renamed.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from runtime.disk import sync_folder
from streams.camera import CameraId
from streams.errors import VideoUnreadable, VideoUnwritable
from streams.frame import Frame
from streams.sampler import upright
from streams.source import video_of

#: quality, as x264 counts it: lower is better and larger
CRF = 20
PRESET = "veryfast"
_NO_CAMERA = CameraId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """How the numbers of a picture are meant; goes into what is made of it. FFmpeg's numbers."""

    range: int
    space: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """One picture of a video, with its place in it."""

    #: in ticks of time_base
    pts: int
    time_base: Fraction
    #: its planes are the decoder's own: they are copied before they are changed
    frame: Frame
    colours: Colours


class Pictures:
    """The pictures of a file in the order in which they are shown; those before the beginning of its edit list are not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        #: packets that could not be decoded
        self.damaged = 0
        #: seconds; 0 where the file does not say
        self.duration_s = 0.0

    def __iter__(self) -> Iterator[Shown]:
        """Raises: VideoUnreadable, NoVideo."""
        try:
            container = av.open(f"file:{self._path}")
        except (av.FFmpegError, OSError, ValueError) as error:
            raise self._unreadable(error) from error
        with container:
            if not container.streams:
                raise VideoUnreadable(url=str(self._path), reason="it holds no stream")
            stream = video_of(container, str(self._path))
            self.duration_s = float(container.duration or 0) / av.time_base
            yield from self._shown(container, stream)

    def _shown(self, container: "av.container.InputContainer", stream: VideoStream) -> Iterator[Shown]:
        reformatter = VideoReformatter()
        tick = stream.time_base or Fraction(1, 90_000)
        last, self.damaged, size = None, 0, None
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError as error:
                raise self._unreadable(error) from error
            if packet is None:
                break
            try:
                pictures = packet.decode()
            except av.FFmpegError:
                self.damaged += 1
                continue
            for picture in pictures:
                if picture.pts is None:
                    continue
                if last is not None and picture.pts <= last:
                    continue
                last = picture.pts
                frame = upright(picture, reformatter, camera_id=_NO_CAMERA, pts_s=float(picture.pts * tick))
                if size not in (None, (frame.width, frame.height)):
                    raise VideoUnreadable(url=str(self._path), reason="its pictures change their size")
                size = frame.width, frame.height
                colours = Colours(range=int(picture.color_range), space=int(picture.colorspace))
                yield Shown(pts=picture.pts, time_base=tick, frame=frame, colours=colours)
        if last is None:
            raise VideoUnreadable(url=str(self._path), reason="it holds no picture")

    def _unreadable(self, error: Exception) -> VideoUnreadable:
        return VideoUnreadable(url=str(self._path), reason=getattr(error, "strerror", None) or str(error))


class Remade:
    """The file that is made. Leaving the block gives it its name; leaving it by an error leaves nothing."""

    def __init__(self, path: Path, *, comment: str = "", threads: int = 1) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._comment = comment
        self._threads = threads
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None

    def __enter__(self) -> "Remade":
        """Raises: VideoUnwritable."""
        try:
            self._part.write_bytes(b"")
            self._container = av.open(str(self._part), "w", format="mp4", options={"movflags": "+faststart"})
        except (av.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error
        self._container.metadata["comment"] = self._comment
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        container, self._container = self._container, None
        assert container is not None
        try:
            if self._stream is not None and kind is None:
                container.mux(self._stream.encode(None))
            container.close()
            if kind is None and self._stream is not None:
                self._keep()
        except (av.FFmpegError, OSError) as fault:
            if kind is None:
                raise self._unwritable(fault) from fault
        finally:
            self._part.unlink(missing_ok=True)

    def write(self, shown: Shown) -> None:
        """An odd row or column is left out. Raises: VideoUnwritable."""
        if self._container is None:
            raise RuntimeError("a video is written inside its block")
        picture = encodable(shown)
        try:
            if self._stream is None:
                self._stream = encoder(self._container, shown, threads=self._threads)
            self._container.mux(self._stream.encode(picture))
        except (av.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error

    def _keep(self) -> None:
        with self._part.open("rb") as file:
            os.fsync(file.fileno())
        self._part.rename(self._path)
        sync_folder(self._path.parent)

    def _unwritable(self, error: Exception) -> VideoUnwritable:
        return VideoUnwritable(path=self._path, reason=getattr(error, "strerror", None) or str(error))


def encoder(
    container: OutputContainer, like: Shown, *, threads: int = 1, preset: str = PRESET, crf: int = CRF
) -> VideoStream:
    """A stream of H.264 for pictures such as this one, without B frames: pictures leave in the order in which they came."""
    options = {"crf": str(crf), "preset": preset, "bf": "0", "threads": str(threads)}
    stream = container.add_stream("libx264", options=options)
    stream.width, stream.height = like.frame.width // 2 * 2, like.frame.height // 2 * 2
    stream.pix_fmt = "yuv420p"
    stream.time_base = stream.codec_context.time_base = like.time_base
    stream.codec_context.color_range, stream.codec_context.colorspace = like.colours.range, like.colours.space
    return stream


def encodable(shown: Shown) -> VideoFrame:
    frame = shown.frame
    width, height = frame.width // 2 * 2, frame.height // 2 * 2
    planes = np.empty((height * 3 // 2, width), np.uint8)
    planes[:height] = frame.y[:height, :width]
    chroma = planes[height:].reshape(2, height // 2, width // 2)
    chroma[0] = frame.u[: height // 2, : width // 2]
    chroma[1] = frame.v[: height // 2, : width // 2]
    picture = VideoFrame.from_ndarray(planes, format="yuv420p")
    picture.pts, picture.time_base = shown.pts, shown.time_base
    picture.color_range, picture.colorspace = shown.colours.range, shown.colours.space
    return picture
