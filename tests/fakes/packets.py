"""The packets of an encoded clip, as a reader would hand them over."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import av

from streams.file import FileSource
from streams.packet import MediaPacket, Packet, RunId, RunStarted, StreamInfo
from streams.timeline import Timeline

START = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)


def media_of(clip: Path) -> tuple[StreamInfo, list[MediaPacket]]:
    """The clip as it lies in its file; the packets outlive the file."""
    source = FileSource(str(clip))
    info = source.open()
    packets = list(source.packets())
    for packet in packets:
        packet.stream = info.template
    source.close()
    return info, packets


def run_of(clip: Path, *, start: datetime = START) -> tuple[RunStarted, list[Packet]]:
    """One run: its beginning, and its packets with media time from 0 and the wall time that belongs to it."""
    info, media = media_of(clip)
    timeline = Timeline(info)
    placed = [pair for each in media for pair in timeline.place(each)]
    packets = [
        Packet(
            media=each,
            pts_s=pts_s,
            wall=start + timedelta(seconds=pts_s),
            keyframe=each.is_keyframe,
            size=each.size,
        )
        for each, pts_s in placed
    ]
    return RunStarted(run_id=RunId(uuid4()), info=info, wall=start), packets


def copy_of(media: MediaPacket) -> MediaPacket:
    """A packet that may be changed."""
    copy = av.Packet(bytes(media))
    copy.pts, copy.dts, copy.duration = media.pts, media.dts, media.duration
    copy.time_base, copy.is_keyframe = media.time_base, media.is_keyframe
    copy.stream = media.stream
    return copy
