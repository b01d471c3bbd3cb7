"""One stream to many subscribers: each has a bounded queue of its own, and none slows the stream or another.

A queue that overflows loses its oldest GOP whole, because half a GOP can be neither decoded nor recorded; the loss is
counted, and stands in the queue as `Skipped`. A late subscriber begins with the packets since the last keyframe.
Everything here belongs to one event loop.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

from runtime.mailbox import MailboxClosed
from streams.packet import Packet, RunEnded, RunStarted, Skipped, StreamItem


class Subscription:
    """One subscriber's queue, with one consumer. `get` and `get_all` raise MailboxClosed once it is closed and empty."""

    def __init__(self, *, capacity: int, max_bytes: int, patient: bool = False) -> None:
        if capacity < 1:
            raise ValueError(f"a subscription holds at least one packet, not {capacity}")
        self._items: deque[StreamItem] = deque()
        self._capacity = capacity
        self._max_bytes = max_bytes
        #: whether half a second more or less is all the same to the consumer
        self.patient = patient
        self._filled = asyncio.Event()
        self._closed = False
        #: packets lost since the last one that was put; while there are any, only a keyframe is let in
        self._skipped = 0
        self._packets = 0
        self._bytes = 0
        #: packets that were lost because this subscriber was too slow
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._items)

    def put_all(self, items: Sequence[StreamItem]) -> None:
        if self._closed:
            return
        for item in items:
            if isinstance(item, Packet):
                self._put_packet(item)
            else:
                self._put_mark(item)
        if self._items:
            self._filled.set()

    def close(self) -> None:
        self._closed = True
        self._filled.set()

    async def get(self) -> StreamItem:
        await self._wait()
        item = self._items.popleft()
        if isinstance(item, Packet):
            self._packets -= 1
            self._bytes -= item.size
        self._settle()
        return item

    async def get_all(self) -> list[StreamItem]:
        """Everything that is waiting, at least one item."""
        await self._wait()
        return self.take_all()

    def take_all(self) -> list[StreamItem]:
        """Everything that is waiting, if anything is. Raises MailboxClosed once it is closed and empty."""
        if self._closed and not self._items:
            raise MailboxClosed
        items = list(self._items)
        self._items.clear()
        self._packets = self._bytes = 0
        self._settle()
        return items

    def _put_packet(self, packet: Packet) -> None:
        while self._packets and (
            self._packets >= self._capacity or self._bytes + packet.size > self._max_bytes
        ):
            self._drop_oldest_gop()
        if self._skipped:
            if not packet.keyframe:
                self._skipped += 1
                self.dropped += 1
                return
            self._items.append(Skipped(packets=self._skipped))
            self._skipped = 0
        self._items.append(packet)
        self._packets += 1
        self._bytes += packet.size

    def _put_mark(self, mark: RunStarted | RunEnded | Skipped) -> None:
        if isinstance(mark, RunStarted):
            self._skipped = 0  # a run needs no keyframe of the run before
        self._items.append(mark)
        if len(self._items) > 2 * self._capacity + 2:  # nobody takes anything while runs come and go
            self._drop_oldest_gop()

    def _drop_oldest_gop(self) -> None:
        """Drop from the front up to the next keyframe; the last mark among what is dropped still holds, and is kept."""
        dropped = skipped = 0
        mark: RunStarted | RunEnded | None = None
        while self._items:
            head = self._items[0]
            if isinstance(head, Packet):
                if head.keyframe and dropped:
                    break
                dropped += 1
                self._packets -= 1
                self._bytes -= head.size
            elif isinstance(head, Skipped):
                skipped += head.packets
            else:
                mark = head
            self._items.popleft()
        self.dropped += dropped
        if self._items:
            self._items.appendleft(Skipped(packets=dropped + skipped))
        else:
            self._skipped = dropped + skipped
        if mark is not None:
            self._items.appendleft(mark)

    async def _wait(self) -> None:
        while not self._items:
            if self._closed:
                raise MailboxClosed
            await self._filled.wait()
            self._settle()

    def _settle(self) -> None:
        if not self._items and not self._closed:
            self._filled.clear()


class Fanout:
    def __init__(self, *, kept_packets: int = 1500, kept_bytes: int = 16 * 1024 * 1024) -> None:
        #: replaced and never changed, because the reader's thread looks at it
        self._subscriptions: tuple[Subscription, ...] = ()
        self._most_packets = kept_packets
        self._most_bytes = kept_bytes
        self._run: RunStarted | None = None
        #: the packets since the last keyframe; empty where they were too many
        self._kept: list[Packet] = []
        self._kept_bytes = 0
        self._dropped_before = 0

    @property
    def run(self) -> RunStarted | None:
        """The run whose packets are coming, or None between runs."""
        return self._run

    @property
    def patient(self) -> bool:
        """Whether nobody minds packets that come half a second late: they may be gathered, which costs less."""
        return all(subscription.patient for subscription in self._subscriptions)

    @property
    def dropped(self) -> int:
        """Packets lost by all subscribers, past ones too."""
        return self._dropped_before + sum(subscription.dropped for subscription in self._subscriptions)

    def subscribe(
        self,
        capacity: int = 256,
        *,
        max_bytes: int = 32 * 1024 * 1024,
        replay: bool = True,
        patient: bool = False,
    ) -> Subscription:
        """A queue of at most `capacity` packets and `max_bytes` bytes; a `patient` subscriber does not need them at once.

        It begins, in the middle of a run, with RunStarted and, if `replay`, the packets since the last keyframe.
        """
        subscription = Subscription(capacity=capacity, max_bytes=max_bytes, patient=patient)
        if self._run is not None:
            subscription.put_all([self._run, *(self._kept if replay else ())])
        self._subscriptions = (*self._subscriptions, subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Close the queue; a second time does nothing."""
        if subscription in self._subscriptions:
            self._subscriptions = tuple(each for each in self._subscriptions if each is not subscription)
            self._dropped_before += subscription.dropped
        subscription.close()

    def publish(self, items: Sequence[StreamItem]) -> None:
        """Give every subscriber the items, in order."""
        for item in items:
            if isinstance(item, Packet):
                self._keep(item)
            elif isinstance(item, RunStarted):
                self._run = item
                self._forget()
            elif isinstance(item, RunEnded):
                self._run = None
                self._forget()
        for subscription in self._subscriptions:
            subscription.put_all(items)

    def close(self) -> None:
        """No more packets will come: every subscriber gets what waits for it, then MailboxClosed."""
        for subscription in self._subscriptions:
            self.unsubscribe(subscription)

    def _keep(self, packet: Packet) -> None:
        if packet.keyframe:
            self._kept, self._kept_bytes = [packet], packet.size
        elif self._kept:
            self._kept.append(packet)
            self._kept_bytes += packet.size
            if len(self._kept) > self._most_packets or self._kept_bytes > self._most_bytes:
                self._forget()

    def _forget(self) -> None:
        self._kept, self._kept_bytes = [], 0
