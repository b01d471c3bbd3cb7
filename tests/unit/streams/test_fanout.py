from dataclasses import replace
from pathlib import Path

import pytest

from runtime.mailbox import MailboxClosed
from streams.fanout import Fanout, Subscription
from streams.packet import Packet, RunEnded, RunStarted, Skipped, StreamItem
from tests.fakes.packets import START, run_of
from tests.unit.streams.conftest import GOP


@pytest.fixture
def run(h264: Path) -> tuple[RunStarted, list[Packet]]:
    return run_of(h264)


def packets_in(items: list[StreamItem]) -> list[Packet]:
    return [item for item in items if isinstance(item, Packet)]


async def test_every_subscriber_gets_every_item_in_order(run: tuple[RunStarted, list[Packet]]) -> None:
    started, packets = run
    fanout = Fanout()
    first, second = fanout.subscribe(), fanout.subscribe()
    fanout.publish([started, *packets[:20]])
    fanout.publish(packets[20:30])
    assert await first.get_all() == [started, *packets[:30]]
    assert await second.get() is started
    assert await second.get() is packets[0]
    assert len(second) == 29


async def test_a_late_subscriber_begins_with_the_packets_since_the_last_keyframe(
    run: tuple[RunStarted, list[Packet]],
) -> None:
    started, packets = run
    fanout = Fanout()
    fanout.publish([started, *packets[: 2 * GOP + 4]])
    late = fanout.subscribe()
    items = await late.get_all()
    assert items == [started, *packets[2 * GOP : 2 * GOP + 4]]
    assert packets_in(items)[0].keyframe


async def test_a_late_subscriber_may_do_without_them(run: tuple[RunStarted, list[Packet]]) -> None:
    started, packets = run
    fanout = Fanout()
    fanout.publish([started, *packets[:5]])
    assert await fanout.subscribe(replay=False).get_all() == [started]


async def test_between_runs_nothing_is_kept(run: tuple[RunStarted, list[Packet]]) -> None:
    started, packets = run
    fanout = Fanout()
    fanout.publish([started, *packets[:5], RunEnded(run_id=started.run_id, wall=START, error=None)])
    assert fanout.run is None
    assert len(fanout.subscribe()) == 0


@pytest.mark.parametrize("limits", [{"kept_packets": 3}, {"kept_bytes": 600}])
async def test_a_gop_that_is_too_long_is_not_kept(
    run: tuple[RunStarted, list[Packet]], limits: dict[str, int]
) -> None:
    started, packets = run
    big = [replace(packet, size=200) for packet in packets]
    fanout = Fanout(**limits)
    fanout.publish([started, *big[:3]])
    assert len(fanout.subscribe()) == 4
    fanout.publish(big[3:8])
    assert await fanout.subscribe().get_all() == [started]
    fanout.publish(big[8 : GOP + 1])
    assert await fanout.subscribe().get_all() == [started, big[GOP]]


async def test_a_full_queue_loses_its_oldest_gop_whole(run: tuple[RunStarted, list[Packet]]) -> None:
    started, packets = run
    fanout = Fanout()
    slow = fanout.subscribe(2 * GOP + 5)
    fanout.publish([started, *packets[: 3 * GOP]])
    items = await slow.get_all()
    assert items == [started, Skipped(packets=GOP), *packets[GOP : 3 * GOP]]
    assert slow.dropped == GOP == fanout.dropped


async def test_a_queue_shorter_than_a_gop_waits_for_a_keyframe(
    run: tuple[RunStarted, list[Packet]],
) -> None:
    started, packets = run
    fanout = Fanout()
    slow = fanout.subscribe(4)
    fanout.publish([started, *packets[: GOP + 2]])
    assert await slow.get_all() == [started, Skipped(packets=GOP), *packets[GOP : GOP + 2]]
    assert slow.dropped == GOP


async def test_a_queue_is_bounded_in_bytes(run: tuple[RunStarted, list[Packet]]) -> None:
    started, packets = run
    big = [replace(packet, size=1000) for packet in packets]
    fanout = Fanout()
    slow = fanout.subscribe(1000, max_bytes=15_000)
    fanout.publish([started, *big[:16]])
    items = await slow.get_all()
    assert sum(packet.size for packet in packets_in(items)) <= 15_000
    assert items[:2] == [started, Skipped(packets=GOP)]


async def test_what_was_lost_twice_is_told_once(run: tuple[RunStarted, list[Packet]]) -> None:
    started, packets = run
    fanout = Fanout()
    slow = fanout.subscribe(GOP)
    fanout.publish([started, *packets[: 5 * GOP]])
    assert await slow.get_all() == [started, Skipped(packets=4 * GOP), *packets[4 * GOP : 5 * GOP]]


async def test_a_slow_subscriber_costs_the_others_nothing(run: tuple[RunStarted, list[Packet]]) -> None:
    started, packets = run
    fanout = Fanout()
    fanout.subscribe(1)
    quick = fanout.subscribe(1000)
    fanout.publish([started, *packets])
    assert await quick.get_all() == [started, *packets]
    assert quick.dropped == 0


async def test_runs_that_come_and_go_fill_no_queue(run: tuple[RunStarted, list[Packet]]) -> None:
    started, _ = run
    ended = RunEnded(run_id=started.run_id, wall=START, error=None)
    fanout = Fanout()
    asleep = fanout.subscribe(4)
    for _ in range(1000):
        fanout.publish([started, ended])
    assert len(asleep) <= 11
    assert (await asleep.get_all())[-1] is ended


async def test_a_new_run_needs_no_keyframe_of_the_one_before(
    run: tuple[RunStarted, list[Packet]],
) -> None:
    started, packets = run
    fanout = Fanout()
    slow = fanout.subscribe(2)
    fanout.publish([started, *packets[:8], started, packets[GOP]])
    assert (await slow.get_all())[-2:] == [started, packets[GOP]]


async def test_a_closed_queue_gives_what_waits_and_then_says_so(
    run: tuple[RunStarted, list[Packet]],
) -> None:
    started, packets = run
    fanout = Fanout()
    subscription = fanout.subscribe()
    fanout.publish([started, packets[0]])
    fanout.close()
    fanout.publish([packets[1]])
    assert await subscription.get_all() == [started, packets[0]]
    with pytest.raises(MailboxClosed):
        await subscription.get()


async def test_what_a_past_subscriber_lost_is_still_counted(run: tuple[RunStarted, list[Packet]]) -> None:
    started, packets = run
    fanout = Fanout()
    slow = fanout.subscribe(2)
    fanout.publish([started, *packets[:8]])
    lost = slow.dropped
    fanout.unsubscribe(slow)
    fanout.unsubscribe(slow)
    assert fanout.dropped == lost > 0


def test_a_queue_for_nothing_is_a_bug() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Subscription(capacity=0, max_bytes=1)
