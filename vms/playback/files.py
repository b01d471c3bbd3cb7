"""Recorded files as playback reads them: where their fragments lie, remembered, and their bytes.

Whoever shows other bytes than those of the recording, masked ones for example, gives another of these.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO

import structlog

from streams.errors import VideoUnreadable
from streams.fragment import FileIndex, scan_file
from streams.keyframes import keyframes_of, thumbnails_of
from streams.mask import Mask
from streams.segment import ChainedSegment, Segment
from vms.playback.errors import RecordingGone
from vms.playback.playlist import PlayedFile

log = structlog.get_logger(__name__)

_BLOCK = 256 * 1024
_MOST_GONE = 10_000


class RecordedFiles:
    def __init__(self, path_of: Callable[[Segment], Path], *, most_indexes: int) -> None:
        self._path_of = path_of
        self._most = most_indexes
        self._indexes: OrderedDict[str, FileIndex] = OrderedDict()
        self._gone: set[str] = set()

    def index(self, chained: ChainedSegment) -> FileIndex:
        """Blocks. Raises: RecordingGone."""
        name = chained.segment.path
        known = self._indexes.pop(name, None)
        if known is None:
            try:
                known = scan_file(self._path_of(chained.segment))
            except (OSError, VideoUnreadable) as error:
                raise self._is_gone(chained, error) from error
        self._indexes[name] = known
        while len(self._indexes) > self._most:
            self._indexes.pop(next(iter(self._indexes)))
        return known

    async def read(self, chained: ChainedSegment, begin: int, end: int) -> AsyncIterator[bytes]:
        """Its bytes from and to, in blocks; it is open before this returns. Raises: RecordingGone."""
        file = await asyncio.to_thread(self._open, chained, begin)

        async def blocks() -> AsyncIterator[bytes]:
            left = end - begin
            try:
                while left > 0 and (block := await asyncio.to_thread(file.read, min(_BLOCK, left))):
                    left -= len(block)
                    yield block
            finally:
                file.close()

        return blocks()

    def keyframes(self, chained: ChainedSegment, played: PlayedFile) -> tuple[bytes, bytes]:
        """Blocks. Raises: RecordingGone."""
        try:
            return keyframes_of(self._path_of(chained.segment), played.index, played.first, played.last)
        except (OSError, VideoUnreadable) as error:
            raise self._is_gone(chained, error) from error

    def thumbnail(self, chained: ChainedSegment, fragment: int, *, height: int, mask: Mask | None) -> bytes:
        """Blocks. Raises: RecordingGone."""
        index = self.index(chained)
        try:
            (jpeg,) = thumbnails_of(
                self._path_of(chained.segment), index, [fragment], height=height, mask=mask
            )
        except (OSError, VideoUnreadable) as error:
            raise self._is_gone(chained, error) from error
        return jpeg

    def _open(self, chained: ChainedSegment, begin: int) -> BinaryIO:
        try:
            file = self._path_of(chained.segment).open("rb")
            file.seek(begin)
        except OSError as error:
            raise self._is_gone(chained, error) from error
        return file

    def _is_gone(self, chained: ChainedSegment, error: Exception) -> RecordingGone:
        """Told once a file."""
        segment = chained.segment
        if segment.path not in self._gone:
            if len(self._gone) >= _MOST_GONE:
                self._gone.clear()
            self._gone.add(segment.path)
            log.warning(
                "recording cannot be played", camera=segment.camera_id, file=segment.path, error=str(error)
            )
        return RecordingGone(camera_id=segment.camera_id, seq=chained.seq)
