import asyncio

import pytest

from runtime.mailbox import DropOldest, MailboxClosed


async def test_items_come_in_order() -> None:
    box: DropOldest[int] = DropOldest(3)
    for item in range(3):
        box.put(item)
    assert [await box.get() for _ in range(3)] == [0, 1, 2]
    assert (len(box), box.dropped) == (0, 0)


async def test_a_full_mailbox_drops_its_oldest_and_counts_it() -> None:
    box: DropOldest[int] = DropOldest(3)
    for item in range(10):
        box.put(item)
    assert await box.get_all() == [7, 8, 9]
    assert box.dropped == 7


async def test_a_consumer_waits_for_an_item() -> None:
    box: DropOldest[int] = DropOldest(1)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(box.get())
        await asyncio.sleep(0)
        assert not waiting.done()
        box.put(1)
    assert waiting.result() == 1


async def test_a_closed_mailbox_gives_what_is_left_and_then_says_so() -> None:
    box: DropOldest[int] = DropOldest(2)
    box.put(1)
    box.close()
    box.put(2)
    assert await box.get_all() == [1]
    for _ in range(2):
        with pytest.raises(MailboxClosed):
            await box.get()


async def test_closing_wakes_who_waits() -> None:
    box: DropOldest[int] = DropOldest(2)
    waiting = asyncio.ensure_future(box.get())
    await asyncio.sleep(0)
    box.close()
    with pytest.raises(MailboxClosed):
        await waiting


async def test_an_item_is_not_lost_when_its_consumer_is_cancelled() -> None:
    box: DropOldest[int] = DropOldest(2)
    waiting = asyncio.ensure_future(box.get())
    await asyncio.sleep(0)
    box.put(1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await box.get() == 1


def test_a_mailbox_for_nothing_is_a_bug() -> None:
    with pytest.raises(ValueError, match="at least one"):
        DropOldest(0)
