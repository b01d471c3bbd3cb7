"""Rows of segments in memory, away when a test says so."""

from collections.abc import Sequence

from runtime.errors import VmsError
from streams.recorder import SegmentStore
from streams.segment import Segment


class StoreAway(VmsError):
    """The store is away. Bring it back.

    存储不可用。请恢复。
    """


class FakeSegmentStore:
    def __init__(self) -> None:
        self.rows: dict[str, Segment] = {}
        self.away = False
        self.refusals = 0

    async def add_segment(self, segment: Segment) -> None:
        if self.away:
            self.refusals += 1
            raise StoreAway
        self.rows.setdefault(segment.path, segment)

    async def known_paths(self, paths: Sequence[str]) -> set[str]:
        if self.away:
            raise StoreAway
        return self.rows.keys() & set(paths)


_conforms: type[SegmentStore] = FakeSegmentStore
