"""Recorded files as playback reads them: where their fragments lie, remembered, and their bytes.

Whoever shows other bytes than those of the recording, masked ones for example, gives another of these.
"""

import asyncio
import struct
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
from streams.shift import Patch, patched, patches_of, shifted, timescales_of
from vms.playback.errors import RecordingGone
from vms.playback.playlist import PlayedFile

log = structlog.get_logger(__name__)

_BLOCK = 256 * 1024
#: bytes of the longest patch
_PATCH = 8
_MOST_GONE = 10_000


class RecordedFiles:
    def __init__(self, path_of: Callable[[Segment], Path], *, most_indexes: int) -> None:
        self._path_of = path_of
        self._most = most_indexes
        self._indexes: OrderedDict[str, FileIndex] = OrderedDict()
        self._gone: set[str] = set()

    def path(self, chained: ChainedSegment) -> Path:
        return self._path_of(chained.segment)

    def index(self, chained: ChainedSegment) -> FileIndex:
        """Blocks. Raises: RecordingGone."""
        name = chained.segment.path
        known = self._indexes.pop(name, None)
        if known is None:
            try:
                known = scan_file(self._path_of(chained.segment))
            except (OSError, VideoUnreadable) as error:
                raise self.is_gone(chained, error) from error
        self._indexes[name] = known
        while len(self._indexes) > self._most:
            self._indexes.pop(next(iter(self._indexes)))
        return known

    async def read(
        self, chained: ChainedSegment, played: PlayedFile, begin: int, end: int, *, begins_s: float
    ) -> AsyncIterator[bytes]:
        """Its bytes from and to, in blocks, its fragments moved on by `begins_s` seconds; it is open before this returns.

        Raises: RecordingGone.
        """
        file, patches = await asyncio.to_thread(self._open, chained, played, begin, end, begins_s)

        async def blocks() -> AsyncIterator[bytes]:
            at = begin
            try:
                while at < end and (block := await asyncio.to_thread(file.read, min(_BLOCK, end - at))):
                    here = [each for each in patches if at - _PATCH < each[0] < at + len(block)]
                    yield patched(block, at, here) if here else block
                    at += len(block)
            finally:
                file.close()

        return blocks()

    def keyframes(
        self, chained: ChainedSegment, played: PlayedFile, *, begins_s: float
    ) -> tuple[bytes, bytes]:
        """Blocks. Raises: RecordingGone."""
        first = played.index.fragments[played.first]
        try:
            head, media = keyframes_of(
                self._path_of(chained.segment), played.index, played.first, played.last
            )
        except (OSError, VideoUnreadable) as error:
            raise self.is_gone(chained, error) from error
        since_s = begins_s + first.decode_time / played.index.timescale
        return head, shifted(media, since_s, timescales_of(head))

    def thumbnail(self, chained: ChainedSegment, fragment: int, *, height: int, mask: Mask | None) -> bytes:
        """Blocks. Raises: RecordingGone."""
        index = self.index(chained)
        try:
            (jpeg,) = thumbnails_of(
                self._path_of(chained.segment), index, [fragment], height=height, mask=mask
            )
        except (OSError, VideoUnreadable) as error:
            raise self.is_gone(chained, error) from error
        return jpeg

    def _open(
        self, chained: ChainedSegment, played: PlayedFile, begin: int, end: int, begins_s: float
    ) -> tuple[BinaryIO, list[Patch]]:
        patches: list[Patch] = []
        try:
            file = self._path_of(chained.segment).open("rb")
            try:
                scales = timescales_of(file.read(played.index.head))
                for each in played.index.fragments[played.first : played.last]:
                    if each.offset < end and each.offset + each.size > begin:
                        file.seek(each.offset)
                        patches += patches_of(file.read(each.moof_size), each.offset, begins_s, scales)
                file.seek(begin)
            except BaseException:
                file.close()
                raise
        except (OSError, ValueError, struct.error) as error:
            raise self.is_gone(chained, error) from error
        return file, patches

    def is_gone(self, chained: ChainedSegment, error: Exception) -> RecordingGone:
        """What to raise; told once a file."""
        segment = chained.segment
        if segment.path not in self._gone:
            if len(self._gone) >= _MOST_GONE:
                self._gone.clear()
            self._gone.add(segment.path)
            log.warning(
                "recording cannot be played", camera=segment.camera_id, file=segment.path, error=str(error)
            )
        return RecordingGone(camera_id=segment.camera_id, seq=chained.seq)
