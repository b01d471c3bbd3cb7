"""Bounded queues whose policy is in their name, and which count what they drop.

They belong to one event loop: `put` and `get` are called from it; a thread hands over with
`loop.call_soon_threadsafe(mailbox.put, item)`. One consumer each.
"""

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class MailboxClosed(Exception):
    """Raised to the consumer when the mailbox is closed and empty."""


class DropOldest(Generic[T]):
    """Keeps the newest `capacity` items. A full mailbox drops its oldest: a live producer is never slowed."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a mailbox holds at least one item, not {capacity}")
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._filled = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T) -> None:
        if self._closed:
            return
        if len(self._items) == self._capacity:
            self._items.popleft()
            self.dropped += 1
        self._items.append(item)
        self._filled.set()

    def close(self) -> None:
        """No more items; the consumer gets what is left, then `MailboxClosed`."""
        self._closed = True
        self._filled.set()

    async def get(self) -> T:
        await self._wait()
        item = self._items.popleft()
        self._settle()
        return item

    async def get_all(self) -> list[T]:
        """Everything that is waiting, at least one item."""
        await self._wait()
        items = list(self._items)
        self._items.clear()
        self._settle()
        return items

    async def _wait(self) -> None:
        while not self._items:
            if self._closed:
                raise MailboxClosed
            await self._filled.wait()
            self._settle()

    def _settle(self) -> None:
        if not self._items and not self._closed:
            self._filled.clear()
