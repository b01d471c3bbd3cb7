"""Changes that wait to be written, while the database is busy or away: bounded by stream. No I/O.

A stream that changes more often than is kept loses its oldest changes, and these are counted; the time that they were
about then counts as not watched, never as a condition that it was not in. The newest is always there.
"""

from collections.abc import Mapping
from datetime import timedelta

from vms.health.condition_change import Change, StreamKey

Batch = Mapping[StreamKey, list[Change]]

#: what Postgres tells apart
_TICK = timedelta(microseconds=1)


class PendingChanges:
    def __init__(self, *, most_per_stream: int) -> None:
        self._most = most_per_stream
        self._waiting: dict[StreamKey, list[Change]] = {}
        self._newest: dict[StreamKey, Change] = {}
        #: changes that were lost
        self.dropped = 0

    def __len__(self) -> int:
        return sum(len(changes) for changes in self._waiting.values())

    def add(self, stream: StreamKey, change: Change) -> None:
        """Time never goes back within a stream, whatever the clock does."""
        newest = self._newest.get(stream)
        if newest is not None and change.at <= newest.at:
            change = Change(at=newest.at + _TICK, condition=change.condition)
        self._newest[stream] = change
        self._waiting.setdefault(stream, []).append(change)
        self._fold(stream)

    def take(self, most_streams: int) -> Batch:
        """The changes of some streams, which do not wait any longer: whoever cannot write them gives them back."""
        taken = list(self._waiting)[:most_streams]
        return {stream: self._waiting.pop(stream) for stream in taken}

    def give_back(self, batch: Batch) -> None:
        for stream, changes in batch.items():
            self._waiting[stream] = changes + self._waiting.get(stream, [])
            self._fold(stream)

    def _fold(self, stream: StreamKey) -> None:
        """Put one stretch that nobody knows in place of the oldest two, until few enough wait."""
        changes = self._waiting[stream]
        while len(changes) > self._most:
            first, second = changes[0], changes[1]
            self.dropped += (first.condition is not None) + (second.condition is not None)
            changes[:2] = [Change(at=first.at, condition=None)]
