"""After a crash: every file that is whole gets its row, every file that is not is cut back to what is.

Run before recorders start, because a `.part` of a running recorder looks like one that was left. Running it again finds
nothing to do.
"""

import asyncio
import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from streams.camera import CameraId
from streams.errors import RecordingFailed, VideoUnreadable
from streams.recorder import SegmentStore
from streams.salvage import read_segment, salvage
from streams.segment import PART_SUFFIX, SUFFIX, Segment, VolumeId, parse_segment_path

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryReport:
    """Paths below the recordings folder."""

    #: files that were being written: cut back to their last whole fragment, and given a row
    cut: tuple[str, ...] = ()
    #: files that held nothing whole, and are gone
    removed: tuple[str, ...] = ()
    #: whole files that had no row, and have one now
    added: tuple[str, ...] = ()
    #: files that could not be recovered, and were left as they are
    left: tuple[str, ...] = ()


async def recover(
    folder: Path,
    store: SegmentStore,
    *,
    volume_id: VolumeId,
    cameras: Collection[CameraId] | None = None,
) -> RecoveryReport:
    """Recover the recordings of `cameras`, or of all, on one volume. Raises what `store` raises; what was done by then stays done."""
    cut: list[str] = []
    removed: list[str] = []
    added: list[str] = []
    left: list[str] = []
    for day in await asyncio.to_thread(_days, folder, cameras):
        for part in await asyncio.to_thread(_names, folder, day, SUFFIX + PART_SUFFIX):
            try:
                segment = await asyncio.to_thread(salvage, folder, volume_id, folder / part)
            except RecordingFailed as error:
                _log.warning("recording cannot be recovered: path=%s reason=%s", part, error)
                left.append(part)
                continue
            if segment is None:
                removed.append(part)
            else:
                await store.add_segment(segment)
                cut.append(segment.path)
        paths = await asyncio.to_thread(_names, folder, day, SUFFIX)
        known = await store.known_paths(paths)
        for path in (path for path in paths if path not in known):
            found = await asyncio.to_thread(_read, folder, volume_id, path)
            if found is None:
                left.append(path)
            else:
                await store.add_segment(found)
                added.append(path)
    return RecoveryReport(cut=tuple(cut), removed=tuple(removed), added=tuple(added), left=tuple(left))


def _read(folder: Path, volume_id: VolumeId, path: str) -> Segment | None:
    try:
        return read_segment(folder, volume_id, path)
    except VideoUnreadable as error:
        _log.warning("recording has no row and cannot be read: path=%s reason=%s", path, error)
        return None


def _days(folder: Path, cameras: Collection[CameraId] | None) -> list[Path]:
    """The folders that hold files: one a camera and day, oldest first within a camera."""
    return [
        day
        for camera in _folders(folder)
        if camera.name.isdecimal() and (cameras is None or int(camera.name) in cameras)
        for day in _folders(camera)
    ]


def _folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(entry for entry in folder.iterdir() if entry.is_dir())


def _names(folder: Path, day: Path, suffix: str) -> list[str]:
    """Paths below `folder` of the files that a recorder named, in order of time."""
    paths = (entry.relative_to(folder).as_posix() for entry in day.iterdir() if entry.name.endswith(suffix))
    return sorted(path for path in paths if parse_segment_path(path.removesuffix(PART_SUFFIX)) is not None)
