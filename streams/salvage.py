"""What a crash or a full disk left of a segment: cut back to its last whole fragment, and described from its content."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import av

from runtime.disk import sync_folder
from streams.boxes import read_boxes, whole_length
from streams.errors import NoVideo, RecordingFailed, VideoUnreadable
from streams.fragment import index_file
from streams.segment import PART_SUFFIX, Segment, VolumeId, in_milliseconds, parse_segment_path
from streams.segment_file import run_of
from streams.source import video_of

#: the run of files that do not name theirs
UNKNOWN_RUN = UUID(int=0)


def salvage(folder: Path, volume_id: VolumeId, part: Path) -> Segment | None:
    """Turn a `.part` into a whole file and say what its row shall say; None if there was nothing whole, and it is gone.

    Raises RecordingFailed where the disk does not let us, and where a whole file of that name exists.
    """
    whole = part.with_name(part.name.removesuffix(PART_SUFFIX))
    try:
        if whole.exists():
            raise RecordingFailed(path=str(part), reason="a whole file of that name exists beside it")
        if not _cut_back(part):
            part.unlink()
            sync_folder(part.parent)
            return None
        part.rename(whole)
        sync_folder(whole.parent)
    except OSError as error:
        raise RecordingFailed(path=str(part), reason=error.strerror or str(error)) from error
    try:
        return read_segment(folder, volume_id, whole.relative_to(folder).as_posix())
    except VideoUnreadable as error:
        raise RecordingFailed(path=str(whole), reason=str(error)) from error


def read_segment(folder: Path, volume_id: VolumeId, path: str) -> Segment:
    """Describe a whole file from its name and its content. Raises VideoUnreadable."""
    name = parse_segment_path(path)
    if name is None:
        raise VideoUnreadable(url=path, reason="its name is not one that a recorder gives")
    whole = folder / path
    first: int | None = None
    end = 0
    try:
        with av.open(f"file:{whole}") as container:
            stream = video_of(container, path)
            for packet in container.demux(stream):
                if packet.pts is not None:
                    first = packet.pts if first is None else min(first, packet.pts)
                    end = max(end, packet.pts + (packet.duration or 0))
            run_id = run_of(container.metadata.get("comment", ""))
            time_base = stream.time_base
            context = stream.codec_context
            codec, width, height = context.codec.canonical_name, context.width, context.height
        index = index_file(whole)
    except (av.FFmpegError, NoVideo, OSError) as error:
        raise VideoUnreadable(url=path, reason=str(error)) from error
    if first is None or time_base is None:
        raise VideoUnreadable(url=path, reason="it holds no picture")
    duration_s = float((end - first) * time_base)
    return Segment(
        camera_id=name.camera_id,
        profile=name.profile,
        volume_id=volume_id,
        run_id=run_id or UNKNOWN_RUN,
        start_at=name.start_at,
        end_at=in_milliseconds(name.start_at + timedelta(seconds=duration_s)),
        duration_s=duration_s,
        bytes=whole.stat().st_size,
        codec=codec,
        width=width,
        height=height,
        sha256=index.sha256,
        media_sha256=index.media_sha256,
    )


def _cut_back(part: Path) -> bool:
    """Whether anything whole is left."""
    with part.open("rb+") as file:
        size = os.fstat(file.fileno()).st_size
        length = whole_length(read_boxes(file), size)
        if length == 0:
            return False
        file.truncate(length)
        os.fsync(file.fileno())
    return True
