"""Who is connected to which room, and the bell that tells them to look into the outbox.

The hub holds no message: a session reads the outbox from its own number on, so nothing here can be lost or overflow.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Hub:
    def __init__(self) -> None:
        self._bells: defaultdict[int, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def joined(self, room_id: int) -> Iterator[asyncio.Event]:
        """A bell for one session: set when the room has news; the session clears it before it looks."""
        bell = asyncio.Event()
        self._bells[room_id].add(bell)
        try:
            yield bell
        finally:
            self._bells[room_id].discard(bell)

    def ring(self, payload: str) -> None:
        """Wake the sessions of the rooms in a doorbell's payload (a JSON list of ids); of all rooms when empty."""
        for room_id in json.loads(payload) if payload else list(self._bells):
            for bell in self._bells[room_id]:
                bell.set()

    def connected(self, room_id: int) -> int:
        return len(self._bells[room_id])

    def connections(self) -> int:
        return sum(len(bells) for bells in self._bells.values())
