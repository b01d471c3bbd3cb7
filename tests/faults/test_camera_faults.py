"""What can go wrong with a camera, one by one: the condition that is reached, how long it takes, and that it is over.

Real encoded packets go through a real Ingest and its Watcher while the clock is moved by hand, a second at a time; what is
RTSP's own (a server that dies, a port that is closed, a password that is changed) goes against the own RTSP server.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from runtime.clock import Clock, SystemClock
from streams.camera import CameraId, ProfileName, StreamProfile
from streams.condition import Condition
from streams.condition_settings import ConditionSettings
from streams.errors import CameraUnreachable, StreamEnded
from streams.ingest import Ingest
from streams.looker import Looker
from streams.packet import MediaPacket
from streams.settings import IngestSettings
from streams.view_files import ViewFiles
from streams.watcher import Watcher
from tests.fakes.clips import encode_clip
from tests.fakes.clock import ManualClock
from tests.fakes.packets import copy_of
from tests.fakes.source import FakeSource
from tests.fakes.views import GOP, RATE, View, encoded, pictures_of, scene, with_text
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import RtspServer, SimulatedCamera

CAMERA = CameraId(7)
#: a packet is handed over as soon as it is read
INGEST = IngestSettings(
    handover_s=0, patient_pause_s=0, stall_after_s=10, backoff_first_s=1, backoff_most_s=2
)


class Here(Executor):
    """Does at once what it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class Bench:
    """One camera, its watcher, and a clock that a test moves."""

    def __init__(
        self,
        folder: Path,
        *,
        profile: StreamProfile | None = None,
        view: View | None = None,
        ingest: IngestSettings = INGEST,
    ) -> None:
        self.clock = ManualClock()
        self.told: list[Condition] = []
        self.sources: list[FakeSource] = []
        self.next_source: Callable[[], FakeSource] | None = None
        self.view = view
        self._sent = self._number = 0
        #: ticks by which the camera's time stamps are off
        self.shift = 0
        options: dict[str, Any] = {} if view is None else {"make_source": self._make}
        self.ingest = Ingest(
            profile or StreamProfile(name="main", url="rtsp://camera.example/main"),
            CAMERA,
            self.clock,
            settings=ingest,
            **options,
        )
        looker = Looker(CAMERA, files=ViewFiles(folder / "views"), adapt_s=1800)
        self.watcher = Watcher(
            self.ingest,
            settings=ConditionSettings(),
            clock=self.clock,
            executor=Here(),
            looker=looker,
            seen_before=looker.seen_before,
            on_condition=self._tell,
        )

    def _tell(self, camera_id: CameraId, profile: ProfileName, condition: Condition) -> None:
        assert (camera_id, profile) == (CAMERA, "main")
        self.told.append(condition)

    def _make(self, _profile: StreamProfile, _settings: IngestSettings, _clock: Clock) -> FakeSource:
        assert self.view is not None
        self.sources.append(self.next_source() if self.next_source else FakeSource(self.view.info))
        return self.sources[-1]

    @property
    def state(self) -> str | None:
        return self.told[-1].state if self.told else None

    @property
    def states(self) -> list[str]:
        return [condition.state for condition in self.told]

    async def silence(self, seconds: int) -> None:
        """Nothing comes, though the camera's clock goes on; what happens elsewhere has time to."""
        for _ in range(seconds):
            self._number += RATE
            await self.clock.advance(1)
            await _settled(self._is_settled)

    async def play(
        self, seconds: int, view: View | None = None, *, loses: Callable[[int], bool] | None = None
    ) -> None:
        """`view` from a keyframe on, as long as that; with `loses`, without the frames that it says."""
        view = view or self.view
        assert view is not None
        self._number += -self._number % GOP
        source = await self._opened()
        for _ in range(seconds):
            for _ in range(RATE):
                if loses is None or not loses(self._number):
                    media = copy_of(view.media[self._number % len(view.media)])
                    media.pts = media.dts = self.shift + round(self._number / RATE / view.info.time_base)
                    source.send(media)
                    self._sent += 1
                self._number += 1
            await _settled(lambda: self.ingest.health.packets >= self._sent)
            await self.clock.advance(1)

    async def until(self, state: str, view: View | None = None, *, most_s: int = 120, **how: Any) -> float:
        """Play until that is told; the seconds that it took."""
        began = self.clock.monotonic()
        while self.state != state:
            assert self.clock.monotonic() - began < most_s, f"{state} was not reached, but {self.states}"
            await self.play(GOP // RATE, view, **how)
        return (self.told[-1].since - self.clock.now()).total_seconds() + self.clock.monotonic() - began

    async def until_silent(self, state: str, *, most_s: int = 60) -> float:
        began = self.clock.monotonic()
        while self.state != state:
            assert self.clock.monotonic() - began < most_s, f"{state} was not reached, but {self.states}"
            await self.silence(1)
        return self.clock.monotonic() - began

    async def _opened(self) -> FakeSource:
        began = self.clock.monotonic()
        while not self._is_open():
            assert self.clock.monotonic() - began < 30
            await self.silence(1)
        return self.sources[-1]

    def _is_settled(self) -> bool:
        """Whether watcher and ingest both wait for the clock, and no source is being opened or let go."""
        return self.clock.sleepers >= 2 and (self._is_open() or not is_reading())

    def _is_open(self) -> bool:
        return bool(self.sources) and self.sources[-1].opened and not self.sources[-1].closed


def is_reading() -> bool:
    """Whether a thread opens or reads a source now."""
    return any(thread.name.startswith("read-") for thread in threading.enumerate())


async def _settled(condition: Callable[[], bool]) -> None:
    """Once the reader's thread has come as far."""
    limit = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < limit
        await asyncio.sleep(0)


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(bench.watcher.run()), asyncio.create_task(bench.ingest.run())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [each for each in outcomes if isinstance(each, Exception)] == []


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> dict[str, View]:
    folder = tmp_path_factory.mktemp("views")
    street = scene()
    dim = np.full_like(street, 18.0)
    veiled = np.broadcast_to(
        np.linspace(60, 100, street.shape[1], dtype=np.float32)[None, :, None], street.shape
    )
    made = {
        "street": pictures_of(street, change=with_text),
        "repeated": pictures_of(street, change=with_text, count=GOP),
        "black": pictures_of(dim, walks=False, change=with_text),
        "covered": pictures_of(veiled, walks=False, change=with_text),
        "defocused": pictures_of(street, change=lambda each: cv2.GaussianBlur(each, (0, 0), 6)),
        "turned": pictures_of(scene(2), change=with_text),
        "infrared": pictures_of(scene(colour=False), change=lambda each: (each * 0.7).astype(np.uint8)),
        "crowd": pictures_of(street, change=_crowded),
        "larger": [cv2.resize(each, (640, 360)) for each in pictures_of(street, change=with_text, count=20)],
    }
    views = {name: encoded(folder / f"{name}.mp4", pictures) for name, pictures in made.items()}
    still = pictures_of(street, noise=0, walks=False, change=with_text, count=200)
    # By then the encoder's rate control has found its rest.
    stuck = encoded(folder / "stuck.mp4", still)
    return views | {
        "stuck": replace(stuck, media=stuck.media[100:]),
        "hevc": encoded(folder / "hevc.mp4", made["street"][:20], codec="hevc"),
    }


def _crowded(picture: np.ndarray[Any, Any]) -> Any:
    """Something large stands before half of the view."""
    full = picture.copy()
    full[:, :160] = 90
    return full


@pytest.fixture
async def bench(views: dict[str, View], tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path, view=views["street"])
    async with running(bench):
        yield bench


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    shows: str
    state: str
    cause: str
    #: seconds until it is told, and until it is told to be over
    within_s: float
    over_s: float = 5.0


@pytest.mark.parametrize(
    "fault",
    [
        Fault(shows="repeated", state="frozen", cause="no_change", within_s=30),
        Fault(shows="stuck", state="frozen", cause="no_change", within_s=30),
        Fault(shows="black", state="black", cause="dark", within_s=30),
        Fault(shows="covered", state="covered", cause="covered", within_s=30),
        Fault(shows="defocused", state="covered", cause="defocused", within_s=30),
        Fault(shows="turned", state="turned", cause="turned", within_s=80),
    ],
    ids=lambda fault: fault.shows,
)
async def test_what_is_wrong_with_the_picture_is_told_and_is_over(
    bench: Bench, views: dict[str, View], fault: Fault
) -> None:
    await bench.play(31)
    assert bench.states == ["live"]
    assert await bench.until(fault.state, views[fault.shows]) <= fault.within_s
    assert bench.told[-1].causes == (fault.cause,)
    await bench.play(20, views[fault.shows])
    assert await bench.until("live") <= fault.over_s
    await bench.play(40)
    assert bench.states == ["live", fault.state, "live"]


@pytest.mark.parametrize("shows", ["street", "crowd", "infrared"])
async def test_what_is_not_wrong_is_not_told(bench: Bench, views: dict[str, View], shows: str) -> None:
    await bench.play(31)
    await bench.play(120, views[shows])
    await bench.play(60)
    assert bench.states == ["live"]


async def test_a_stream_that_stalls_in_the_middle_of_a_gop(bench: Bench) -> None:
    await bench.play(33)
    assert await bench.until_silent("stalled") <= 10
    assert bench.told[-1].causes == ("no_packets",)
    assert await bench.until("live") <= 5
    assert bench.states == ["live", "stalled", "live"]


async def test_a_camera_that_cannot_be_reached_any_more(bench: Bench) -> None:
    await bench.play(31)
    gone = CameraUnreachable(url="rtsp://camera.example/main", reason="no route")
    street = bench.view
    assert street is not None
    bench.next_source = lambda: FakeSource(street.info, fails_to_open=gone)
    bench.sources[-1].fail(gone)
    assert await bench.until_silent("offline") <= 10
    assert (bench.told[-1].causes, bench.told[-1].error) == (("unreachable",), gone)
    bench.next_source = None
    assert await bench.until("live") <= 5
    assert bench.states == ["live", "offline", "live"]


async def test_a_camera_that_hangs_up_and_is_back_at_once_was_not_away(bench: Bench) -> None:
    await bench.play(31)
    bench.sources[-1].fail(StreamEnded(url="rtsp://camera.example/main"))
    await bench.silence(2)
    await bench.play(60)
    assert bench.states == ["live"]


async def test_a_camera_that_comes_and_goes_does_not_flap(bench: Bench) -> None:
    await bench.play(31)
    for _ in range(6):
        await bench.silence(13)
        await bench.play(17)
    await bench.play(40)
    assert bench.states == ["live", "stalled", "live", "stalled", "live"]


async def test_half_of_the_frames_are_lost(bench: Bench) -> None:
    await bench.play(100)
    draw = np.random.default_rng(3)
    lost = {number for number in range(5000) if number % GOP and draw.random() < 0.55}
    assert await bench.until("degraded", loses=lost.__contains__) <= 30
    await bench.play(30, loses=lost.__contains__)
    assert bench.told[-1].causes == ("low_fps", "packet_loss")
    assert await bench.until("live") <= 90  # it is an average of a minute


@pytest.mark.parametrize("becomes", ["larger", "hevc"])
async def test_another_size_or_codec_is_another_session_and_no_fault(
    bench: Bench, views: dict[str, View], becomes: str
) -> None:
    await bench.play(31)
    bench.view = views[becomes]
    bench.sources[-1].fail(StreamEnded(url="rtsp://camera.example/main"))
    await bench.silence(2)
    looks = bench.watcher.looks
    await bench.play(60)
    assert bench.watcher.looks >= looks + 5
    assert bench.states == ["live"]


@pytest.mark.parametrize("jump_s", [-3600, 3600], ids=["back", "forward"])
async def test_time_stamps_that_jump_are_no_fault(bench: Bench, jump_s: int) -> None:
    await bench.play(31)
    assert bench.view is not None
    bench.shift += jump_s * round(1 / bench.view.info.time_base)
    await bench.play(60)
    assert bench.states == ["live"]


async def test_a_clock_that_is_wrong_by_an_hour(bench: Bench) -> None:
    await bench.play(21)
    bench.watcher.note_clock_offset(3600.0)
    assert await bench.until("degraded") <= 15
    assert bench.told[-1].causes == ("clock_drift",)
    bench.watcher.note_clock_offset(0.4)
    assert await bench.until("live") <= 2


async def test_keyframes_that_cannot_be_decoded_are_lost_and_end_nothing(
    bench: Bench, views: dict[str, View]
) -> None:
    await bench.play(31)
    street = views["street"]
    broken = View(
        info=street.info, media=[_broken(each) if each.is_keyframe else each for each in street.media]
    )
    await bench.until("degraded", broken)
    assert bench.told[-1].causes == ("packet_loss",)
    await bench.until("live")


def _broken(media: MediaPacket) -> MediaPacket:
    broken = av.Packet(b"\x00\x00\x00\x08" + bytes(range(200, 208)))
    broken.pts, broken.dts, broken.time_base = media.pts, media.dts, media.time_base
    broken.is_keyframe, broken.stream = True, media.stream
    return broken


# ---- against the own RTSP server

REAL = IngestSettings(
    handover_s=0, patient_pause_s=0, stall_after_s=10, open_timeout_s=2, backoff_first_s=1, backoff_most_s=2
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encode_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", frames=50, gop=10, noise=8)


async def until_told(bench: Bench, state: str) -> float:
    """Seconds of the clock until that is told. It goes on while packets come or nobody tries to connect; a server that
    is being connected to takes its own time.
    """
    began, limit = bench.clock.monotonic(), time.monotonic() + 20
    while bench.state != state:
        assert time.monotonic() < limit, f"{state} was not reached, but {bench.states}"
        packets = bench.ingest.health.packets
        await asyncio.sleep(0.02)
        if not is_reading() or bench.ingest.health.packets != packets:
            await bench.clock.advance(1)
    return bench.clock.monotonic() - began


async def test_a_server_that_is_killed(clip: Path, tmp_path: Path) -> None:
    simulator = SimulatorProcess([SimulatedCamera(path="main", clip=clip)])
    await simulator.start()
    try:
        bench = Bench(tmp_path, profile=StreamProfile(name="main", url=simulator.urls["main"]), ingest=REAL)
        async with running(bench):
            await until_told(bench, "live")
            await simulator.kill()
            assert await until_told(bench, "offline") <= 10
            assert bench.told[-1].causes == ("refused",)
            await simulator.start()
            await until_told(bench, "live")
            assert bench.states == ["live", "offline", "live"]
    finally:
        await simulator.kill()


@asynccontextmanager
async def served(clip: Path, tmp_path: Path, port: int) -> AsyncIterator[tuple[RtspServer, Bench]]:
    server = RtspServer(
        [SimulatedCamera(path="main", clip=clip)],
        port=port,
        username="admin",
        password="right",
        clock=SystemClock(),
    )
    url = f"rtsp://127.0.0.1:{port}/main"
    profile = StreamProfile(name="main", url=url, username="admin", password="right")
    bench = Bench(tmp_path, profile=profile, ingest=REAL)
    try:
        async with running(bench):
            yield server, bench
    finally:
        await server.stop()


async def test_a_port_that_is_closed(clip: Path, tmp_path: Path, unused_tcp_port: int) -> None:
    async with served(clip, tmp_path, unused_tcp_port) as (server, bench):
        assert await until_told(bench, "never_connected") <= 10
        assert bench.told[-1].causes == ("refused",)
        await server.start()
        await until_told(bench, "live")
        await server.stop()
        assert await until_told(bench, "offline") <= 10
        assert bench.told[-1].causes == ("refused",)
    assert bench.states == ["never_connected", "live", "offline"]


async def test_a_password_that_is_wrong_after_a_change(
    clip: Path, tmp_path: Path, unused_tcp_port: int
) -> None:
    async with served(clip, tmp_path, unused_tcp_port) as (server, bench):
        await server.start()
        await until_told(bench, "live")
        server.refuse_credentials()
        server.drop_clients("main")
        assert await until_told(bench, "offline") <= 10
        assert bench.told[-1].causes == ("unauthorised",)
        server.refuse_credentials(False)
        await until_told(bench, "live")
    assert bench.states == ["live", "offline", "live"]
