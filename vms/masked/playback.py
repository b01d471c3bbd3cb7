"""Fragments of recorded files with the camera's privacy masks black in them, made when somebody looks at them, and kept for a while.

A recording holds the whole picture: what is shown to whoever may not see it is decoded, blackened and encoded anew. So many at a
time, and so much of it is kept in memory; who asks while all are busy waits.
"""

import asyncio
from collections import OrderedDict
from pathlib import Path

from streams.fragment import FileIndex
from streams.mask import Mask
from streams.remade_fragment import remake_fragment
from vms.masked.copy import Painter
from vms.masked.wish import MaskedSettings, MaskedWish

_MOST_HEADS = 1000
_Key = tuple[str, int, Mask]


class MaskedFragments:
    def __init__(self, settings: MaskedSettings) -> None:
        self._most_bytes = settings.playback_cache_mb << 20
        self._free = asyncio.Semaphore(settings.playback_at_once)
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()
        #: of a file's fragments all heads are the same: 1 kB each
        self._heads: OrderedDict[tuple[str, Mask], bytes] = OrderedDict()
        self._bytes = 0
        #: how often one was made
        self.made = 0

    @property
    def kept_bytes(self) -> int:
        return self._bytes

    async def head(self, path: Path, index: FileIndex, number: int, mask: Mask) -> bytes:
        """ftyp and moov of the file's masked fragments; `number` is one that will be asked for. Raises: VideoUnreadable."""
        key = str(path), mask
        if key not in self._heads:
            await self._make(path, index, number, mask)
        return self._heads[key]

    async def fragment(self, path: Path, index: FileIndex, number: int, mask: Mask) -> bytes:
        """moof and mdat, at the same time in the file as those that were recorded. Raises: VideoUnreadable, IndexError."""
        kept = self._kept.get((str(path), number, mask))
        if kept is not None:
            self._kept.move_to_end((str(path), number, mask))
            return kept
        return await self._make(path, index, number, mask)

    async def _make(self, path: Path, index: FileIndex, number: int, mask: Mask) -> bytes:
        key = str(path), number, mask
        async with self._free:
            kept = self._kept.get(key)  # made while this one waited
            if kept is not None and key[::2] in self._heads:
                return kept
            painter = Painter(MaskedWish(masks=mask.polygons), None)
            head, fragment = await asyncio.to_thread(remake_fragment, path, index, number, painter.over)
            self.made += 1
        self._keep(key, head, fragment)
        return fragment

    def _keep(self, key: _Key, head: bytes, fragment: bytes) -> None:
        self._heads[(key[0], key[2])] = head
        while len(self._heads) > _MOST_HEADS:
            self._heads.popitem(last=False)
        self._bytes += len(fragment) - len(self._kept.pop(key, b""))
        self._kept[key] = fragment
        while self._bytes > self._most_bytes and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone)
