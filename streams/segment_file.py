"""One segment while it is being written: remuxed into fragmented MP4, `.part` until it is whole.

A fragment is a GOP and is on its way to the disk as soon as the next begins. Everything here blocks, and is called in a
thread. Every failure is a RecordingFailed.
"""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from io import FileIO
from pathlib import Path
from uuid import UUID

import av
from av.video.stream import VideoStream

from runtime.disk import sync_folder
from streams.errors import RecordingFailed
from streams.fragment import FragmentReader
from streams.packet import Packet, RunStarted
from streams.segment import (
    PART_SUFFIX,
    Segment,
    SegmentName,
    VolumeId,
    end_of,
    in_milliseconds,
    segment_path,
)

#: bytes that FFmpeg gathers before it calls us to write
_BUFFER = 256 * 1024
_OPTIONS = {
    "movflags": "frag_keyframe+empty_moov+default_base_moof",
    # microseconds: cameras with "smart" encoding send a keyframe every few minutes; a crash must not cost that much
    "frag_duration": "10000000",
}
_USUAL_FRAME_S = 0.04
#: what the comment of a file begins with, so that recovery knows the run
_RUN_MARK = "run="


class SegmentFile:
    def __init__(self, folder: Path, volume_id: VolumeId, name: SegmentName, run: RunStarted) -> None:
        """Create the file, under a name a few milliseconds later where one of that name exists."""
        self._volume_id = volume_id
        self._run = run
        self._info = run.info
        self._first_pts_s = 0.0
        self._last_pts_s = 0.0
        self._first_dts: int | None = None
        self._packets = 0
        self._tick: Fraction = run.info.time_base
        try:
            self.name, self._part, self._disk = _create(folder, name)
        except OSError as error:
            raise RecordingFailed(path=str(folder), reason=error.strerror or str(error)) from error
        self._whole = self._part.with_suffix("")  # without .part
        self._sink = _Sink(self._disk)
        try:
            self._output = av.open(self._sink, "w", format="mp4", options=_OPTIONS, buffer_size=_BUFFER)
            self._stream: VideoStream = self._output.add_stream_from_template(run.info.template, opaque=True)
        except (av.FFmpegError, ValueError) as error:  # ValueError: a codec that MP4 does not take
            self._disk.close()
            self._part.unlink(missing_ok=True)
            raise RecordingFailed(path=str(self._whole), reason=str(error)) from error
        self._output.metadata["comment"] = f"{_RUN_MARK}{run.run_id}"

    @property
    def part(self) -> Path:
        """The file as it is named while it is written."""
        return self._part

    def lasted_s(self, pts_s: float) -> float:
        """Seconds of media time from the first picture to `pts_s`."""
        return pts_s - self._first_pts_s

    def add(self, packet: Packet) -> None:
        """The first packet must be a keyframe."""
        shared = packet.media
        if self._first_dts is None:
            self._first_dts = shared.dts or 0
            self._first_pts_s = packet.pts_s
        # A reference (any buffer will do): the data is not copied, and the packet that others hold is not touched.
        media = av.Packet(shared)  # type: ignore[arg-type]
        media.pts = (shared.pts or 0) - self._first_dts
        media.dts = (shared.dts or 0) - self._first_dts
        media.duration = shared.duration
        media.time_base = self._tick
        media.is_keyframe = packet.keyframe
        media.stream = self._stream
        self._packets += 1
        if packet.pts_s > self._last_pts_s:  # B-frames come out of order
            self._last_pts_s = packet.pts_s
        try:
            self._output.mux_one(media)
        except (av.FFmpegError, OSError) as error:
            raise self._failed(error) from error

    def finish(self, *, next_pts_s: float | None, arrived_at: datetime) -> Segment:
        """Make the file whole: written, synced, renamed, and its folder synced. Returns what its row shall say.

        `next_pts_s` is the media time of the picture after the last, and `arrived_at` the wall time at which it came;
        where there is none, `arrived_at` is when the last came.
        """
        if next_pts_s is None:
            next_pts_s = self._last_pts_s + self._frame_s()
            arrived_at += timedelta(seconds=self._frame_s())
        duration_s = self.lasted_s(next_pts_s)
        try:
            self._output.close()
            os.fsync(self._disk.fileno())
            size = os.fstat(self._disk.fileno()).st_size
            self._disk.close()
            self._part.rename(self._whole)
            sync_folder(self._whole.parent)
        except (av.FFmpegError, OSError) as error:
            raise self._failed(error) from error
        return Segment(
            camera_id=self.name.camera_id,
            profile=self.name.profile,
            volume_id=self._volume_id,
            run_id=self._run.run_id,
            start_at=self.name.start_at,
            end_at=end_of(start_at=self.name.start_at, duration_s=duration_s, arrived_at=arrived_at),
            duration_s=duration_s,
            bytes=size,
            codec=self._info.codec,
            width=self._info.width,
            height=self._info.height,
            sha256=self._sink.written.sha256,
            media_sha256=self._sink.written.media_sha256,
        )

    def abandon(self) -> None:
        """After a failure: let go of the file, which stays `.part` with the fragments that were written."""
        self._sink.deaf = True
        try:
            self._output.close()
        except (av.FFmpegError, OSError):
            return  # nothing of this is wanted any more
        finally:
            self._disk.close()

    def _frame_s(self) -> float:
        """Seconds that a picture lasts on average; the declared rate is the last resort."""
        if self._packets > 1 and self._last_pts_s > self._first_pts_s:
            return (self._last_pts_s - self._first_pts_s) / (self._packets - 1)
        return 1.0 / self._info.fps if self._info.fps else _USUAL_FRAME_S

    def _failed(self, error: av.FFmpegError | OSError) -> RecordingFailed:
        return RecordingFailed(path=str(self._whole), reason=error.strerror or str(error))


class _Sink:
    """What FFmpeg writes to. Python's own write lets go of the interpreter's lock and says what went wrong."""

    name = "segment"

    def __init__(self, disk: FileIO) -> None:
        self._disk = disk
        #: whether what is written is thrown away
        self.deaf = False
        #: hashes of what was written
        self.written = FragmentReader()

    def write(self, data: bytes) -> int:
        if not self.deaf:
            left = memoryview(data)
            while left:
                left = left[self._disk.write(left) :]
            self.written.feed(data)
        return len(data)


def _create(folder: Path, name: SegmentName) -> tuple[SegmentName, Path, FileIO]:
    name = replace(name, start_at=in_milliseconds(name.start_at))
    while True:
        whole = folder / segment_path(name)
        part = whole.with_name(whole.name + PART_SUFFIX)
        whole.parent.mkdir(parents=True, exist_ok=True)
        if not whole.exists():
            try:
                return name, part, FileIO(part, "x")
            except FileExistsError:
                pass
        # The clock was set back, or a run ended and began within a millisecond: nothing is overwritten.
        name = replace(name, start_at=name.start_at + timedelta(milliseconds=1))


def run_of(comment: str) -> UUID | None:
    """The run that the comment of a file names."""
    if not comment.startswith(_RUN_MARK):
        return None
    try:
        return UUID(comment.removeprefix(_RUN_MARK))
    except ValueError:
        return None
