"""Ingest, recorder and probe against simulated cameras: real RTSP over TCP, real threads, faults on demand."""

import asyncio
import gc
import logging
import os
import re
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from runtime.clock import SystemClock
from streams.camera import CameraId, StreamProfile
from streams.errors import (
    CameraRefused,
    CameraUnauthorised,
    CameraUnreachable,
    NotAnRtspServer,
    NoVideo,
    StreamEnded,
    StreamError,
    StreamPathNotFound,
    StreamStalled,
)
from streams.health import StreamHealth
from streams.ingest import Ingest
from streams.packet import Packet, RunEnded, RunStarted, StreamItem
from streams.probe import probe
from streams.recorder import Recorder
from streams.sampler import Sampler, frames_of_file
from streams.segment import VolumeId
from streams.settings import IngestSettings, RecordingSettings
from tests.fakes.clips import encode_clip
from tests.fakes.gst_camera import GstCamera, available
from tests.fakes.segments import FakeSegmentStore
from tests.fakes.wait import until
from vms.demo.mount import Mount
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import RtspServer, SimulatedCamera

CAMERA = CameraId(7)
VOLUME = VolumeId(1)
GOP, RATE = 10, 25
QUICK = IngestSettings(stall_after_s=2, open_timeout_s=2, backoff_first_s=0.1, backoff_most_s=0.2)
PASSWORD = "hunter2/@:"


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        codec: encode_clip(folder / f"{codec}.mp4", codec=codec, frames=50, rate=RATE, gop=GOP, noise=8)
        for codec in ("h264", "hevc")
    }


@pytest.fixture
async def camera(clips: dict[str, Path]) -> AsyncIterator[RtspServer]:
    cameras = [SimulatedCamera(path=codec, clip=clip) for codec, clip in clips.items()]
    async with RtspServer(cameras, username="admin", password=PASSWORD, clock=SystemClock()) as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No thread, no socket and no file stays behind."""
    yield
    gc.collect()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("read-")] == []


def profile_of(url: str, *, password: str = PASSWORD) -> StreamProfile:
    return StreamProfile(name="main", url=url, username="admin", password=password)


class Watched:
    """An ingest at work, and what it told."""

    def __init__(self, profile: StreamProfile, settings: IngestSettings = QUICK) -> None:
        self.told: list[StreamHealth] = []
        self.ingest = Ingest(profile, CAMERA, SystemClock(), settings=settings, on_health=self.told.append)
        self.subscription = self.ingest.fanout.subscribe(2000)

    @property
    def states(self) -> list[str]:
        return [health.state for health in self.told]

    async def items(self, count: int) -> list[StreamItem]:
        async with asyncio.timeout(20):
            return [await self.subscription.get() for _ in range(count)]

    async def until_told(self, state: str) -> StreamHealth:
        await until(lambda: state in self.states)
        return next(health for health in self.told if health.state == state)


@asynccontextmanager
async def running(*parts: Awaitable[None]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        async with asyncio.timeout(5):
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes), outcomes


@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_a_live_stream_is_read_sampled_and_recorded(
    camera: RtspServer, codec: str, tmp_path: Path
) -> None:
    watched = Watched(profile_of(camera.url(codec)))
    store = FakeSegmentStore()
    recorder = Recorder(
        watched.ingest.fanout,
        volume_id=VOLUME,
        camera_id=CAMERA,
        profile="main",
        settings=RecordingSettings(folder=tmp_path, segment_s=1, poll_s=0.1),
        store=store,
        clock=SystemClock(),
    )
    async with running(watched.ingest.run(), recorder.run()):
        await until(lambda: len(store.rows) >= 2)
        items = await watched.items(60)
    started = items[0]
    assert isinstance(started, RunStarted)
    assert (started.info.codec, started.info.width, started.info.height) == (codec, 320, 192)
    packets = [item for item in items if isinstance(item, Packet)]
    steps = {round(b.pts_s - a.pts_s, 3) for a, b in pairwise(packets)}
    assert steps == {0.04}
    sampler = Sampler(started.info, CAMERA, RATE)
    frames = [frame for packet in packets for frame in sampler.feed(packet)]
    assert len(frames) > 40
    assert sampler.corrupt == 0
    rows = [store.rows[path] for path in sorted(store.rows)]
    for row in rows:
        recorded = len(list(frames_of_file(str(tmp_path / row.path), CAMERA, 1000)))
        assert recorded == pytest.approx(row.duration_s * RATE, abs=0.1)
        assert row.run_id == started.run_id
    for earlier, later in pairwise(rows):
        assert earlier.end_at == later.start_at
    assert watched.states == ["connecting", "live", "stopped"]


async def test_a_second_stream_of_a_camera_joins_in_mid_gop(camera: RtspServer) -> None:
    first = Watched(profile_of(camera.url("h264")))
    second = Watched(profile_of(camera.url("h264")))
    async with running(first.ingest.run()):
        await first.items(GOP + 4)
        async with running(second.ingest.run()):
            items = await second.items(3 * GOP)
    started = items[0]
    assert isinstance(started, RunStarted)
    sampler = Sampler(started.info, CAMERA, RATE)
    packets = [item for item in items if isinstance(item, Packet)]
    frames = [frame for packet in packets for frame in sampler.feed(packet)]
    assert len(frames) > GOP
    assert sampler.corrupt == 0


async def test_a_wrong_password_is_told(camera: RtspServer) -> None:
    watched = Watched(profile_of(camera.url("h264"), password="wrong"))
    async with running(watched.ingest.run()):
        assert isinstance((await watched.until_told("backing_off")).error, CameraUnauthorised)


async def test_a_wrong_path_is_told(camera: RtspServer) -> None:
    watched = Watched(profile_of(camera.url("none")))
    async with running(watched.ingest.run()):
        assert isinstance((await watched.until_told("backing_off")).error, StreamPathNotFound)


async def test_a_camera_with_audio_only_has_no_video(camera: RtspServer) -> None:
    camera.behave("h264", "audio_only")
    with pytest.raises(NoVideo):
        await probe(profile_of(camera.url("h264")), settings=QUICK)


async def test_a_camera_that_describes_no_parameter_sets_is_read_all_the_same(
    camera: RtspServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe = Mount.describe

    def without_sets(mount: Mount) -> str:
        return re.sub(r"sprop-[a-z-]+=[^;\r]*;? ?", "", describe(mount))

    monkeypatch.setattr(Mount, "describe", without_sets)
    watched = Watched(profile_of(camera.url("h264")))
    async with running(watched.ingest.run()):
        started = (await watched.items(1))[0]
    assert isinstance(started, RunStarted)
    assert (started.info.width, started.info.height) == (320, 192)
    assert started.info.extradata


async def test_a_port_where_nobody_listens_is_told(unused_tcp_port: int) -> None:
    watched = Watched(profile_of(f"rtsp://127.0.0.1:{unused_tcp_port}/main"))
    async with running(watched.ingest.run()):
        assert isinstance((await watched.until_told("backing_off")).error, CameraRefused)


async def test_an_unknown_host_is_told() -> None:
    watched = Watched(profile_of("rtsp://no-such-camera.invalid/main"))
    async with running(watched.ingest.run()):
        error = (await watched.until_told("backing_off")).error
    assert isinstance(error, CameraUnreachable)
    assert "unknown" in str(error)


@asynccontextmanager
async def answering(reply: bytes | None) -> AsyncIterator[int]:
    """A server that answers every connection with `reply`, or says nothing."""
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        if reply is not None:
            writer.write(reply)
        else:
            await ended.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        ended.set()


async def test_a_server_that_says_nothing_is_unreachable() -> None:
    async with answering(None) as port:
        with pytest.raises(CameraUnreachable, match="no answer"):
            await probe(profile_of(f"rtsp://127.0.0.1:{port}/main"), settings=QUICK)


async def test_a_web_server_is_told_apart() -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\nno") as port:
        with pytest.raises(NotAnRtspServer):
            await probe(profile_of(f"rtsp://127.0.0.1:{port}/main"), settings=QUICK)


async def test_opening_is_cancelled_at_once() -> None:
    async with answering(None) as port:
        slow = IngestSettings(open_timeout_s=30, stall_after_s=60)
        watched = Watched(profile_of(f"rtsp://127.0.0.1:{port}/main"), slow)
        async with running(watched.ingest.run()):
            await until(lambda: any(t.name.startswith("read-") for t in threading.enumerate()))


async def test_a_stall_is_told_and_the_stream_comes_back(camera: RtspServer) -> None:
    watched = Watched(profile_of(camera.url("h264")))
    async with running(watched.ingest.run()):
        await watched.until_told("live")
        camera.stall("h264")
        assert isinstance((await watched.until_told("stalled")).error, StreamStalled)
        camera.resume("h264")
        await until(lambda: watched.states.count("live") == 2)
    assert watched.states == ["connecting", "live", "stalled", "backing_off", "live", "stopped"]


async def test_a_stalled_stream_is_cancelled_at_once(camera: RtspServer) -> None:
    patient = IngestSettings(stall_after_s=60)
    watched = Watched(profile_of(camera.url("h264")), patient)
    async with running(watched.ingest.run()):
        await watched.until_told("live")
        camera.stall("h264")
        await until(lambda: camera.clients("h264") == 1)


async def test_a_stalled_stream_leaves_its_neighbour_alone(camera: RtspServer) -> None:
    one, other = Watched(profile_of(camera.url("h264"))), Watched(profile_of(camera.url("hevc")))
    async with running(one.ingest.run(), other.ingest.run()):
        await one.until_told("live")
        await other.until_told("live")
        camera.stall("h264")
        await one.until_told("backing_off")
        assert other.states == ["connecting", "live"]
        assert other.ingest.health.packets > RATE


async def test_a_camera_that_hangs_up_is_read_again(camera: RtspServer) -> None:
    watched = Watched(profile_of(camera.url("h264")))
    async with running(watched.ingest.run()):
        await watched.until_told("live")
        camera.drop_clients("h264")
        assert isinstance((await watched.until_told("backing_off")).error, StreamEnded)
        await until(lambda: watched.states.count("live") == 2)


async def test_a_server_that_dies_and_returns_is_two_runs(clips: dict[str, Path]) -> None:
    simulator = SimulatorProcess(
        [SimulatedCamera(path="h264", clip=clips["h264"])], username="admin", password=PASSWORD
    )
    await simulator.start()
    try:
        watched = Watched(profile_of(simulator.urls["h264"]))
        async with running(watched.ingest.run()):
            await watched.until_told("live")
            await simulator.kill()
            await watched.until_told("backing_off")
            await simulator.start()
            await until(lambda: watched.states.count("live") == 2)
        items = await watched.subscription.get_all()
    finally:
        await simulator.kill()
    runs = [item.run_id for item in items if isinstance(item, RunStarted)]
    ends = [item for item in items if isinstance(item, RunEnded)]
    assert len(set(runs)) == 2
    assert isinstance(ends[0].error, StreamError)


async def test_a_server_that_is_stopped_in_its_tracks_is_a_stall(clips: dict[str, Path]) -> None:
    simulator = SimulatorProcess([SimulatedCamera(path="h264", clip=clips["h264"])])
    await simulator.start()
    try:
        watched = Watched(StreamProfile(name="main", url=simulator.urls["h264"]))
        async with running(watched.ingest.run()):
            await watched.until_told("live")
            os.kill(simulator.pid, signal.SIGSTOP)
            assert isinstance((await watched.until_told("stalled")).error, StreamStalled)
    finally:
        await simulator.kill()


async def test_a_probe_says_what_a_stream_is(camera: RtspServer) -> None:
    found = await probe(profile_of(camera.url("hevc")))
    assert (found.codec, found.width, found.height) == ("hevc", 320, 192)
    assert found.fps == pytest.approx(RATE, rel=0.05)


async def test_a_probe_says_what_is_wrong(camera: RtspServer, unused_tcp_port: int) -> None:
    good = profile_of(camera.url("h264"))
    with pytest.raises(CameraUnauthorised):
        await probe(replace(good, password="wrong"), settings=QUICK)
    with pytest.raises(StreamPathNotFound):
        await probe(profile_of(camera.url("none")), settings=QUICK)
    with pytest.raises(CameraRefused):
        await probe(profile_of(f"rtsp://127.0.0.1:{unused_tcp_port}/x"), settings=QUICK)


async def test_credentials_are_in_no_log_and_no_error(
    camera: RtspServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    camera.refuse_credentials()
    watched = Watched(profile_of(camera.url("h264")))
    async with running(watched.ingest.run()):
        error = (await watched.until_told("backing_off")).error
    assert error is not None
    assert error.__cause__ is None
    printed = "".join(capfd.readouterr())
    said = f"{error} {error!r} {error.context} {error.message('zh')} {caplog.text} {printed} {watched.told}"
    assert "hunter2" not in said


@pytest.mark.skipif(bool(available()), reason=available() or "installed")
@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_a_foreign_camera_is_read_and_decoded_without_an_error(
    clips: dict[str, Path], codec: str
) -> None:
    async with GstCamera({"street": clips[codec]}, username="admin", password="p4ss") as foreign:
        watched = Watched(
            StreamProfile(name="main", url=foreign.url("street"), username="admin", password="p4ss")
        )
        async with running(watched.ingest.run()):
            items = await watched.items(60)
    started = items[0]
    assert isinstance(started, RunStarted)
    sampler = Sampler(started.info, CAMERA, RATE)
    packets = [item for item in items if isinstance(item, Packet)]
    frames = [frame for packet in packets for frame in sampler.feed(packet)]
    assert len(frames) > 40
    assert sampler.corrupt == 0
