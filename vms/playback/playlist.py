"""An HLS playlist (RFC 8216 and its second edition) as text: files in order, a byte range a fragment, wall times, gaps. No I/O.

Media time goes on from file to file (streams/shift.py), and each run is a discontinuity. Wall time stands at the first fragment of
each file, so that a player knows how long a gap is and several cameras can be kept in step; a gap is named by an EXT-X-DATERANGE.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from streams.clip import fragments_within
from streams.fragment import FileIndex
from streams.segment import Segment, iso
from vms.timeline.timeline import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedFile:
    """The fragments first to last (not included) of one recorded file."""

    seq: int
    segment: Segment
    index: FileIndex
    first: int
    last: int

    @property
    def windows(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Bytes, from and to, that may be had: the head, and the fragments."""
        begin, end = self.index.fragments[self.first], self.index.fragments[self.last - 1]
        return (0, self.index.head), (begin.offset, end.offset + end.size)

    def wall_time(self, number: int) -> datetime:
        """Of the first picture of a fragment."""
        media_s = self.index.fragments[number].decode_time / self.index.timescale
        return self.segment.start_at + timedelta(seconds=media_s * _stretch(self.segment))

    def seconds(self, number: int) -> float:
        return self.index.fragments[number].duration / self.index.timescale


def played_file(
    seq: int, segment: Segment, index: FileIndex, start_at: datetime, end_at: datetime
) -> PlayedFile | None:
    """What of a file falls into the range, from a keyframe on; None where nothing does."""
    stretch = _stretch(segment)
    first, last = fragments_within(
        index,
        max(0.0, (start_at - segment.start_at).total_seconds() / stretch),
        (end_at - segment.start_at).total_seconds() / stretch,
    )
    if first == last:
        return None
    return PlayedFile(seq=seq, segment=segment, index=index, first=first, last=last)


def playlist_of(
    files: Sequence[PlayedFile], gaps: Sequence[Gap], *, folder: str, keyframes: bool, masked: bool = False
) -> str:
    """`folder`: what addresses of files begin with; `keyframes`: a file of nothing but these for each.

    `masked`: fragments that are made when they are asked for, each with an address of its own; never keyframes only.
    """
    keyframes = keyframes and not masked
    lines_of = _masked_lines if masked else _keyframe_lines if keyframes else _lines
    lines = list(lines_of(files, folder))
    longest = max((sum(map(f.seconds, range(f.first, f.last))) for f in files), default=1.0)
    if not keyframes:
        longest = max((f.seconds(number) for f in files for number in range(f.first, f.last)), default=1.0)
    head = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f"#EXT-X-TARGETDURATION:{max(1, ceil(longest))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
    ]
    if masked or all(f.index.fragments[n].keyframe for f in files for n in range(f.first, f.last)):
        head.append("#EXT-X-INDEPENDENT-SEGMENTS")
    head += [
        f'#EXT-X-DATERANGE:ID="gap-{number}",CLASS="gap",START-DATE="{iso(gap.start_at)}",'
        f'DURATION={(gap.end_at - gap.start_at).total_seconds():.3f},X-CAUSE="{gap.cause}"'
        for number, gap in enumerate(gaps, 1)
    ]
    return "\n".join([*head, *lines, "#EXT-X-ENDLIST", ""])


def _lines(files: Sequence[PlayedFile], folder: str) -> Iterator[str]:
    for order, file in enumerate(files):
        address = f"{folder}/{file.seq}.mp4"
        if order and _breaks(files[order - 1], file):
            yield "#EXT-X-DISCONTINUITY"
        yield f'#EXT-X-MAP:URI="{address}",BYTERANGE="{file.index.head}@0"'
        yield f"#EXT-X-PROGRAM-DATE-TIME:{iso(file.wall_time(file.first))}"
        for number in range(file.first, file.last):
            fragment = file.index.fragments[number]
            yield f"#EXTINF:{file.seconds(number):.6f},"
            yield f"#EXT-X-BYTERANGE:{fragment.size}@{fragment.offset}"
            # Each its own address: ffmpeg takes ranges of one address that follow each other for one answer, and loses its place.
            yield f"{address}?part={number}"


def _masked_lines(files: Sequence[PlayedFile], folder: str) -> Iterator[str]:
    for order, file in enumerate(files):
        if order and _breaks(files[order - 1], file):
            yield "#EXT-X-DISCONTINUITY"
        yield f'#EXT-X-MAP:URI="{folder}/{file.seq}/masked.mp4"'
        yield f"#EXT-X-PROGRAM-DATE-TIME:{iso(file.wall_time(file.first))}"
        for number in range(file.first, file.last):
            yield f"#EXTINF:{file.seconds(number):.6f},"
            yield f"{folder}/{file.seq}/masked-{number}.m4s"


def _keyframe_lines(files: Sequence[PlayedFile], folder: str) -> Iterator[str]:
    for order, file in enumerate(files):
        if order and _breaks(files[order - 1], file):
            yield "#EXT-X-DISCONTINUITY"
        yield f'#EXT-X-MAP:URI="{folder}/{file.seq}/head.mp4"'
        yield f"#EXT-X-PROGRAM-DATE-TIME:{iso(file.wall_time(file.first))}"
        yield f"#EXTINF:{sum(map(file.seconds, range(file.first, file.last))):.6f},"
        yield f"{folder}/{file.seq}/keyframes.m4s"


def _breaks(before: PlayedFile, after: PlayedFile) -> bool:
    """Whether media time leaps, or the pictures become others."""
    a, b = before.segment, after.segment
    return (a.run_id, a.codec, a.width, a.height) != (b.run_id, b.codec, b.width, b.height)


def _stretch(segment: Segment) -> float:
    """Seconds of wall time for one of media time: the camera's clock is not this server's."""
    wall_s = (segment.end_at - segment.start_at).total_seconds()
    return wall_s / segment.duration_s if segment.duration_s > 0 and wall_s > 0 else 1.0
