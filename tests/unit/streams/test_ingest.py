"""Ingest against a source that does as it is told and a clock that stands still: no network, no waiting."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from runtime.clock import Clock
from runtime.mailbox import MailboxClosed
from streams.camera import CameraId, StreamProfile
from streams.errors import CameraRefused, CameraUnreachable, StreamEnded, StreamError, StreamStalled
from streams.fanout import Subscription
from streams.health import StreamHealth
from streams.ingest import Ingest
from streams.packet import MediaPacket, Packet, RunEnded, RunStarted, StreamInfo, StreamItem
from streams.settings import IngestSettings
from tests.fakes.clock import ManualClock
from tests.fakes.packets import copy_of, media_of
from tests.fakes.source import FakeSource
from tests.fakes.wait import until

PROFILE = StreamProfile(name="main", url="rtsp://camera.example/main")
URL = PROFILE.url
STALL_AFTER_S = 10.0


class BackoffClock(ManualClock):
    """Remembers the naps that are not the watchdog's."""

    def __init__(self) -> None:
        super().__init__()
        self.backoffs: list[float] = []

    async def sleep(self, seconds: float) -> None:
        if seconds != STALL_AFTER_S:
            self.backoffs.append(seconds)
        await super().sleep(seconds)


class Bench:
    """An ingest with its sources in the order in which they are opened, and all that it told."""

    def __init__(self, clip: Path, settings: IngestSettings) -> None:
        self.info, self.media = media_of(clip)
        self.clock = BackoffClock()
        self.sources: list[FakeSource] = []
        self.next_source: Callable[[StreamInfo], FakeSource] = FakeSource
        self.told: list[StreamHealth] = []
        self.ingest = Ingest(
            PROFILE,
            CameraId(7),
            self.clock,
            settings=settings,
            on_health=self.told.append,
            make_source=self._make,
        )
        self.subscription: Subscription = self.ingest.fanout.subscribe(1000)
        self.items: list[StreamItem] = []

    def _make(self, _profile: StreamProfile, _settings: IngestSettings, _clock: Clock) -> FakeSource:
        self.sources.append(self.next_source(self.info))
        return self.sources[-1]

    @property
    def source(self) -> FakeSource:
        return self.sources[-1]

    @property
    def states(self) -> list[str]:
        return [health.state for health in self.told]

    async def opened(self, count: int = 1) -> FakeSource:
        await until(lambda: len(self.sources) == count and self.source.opened)
        return self.source

    async def get(self, count: int) -> list[StreamItem]:
        """The next `count` items."""
        async with asyncio.timeout(10):
            return [await self.subscription.get() for _ in range(count)]

    async def later(self, seconds: float, condition: Callable[[], bool]) -> bool:
        await self.clock.advance(seconds)
        return condition()

    async def pass_time(self, seconds: float) -> None:
        """Once the ingest waits for it."""
        await until(lambda: self.clock.sleepers > 0)
        await self.clock.advance(seconds)


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(bench.ingest.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def bench(h264: Path) -> Bench:
    return Bench(
        h264, IngestSettings(handover_s=0, stall_after_s=STALL_AFTER_S, backoff_first_s=4, backoff_most_s=60)
    )


def packets_in(items: list[StreamItem]) -> list[Packet]:
    return [item for item in items if isinstance(item, Packet)]


async def test_packets_go_to_subscribers_with_their_run(bench: Bench) -> None:
    async with running(bench):
        source = await bench.opened()
        source.send(*bench.media[:5])
        started, *packets = await bench.get(6)
    assert isinstance(started, RunStarted)
    assert started.info == bench.info
    assert [packet.pts_s for packet in packets_in(packets)] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])
    assert [packet.keyframe for packet in packets_in(packets)] == [True] + [False] * 4
    assert {packet.wall for packet in packets_in(packets)} == {bench.clock.now()}


async def test_health_is_told_on_a_change_only(bench: Bench) -> None:
    async with running(bench):
        source = await bench.opened()
        assert bench.states == ["connecting"]
        source.send(*bench.media[:50])
        await bench.get(51)
        assert bench.states == ["connecting", "live"]
    assert bench.states == ["connecting", "live", "stopped"]


async def test_health_carries_what_was_received(bench: Bench) -> None:
    async with running(bench):
        (await bench.opened()).send(*bench.media[:26])
        await bench.get(27)
        health = bench.ingest.health
    assert health.state == "live"
    assert health.packets == 26
    assert health.bytes == sum(media.size for media in bench.media[:26])
    assert health.fps == pytest.approx(25)
    assert health.dropped == 0


async def test_a_camera_that_fails_is_tried_again(bench: Bench) -> None:
    async with running(bench):
        (await bench.opened()).send(*bench.media[:3])
        bench.source.fail(StreamEnded(url=URL))
        items = await bench.get(5)
        await until(lambda: bench.states[-1] == "backing_off")
        assert isinstance(bench.told[-1].error, StreamEnded)
        await bench.pass_time(4)
        (await bench.opened(2)).send(*bench.media[:3])
        again = await bench.get(4)
    started, ended = items[0], items[4]
    assert isinstance(started, RunStarted) and isinstance(ended, RunEnded)
    assert ended.run_id == started.run_id
    assert isinstance(ended.error, StreamEnded)
    assert isinstance(again[0], RunStarted)
    assert again[0].run_id != started.run_id
    assert packets_in(again)[0].pts_s == 0
    assert bench.states == ["connecting", "live", "backing_off", "live", "stopped"]
    assert all(source.closed for source in bench.sources)


async def test_a_dead_camera_is_told_once_however_often_it_is_tried(bench: Bench) -> None:
    bench.next_source = lambda info: FakeSource(info, fails_to_open=CameraRefused(url=URL))
    async with running(bench):
        await until(lambda: bench.later(60, lambda: len(bench.clock.backoffs) >= 5))
        broken = StreamError(url=URL, reason="x")
        bench.next_source = lambda info: FakeSource(info, fails_to_open=broken)
        await until(lambda: bench.later(60, lambda: len(bench.told) == 3))
    assert bench.states == ["connecting", "backing_off", "backing_off", "stopped"]
    assert [health.error.code if health.error else "" for health in bench.told] == [
        "",
        "camera_refused",
        "stream_error",
        "",
    ]


async def test_silence_is_a_stall(bench: Bench) -> None:
    async with running(bench):
        (await bench.opened()).send(*bench.media[:3])
        await bench.get(4)
        await bench.pass_time(9.9)
        assert bench.states[-1] == "live"
        await bench.pass_time(0.2)
        (ended,) = await bench.get(1)
        await until(lambda: bench.states[-1] == "backing_off")
    assert isinstance(ended, RunEnded) and isinstance(ended.error, StreamStalled)
    assert bench.states == ["connecting", "live", "stalled", "backing_off", "stopped"]
    assert isinstance(bench.told[2].error, StreamStalled)


async def test_packets_keep_a_stream_from_stalling(bench: Bench) -> None:
    async with running(bench):
        source = await bench.opened()
        for index in range(5):
            source.send(bench.media[index])
            await bench.get(2 if index == 0 else 1)
            await bench.pass_time(6)
        assert bench.states[-1] == "live"


async def test_a_camera_that_never_answers_is_unreachable(bench: Bench) -> None:
    bench.next_source = lambda info: FakeSource(info, hangs_opening=True)
    async with running(bench):
        await bench.pass_time(11)
        await until(lambda: bench.states[-1] == "backing_off")
    assert isinstance(bench.told[-2].error, CameraUnreachable)


async def test_a_jump_of_the_pts_begins_a_new_run_on_the_same_connection(bench: Bench) -> None:
    def moved(media: MediaPacket, seconds: float) -> MediaPacket:
        copy = copy_of(media)
        assert copy.pts is not None and copy.dts is not None
        ticks = int(seconds / float(bench.info.time_base))
        copy.pts, copy.dts = copy.pts + ticks, copy.dts + ticks
        return copy

    async with running(bench):
        source = await bench.opened()
        source.send(*bench.media[:3], *(moved(media, -1000) for media in bench.media[:3]))
        source.send(*(moved(media, 5000) for media in bench.media[:3]))
        items = await bench.get(3 * 4 + 2)
    runs = [item.run_id for item in items if isinstance(item, RunStarted)]
    ends = [item for item in items if isinstance(item, RunEnded)]
    assert len(set(runs)) == 3
    assert [end.error for end in ends] == [None, None]
    assert all(packet.pts_s >= 0 for packet in packets_in(items))
    assert len(bench.sources) == 1
    assert bench.states == ["connecting", "live", "stopped"]


async def test_a_source_that_ends_ends_the_ingest(bench: Bench) -> None:
    async with running(bench) as task:
        source = await bench.opened()
        source.send(*bench.media[:3])
        source.end()
        async with asyncio.timeout(10):
            await task
    items = await bench.subscription.get_all()
    assert isinstance(items[-1], RunEnded)
    with pytest.raises(MailboxClosed):
        await bench.subscription.get()
    assert bench.states[-1] == "stopped"


async def test_a_bug_in_a_source_is_not_retried(bench: Bench) -> None:
    async with running(bench) as task:
        (await bench.opened()).fail(ZeroDivisionError())
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(task, 10)
    assert bench.source.closed


async def test_cancelling_leaves_nothing_behind(bench: Bench) -> None:
    before = threading.active_count()
    async with running(bench) as task:
        (await bench.opened()).send(*bench.media[:3])
        await bench.get(4)
        task.cancel()
        async with asyncio.timeout(1):
            await asyncio.wait([task])
    assert bench.source.closed
    assert threading.active_count() == before
    assert isinstance((await bench.subscription.get_all())[-1], RunEnded)


async def test_packets_are_handed_over_in_batches(h264: Path) -> None:
    bench = Bench(h264, IngestSettings(handover_s=1))
    async with running(bench):
        source = await bench.opened()
        source.send(*bench.media[:20])
        # The first packet comes at once, so that the stream is told live.
        assert len(await bench.get(2)) == 2
        await until(lambda: source.waiting == 0)
        await bench.clock.advance(0.9)
        source.send(bench.media[20])
        await until(lambda: source.waiting == 0)
        await bench.clock.advance(0.1)
        assert len(bench.subscription) == 0
        source.send(bench.media[21])
        assert len(await bench.get(21)) == 21


async def test_a_patient_reader_pauses_once_it_has_caught_up(h264: Path) -> None:
    bench = Bench(h264, IngestSettings(handover_s=0, patient_pause_s=1))
    bench.subscription.patient = True
    async with running(bench) as task:
        source = await bench.opened()
        source.send(*bench.media[:20])
        assert len(await bench.get(2)) == 2
        await until(lambda: source.waiting == 0)
        await bench.clock.advance(0.1)
        assert len(bench.subscription) == 0
        source.send(bench.media[20])  # it was waited for: the reader has caught up, hands over and pauses
        assert len(await bench.get(20)) == 20
        source.send(bench.media[21])
        await asyncio.sleep(0)
        assert source.waiting == 1
        task.cancel()  # a pause does not hold up the end
        async with asyncio.timeout(0.5):
            await asyncio.wait([task])


async def test_a_stream_that_somebody_watches_is_not_patient(bench: Bench) -> None:
    fanout = bench.ingest.fanout
    fanout.unsubscribe(bench.subscription)
    fanout.subscribe(patient=True)
    assert fanout.patient
    viewer = fanout.subscribe()
    assert not fanout.patient
    fanout.unsubscribe(viewer)
    assert fanout.patient


async def test_a_busy_loop_makes_the_reader_wait(bench: Bench) -> None:
    async with running(bench):
        source = await bench.opened()
        source.send(*bench.media)
        # The loop does nothing else for a moment; the reader hands over a few batches and no more.
        done = threading.Event()
        threading.Timer(0.2, done.set).start()
        done.wait()
        assert source.waiting > len(bench.media) / 2
        await bench.get(len(bench.media) + 1)


async def test_the_wall_is_when_a_packet_came(bench: Bench) -> None:
    async with running(bench):
        source = await bench.opened()
        source.send(bench.media[0])
        await bench.get(2)
        await bench.pass_time(5)
        source.send(bench.media[1])
        (packet,) = await bench.get(1)
    assert isinstance(packet, Packet)
    assert packet.wall == ManualClock().now() + timedelta(seconds=5)
