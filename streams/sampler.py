"""Packets to frames: decode, and give out at most so many frames a second of media time.

Frames are counted by PTS and not by number, because cameras send fewer at night and more when they move. What cannot be
decoded is counted, and decoding goes on at the next keyframe.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Protocol

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import VideoReformatter

from streams.camera import CameraId
from streams.file import FileSource
from streams.frame import Frame, Plane
from streams.mask import Mask
from streams.packet import MediaPacket, Packet, StreamInfo
from streams.source import copied
from streams.timeline import PtsJumped, Timeline

#: planar 4:2:0, 8 bit: what a Frame is made of. The j is full range instead of limited; it is not converted.
_AS_IT_IS = frozenset({"yuv420p", "yuvj420p"})
#: how early a frame may be for its place in the grid, in frames: PTS are rounded to ticks
_EARLY = 1e-3
#: frames that a decoder may hold back; their walls are remembered meanwhile
_MOST_HELD = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Feeder(Protocol):
    """What takes the packets of one run and gives frames: a Sampler, or what decides for one."""

    def feed(self, packet: Packet) -> Iterable[Frame]: ...

    def flush(self) -> Iterable[Frame]:
        """At the end of the run."""
        ...


class Sampler:
    """The decoder of one run. Not thread-safe, and it blocks: it is fed from one thread at a time, not the loop's."""

    def __init__(
        self,
        info: StreamInfo,
        camera_id: CameraId,
        fps: float,
        *,
        mask: Mask | None = None,
        rough: bool = False,
    ) -> None:
        """`fps`: frames a second of media time at most. `mask`: what is black in every frame that it gives.

        `rough`: blocks are not smoothed, which saves an eighth; only for glances, because later pictures build on it.
        """
        if fps <= 0:
            raise ValueError(f"frames a second are more than 0, not {fps}")
        self.fps = fps
        self._camera_id = camera_id
        self._mask = mask
        self._tick_s = float(info.time_base)
        self._decoder = _decoder_of(info)
        if rough:
            self._decoder.options = {"skip_loop_filter": "all"}
        self._reformatter = VideoReformatter()
        self._needs_keyframe = True
        self._last_place = -1
        #: media time of PTS 0
        self._origin_s = 0.0
        #: wall time by PTS of the packets that are in the decoder
        self._walls: dict[int, datetime] = {}
        self._wall = _EPOCH
        #: packets that could not be decoded, and pictures that came out damaged
        self.corrupt = 0
        #: pictures that were decoded, given out or not
        self.decoded = 0

    def feed(self, packet: Packet) -> list[Frame]:
        """The frames that have become due, in the order of their PTS."""
        if self._needs_keyframe and not packet.keyframe:
            return []
        self._needs_keyframe = False
        pts = packet.media.pts or 0
        self._origin_s = packet.pts_s - pts * self._tick_s
        self._wall = packet.wall
        self._walls[pts] = packet.wall
        if len(self._walls) > _MOST_HELD:
            del self._walls[next(iter(self._walls))]
        return self._decode(packet.media)

    def glance(self, keyframe: Packet) -> Frame | None:
        """The picture of one keyframe, whatever rate is wanted; None where it cannot be decoded.

        It does not count as given out. Decoding goes on at a keyframe, which may be an earlier one or this one again.
        """
        self._needs_keyframe = True
        self._walls.clear()
        self._decoder.flush_buffers()
        try:
            pictures = [*self._decoder.decode(keyframe.media), *self._decoder.decode(None)]
        except av.FFmpegError:
            pictures = []
        self._decoder.flush_buffers()
        self.decoded += len(pictures)
        if not pictures or pictures[0].is_corrupt:
            self.corrupt += 1
            return None
        return self._upright(pictures[0], keyframe.pts_s, keyframe.wall)

    def flush(self) -> list[Frame]:
        """The frames that the decoder held back; it goes on at the next keyframe."""
        frames = self._decode(None)
        self._decoder.flush_buffers()
        self._needs_keyframe = True
        return frames

    def _decode(self, media: MediaPacket | None) -> list[Frame]:
        try:
            pictures = self._decoder.decode(media)
        except av.EOFError:  # flushed twice
            return []
        except av.FFmpegError:
            self.corrupt += 1
            self._needs_keyframe = True
            self._decoder.flush_buffers()
            self._walls.clear()
            return []
        return [frame for picture in pictures if (frame := self._frame_of(picture)) is not None]

    def _frame_of(self, picture: VideoFrame) -> Frame | None:
        self.decoded += 1
        pts = picture.pts or 0
        wall = self._walls.pop(pts, self._wall)
        if picture.is_corrupt:
            self.corrupt += 1
            return None
        pts_s = max(0.0, self._origin_s + pts * self._tick_s)
        place = int(pts_s * self.fps + _EARLY)
        if place <= self._last_place:
            return None
        self._last_place = place
        return self._upright(picture, pts_s, wall)

    def _upright(self, picture: VideoFrame, pts_s: float, wall: datetime) -> Frame:
        frame = upright(picture, self._reformatter, camera_id=self._camera_id, pts_s=pts_s, wall=wall)
        return self._mask.over(frame) if self._mask else frame


def upright(
    picture: VideoFrame,
    reformatter: VideoReformatter,
    *,
    camera_id: CameraId,
    pts_s: float,
    wall: datetime = _EPOCH,
) -> Frame:
    """A decoded picture as a frame; its planes are the decoder's own, but where it had to be converted or turned."""
    if picture.format.name not in _AS_IT_IS:
        picture = reformatter.reformat(picture, format="yuv420p")
    planes = [_view(plane) for plane in picture.planes]
    width, height = picture.width, picture.height
    quarter_turns = round(picture.rotation / 90) % 4
    if quarter_turns:
        planes = [np.ascontiguousarray(np.rot90(plane, quarter_turns)) for plane in planes]
        if quarter_turns % 2:
            width, height = height, width
    y, u, v = planes
    return Frame(camera_id=camera_id, pts_s=pts_s, wall=wall, width=width, height=height, y=y, u=u, v=v)


def frames_of_file(
    path: str,
    camera_id: CameraId,
    fps: float,
    *,
    start: datetime = _EPOCH,
    decide: Callable[[Sampler], Feeder] = lambda sampler: sampler,
) -> Iterator[Frame]:
    """The frames of a video file, flat out, at most `fps` a second of media time; `start` is the wall time of the first.

    `decide` may put something before the sampler that decides which packets it gets, anew in each run.

    Raises VideoUnreadable and NoVideo. Media time goes on where time stamps jump.
    """
    source = FileSource(path)
    try:
        info = source.open()
        feeder, timeline = decide(Sampler(info, camera_id, fps)), Timeline(info)
        before_s = last_s = 0.0
        with closing(source.packets()) as packets:  # type: ignore[type-var]
            for media in packets:
                try:
                    placed = timeline.place(media)
                except PtsJumped:
                    yield from feeder.flush()
                    before_s = last_s + 1.0 / (info.fps or fps)
                    feeder, timeline = decide(Sampler(info, camera_id, fps)), Timeline(info)
                    placed = timeline.place(media)
                for each, pts_s in placed:
                    last_s = max(last_s, before_s + pts_s)
                    yield from feeder.feed(_packet(each, before_s + pts_s, start))
            for each, pts_s in timeline.rest():
                yield from feeder.feed(_packet(each, before_s + pts_s, start))
        yield from feeder.flush()
    finally:
        source.close()


def _packet(media: MediaPacket, pts_s: float, start: datetime) -> Packet:
    return Packet(
        media=media,
        pts_s=pts_s,
        wall=start + timedelta(seconds=pts_s),
        keyframe=media.is_keyframe,
        size=media.size,
    )


def _decoder_of(info: StreamInfo) -> VideoCodecContext:
    decoder = copied(info.template).codec_context
    decoder.thread_count = 1  # more threads cost more CPU in all, and hold frames back
    return decoder


def _view(plane: VideoPlane) -> Plane:
    """A plane as an array over the decoder's own memory: nothing is copied."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
