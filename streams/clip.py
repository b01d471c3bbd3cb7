"""A clip cut out of recorded files for people: the camera's own bits, exact to the GOP, nothing decoded.

What was asked for begins within a GOP: the file holds that GOP from its keyframe on, and its edit list tells players to begin
at the moment that was asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from streams.errors import RecordingFailed, VideoUnreadable
from streams.fragment import FileIndex
from streams.source import video_of

#: what every sample of a file is read with, those before the beginning of its edit list too
_ALL_SAMPLES = {"ignore_editlist": "1"}
#: the header of a recorded file says all there is to know: nothing is probed
_RECORDED = {**_ALL_SAMPLES, "probesize": "32", "analyzeduration": "0"}
_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPart:
    """The fragments first to last (not included) of one recorded file."""

    path: Path
    index: FileIndex
    first: int
    last: int
    #: seconds of media time from the beginning of its run, or of anything, to the beginning of the file
    offset_s: float

    @property
    def starts_s(self) -> float:
        """Media time of its first sample, counted as `offset_s` is."""
        return self.offset_s + self.index.fragments[self.first].decode_time / self.index.timescale


def fragments_within(index: FileIndex, from_s: float, to_s: float) -> tuple[int, int]:
    """First and last (not included) of the fragments that hold the media time of a file from and to, from a keyframe on.

    Both are the same where there is nothing.
    """
    first = last = 0
    for number, fragment in enumerate(index.fragments):
        starts = fragment.decode_time / index.timescale
        if starts <= from_s and fragment.keyframe:
            first = number
        if starts < to_s:
            last = number + 1
    end = index.fragments[-1] if index.fragments else None
    if end is None or from_s >= (end.decode_time + end.duration) / index.timescale or to_s <= from_s:
        return 0, 0
    return first, max(first, last)


def cut_clip(
    parts: Sequence[ClipPart],
    target: Path,
    *,
    begin_s: float,
    comment: str = "",
    on_samples: Callable[[int], None] = lambda _count: None,
) -> None:
    """Write the parts of one run, one after another, to an MP4 that players begin at `begin_s`.

    `on_samples` hears how many were written and may raise, to give up. Raises VideoUnreadable (a source), RecordingFailed (the target).
    """
    if not parts:
        raise ValueError("a clip of nothing")
    try:
        output = av.open(str(target), "w", format="mp4", buffer_size=_BUFFER)
    except (av.FFmpegError, OSError) as error:
        raise RecordingFailed(path=str(target), reason=error.strerror or str(error)) from error
    try:
        output.metadata["comment"] = comment
        _write(parts, output, begin_s, str(target), on_samples)
    except BaseException:
        _close_quietly(output)
        raise
    try:
        output.close()
    except (av.FFmpegError, OSError) as error:
        raise RecordingFailed(path=str(target), reason=error.strerror or str(error)) from error


def _write(
    parts: Sequence[ClipPart],
    output: "av.container.OutputContainer",
    begin_s: float,
    target: str,
    on_samples: Callable[[int], None],
) -> None:
    stream = None
    for part in parts:
        try:
            source = av.open(f"file:{part.path}", options=_RECORDED)
        except (av.FFmpegError, OSError) as error:
            raise VideoUnreadable(url=str(part.path), reason=error.strerror or str(error)) from error
        with source:
            video = video_of(source, str(part.path))
            if stream is None:
                stream = output.add_stream_from_template(video, opaque=True)
            tick = video.time_base or Fraction(1, part.index.timescale)
            shift = round((part.offset_s - begin_s) / float(tick))
            skip = sum(fragment.samples for fragment in part.index.fragments[: part.first])
            left = sum(fragment.samples for fragment in part.index.fragments[part.first : part.last])
            done = 0
            packets = source.demux(video)
            while done < skip + left:
                try:
                    packet = next(packets, None)
                except av.FFmpegError as error:
                    raise VideoUnreadable(url=str(part.path), reason=error.strerror or str(error)) from error
                if packet is None or packet.size == 0:
                    raise VideoUnreadable(url=str(part.path), reason="it ends before its index says so")
                done += 1
                if done <= skip:
                    continue
                packet.pts = (packet.pts or 0) + shift
                packet.dts = (packet.dts or 0) + shift
                packet.stream = stream
                try:
                    output.mux_one(packet)
                except (av.FFmpegError, OSError) as error:
                    raise RecordingFailed(path=target, reason=error.strerror or str(error)) from error
                if done % 250 == 0:
                    on_samples(250)


def samples_of(path: Path) -> Iterator[bytes]:
    """Every video sample of a clip in decoding order, hidden ones too. Raises VideoUnreadable."""
    try:
        with av.open(f"file:{path}", options=_ALL_SAMPLES) as container:
            for packet in container.demux(video_of(container, str(path))):
                if packet.size:
                    yield bytes(packet)
    except (av.FFmpegError, OSError) as error:
        raise VideoUnreadable(url=str(path), reason=error.strerror or str(error)) from error


def _close_quietly(output: "av.container.OutputContainer") -> None:
    try:
        output.close()
    except (av.FFmpegError, OSError):
        return  # it failed already, and says so
