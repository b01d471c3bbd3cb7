"""A live stream watched: what is late is skipped and counted, the newest is always looked at, a new run starts afresh."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest

from detectors.analyser import Analyser
from detectors.budget import Budget
from detectors.event import Event, Pictures
from detectors.pipeline import Analysis, ChannelPipeline
from detectors.scene import Scene
from detectors.settings import ScheduleSettings
from streams.camera import CameraId
from streams.fanout import Fanout
from streams.frame import Frame
from streams.mask import Mask
from streams.packet import Packet, RunEnded, RunStarted, StreamItem
from tests.fakes.clips import encode_clip, encode_pictures
from tests.fakes.clock import ManualClock
from tests.fakes.events import fall_event
from tests.fakes.packets import START, run_of
from tests.fakes.wait import until

CAMERA = CameraId(1)


class FakePipeline:
    """Wants 5 frames a second and states a fall on the frames that the test names, by media time."""

    wanted_fps = 5.0
    busy = False

    def __init__(self, *, falls_at_s: frozenset[float] = frozenset()) -> None:
        self.seen: list[str] = []
        self._falls_at_s = falls_at_s

    def scout(self, frame: Frame) -> bool:
        return False

    def restart(self) -> None:
        self.seen.append("restart")

    def analyse(self, frame: Frame) -> Analysis:
        at_s = round(frame.pts_s, 2)
        self.seen.append(f"{at_s}")
        scene = Scene(
            camera_id=CAMERA,
            media_time_s=frame.pts_s,
            wall=frame.wall,
            width=frame.width,
            height=frame.height,
            zones=(),
        )
        events = (fall_event(CAMERA),) if at_s in self._falls_at_s else ()
        return Analysis(scene=scene, events=events, inferences=2)


class Stage:
    def __init__(
        self,
        pipeline: FakePipeline,
        clock: ManualClock,
        *,
        budget: Budget | None = None,
        schedule: ScheduleSettings | None = None,
        mask: Mask | None = None,
    ) -> None:
        self.fanout = Fanout()
        self.pipeline = pipeline
        self.told: list[tuple[Event, Pictures]] = []
        self._executor = ThreadPoolExecutor(1)
        self.analyser = Analyser(
            camera_id=CAMERA,
            fanout=self.fanout,
            pipeline=cast(ChannelPipeline, pipeline),
            zones=(),
            on_event=self._tell,
            clock=clock,
            executor=self._executor,
            budget=budget or Budget(threads=1, share=1.0, at_least_every_s=1.0, clock=clock),
            schedule=schedule or ScheduleSettings(sleep=False),
            max_lag_s=0.5,
            mask=mask,
        )

    async def _tell(self, event: Event, pictures: Pictures) -> None:
        self.told.append((event, pictures))

    async def play(self, *batches: list[RunStarted | RunEnded | Packet]) -> None:
        """Each batch reaches the analyser whole; returns when all is analysed."""
        with self._executor:
            running = asyncio.create_task(self.analyser.run())
            await asyncio.sleep(0)  # it subscribes
            for batch in batches:
                self.fanout.publish(batch)
            self.fanout.close()
            await running


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 25 frames a second."""
    return encode_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", frames=50, rate=25)


async def test_frames_that_are_current_are_all_analysed_at_the_rate_that_is_wanted(clip: Path) -> None:
    start, packets = run_of(clip)
    stage = Stage(FakePipeline(), ManualClock(START))  # no time passes: nothing is late
    await stage.play([start, *packets])
    assert stage.pipeline.seen == ["restart", *(f"{n * 0.2:.1f}" for n in range(10))]
    stats = stage.analyser.stats
    assert (stats.frames, stats.inferences, stats.late) == (10, 20, 0)


async def test_what_is_late_is_skipped_and_counted_but_the_newest_is_looked_at(clip: Path) -> None:
    start, packets = run_of(clip)
    stage = Stage(FakePipeline(), ManualClock(START + timedelta(seconds=60)))
    await stage.play([start, *packets])
    assert stage.pipeline.seen == ["restart", "1.8"]
    assert stage.analyser.stats.late == 9


async def test_of_a_backlog_the_last_half_second_is_analysed(clip: Path) -> None:
    start, packets = run_of(clip)
    stage = Stage(FakePipeline(), ManualClock(START + timedelta(seconds=1.9)))
    await stage.play([start, *packets])
    assert stage.pipeline.seen == ["restart", "1.4", "1.6", "1.8"]


async def test_an_event_comes_with_its_picture(clip: Path) -> None:
    start, packets = run_of(clip)
    stage = Stage(FakePipeline(falls_at_s=frozenset({1.0})), ManualClock(START))
    await stage.play([start, *packets])
    ((event, pictures),) = stage.told
    assert event.kind == "fall"
    picture = cv2.imdecode(np.frombuffer(pictures.snapshot, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[0] >= 192 and picture.shape[1] == 320
    assert pictures.strip is not None and pictures.strip[:2] == b"\xff\xd8"


async def test_the_strip_of_an_event_shows_nothing_of_an_earlier_run(clip: Path) -> None:
    async def strips(runs: int) -> list[bytes | None]:
        stage = Stage(FakePipeline(falls_at_s=frozenset({0.4, 1.0})), ManualClock(START))
        running = asyncio.create_task(stage.analyser.run())
        await asyncio.sleep(0)
        for number in range(runs):
            start, packets = run_of(clip)
            stage.fanout.publish([start, *packets])
            await until(lambda analysed=10 * (number + 1): stage.analyser.stats.frames == analysed)
        stage.fanout.close()
        await running
        return [pictures.strip for _, pictures in stage.told]

    once, twice = await strips(1), await strips(2)
    assert len(once) == 2
    assert twice == once * 2


async def test_a_new_run_forgets_who_was_followed(clip: Path) -> None:
    first, packets = run_of(clip)
    second, more = run_of(clip)
    ended = RunEnded(run_id=first.run_id, wall=START, error=None)
    stage = Stage(FakePipeline(), ManualClock(START))
    await stage.play([first, *packets[:10], ended], [second, *more[:10]])
    assert stage.pipeline.seen.count("restart") >= 1
    assert stage.pipeline.seen[-3:] == ["restart", "0.0", "0.2"]


async def test_a_pipeline_that_breaks_ends_the_analysis_instead_of_going_on_blind(clip: Path) -> None:
    class Broken(FakePipeline):
        def analyse(self, frame: Frame) -> Analysis:
            raise ZeroDivisionError

    start, packets = run_of(clip)
    with pytest.raises(ZeroDivisionError):
        await Stage(Broken(), ManualClock(START)).play([start, *packets])


async def test_an_event_that_was_stated_is_delivered_though_the_camera_is_stopped_meanwhile(
    clip: Path,
) -> None:
    start, packets = run_of(clip)
    stage = Stage(FakePipeline(falls_at_s=frozenset({1.0})), ManualClock(START))
    deliver, stored = asyncio.Event(), []

    async def slow(event: Event, _pictures: Pictures) -> None:
        await deliver.wait()
        stored.append(event)

    stage.analyser._on_event = slow
    running = asyncio.create_task(stage.analyser.run())
    await asyncio.sleep(0)
    stage.fanout.publish([start, *packets])
    await until(lambda: stage.analyser.stats.frames >= 6)
    running.cancel()
    await asyncio.sleep(0)
    deliver.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(stored) == 1


async def test_a_frame_for_which_there_is_no_time_is_skipped_and_counted(clip: Path) -> None:
    clock = ManualClock(START)
    budget = Budget(threads=1, share=1.0, at_least_every_s=1.0, clock=clock)
    budget.pay(1.0)
    stage = Stage(FakePipeline(), clock, budget=budget)
    start, packets = run_of(clip)
    await stage.play([start, *packets])
    # The first is always due: nothing was looked at before it. After that, no time passes and nobody is followed.
    assert stage.pipeline.seen == ["restart", "0.0"]
    assert stage.analyser.stats.skipped == {"asleep": 0, "late": 0, "budget": 9, "corrupt": 0, "queue": 0}


async def test_who_is_followed_is_looked_at_when_others_go_without(clip: Path) -> None:
    clock = ManualClock(START)
    budget = Budget(threads=1, share=1.0, at_least_every_s=1.0, clock=clock)
    budget.pay(0.8)
    stage = Stage(FakePipeline(), clock, budget=budget)
    stage.pipeline.busy = True
    start, packets = run_of(clip)
    await stage.play([start, *packets])
    assert stage.analyser.stats.frames == 10


async def test_a_camera_that_has_much_to_look_at_gives_its_thread_back_in_between(clip: Path) -> None:
    """One thread, two cameras: the second is not behind all frames of the first."""
    order: list[int] = []

    class Noting(FakePipeline):
        def __init__(self, number: int) -> None:
            super().__init__()
            self._number = number

        def analyse(self, frame: Frame) -> Analysis:
            order.append(self._number)
            return super().analyse(frame)

    clock = ManualClock(START)
    stages = [Stage(Noting(number), clock) for number in (1, 2)]
    shared = ThreadPoolExecutor(1)
    held = asyncio.Event()
    loop = asyncio.get_running_loop()
    gate = shared.submit(lambda: asyncio.run_coroutine_threadsafe(held.wait(), loop).result())
    running = []
    for stage in stages:
        stage.analyser._executor = shared
        running.append(asyncio.create_task(stage.analyser.run()))
    await asyncio.sleep(0)
    start, packets = run_of(clip)
    for stage in stages:
        stage.fanout.publish([start, *packets])
        stage.fanout.close()
    await asyncio.sleep(0)
    held.set()
    await asyncio.gather(*running)
    gate.result()
    shared.shutdown()
    assert order == [1] * 8 + [2] * 8 + [1] * 2 + [2] * 2


async def test_what_was_kept_while_asleep_is_analysed_though_it_is_late(tmp_path: Path) -> None:
    """A still scene in one GOP of 12 s; at its end something moves, and the clock has long gone on."""
    pictures = [np.full((192, 320, 3), 90, np.uint8) for _ in range(150)]
    for number in range(140, 150):
        pictures[number][40:150, 20 * (number - 138) :][:, :60] = 220
    path = encode_pictures(
        tmp_path / "still.mp4", pictures, rate=Fraction(25, 2), keyframes={0, *range(12, 60, 12), 60}
    )
    start, packets = run_of(path)
    clock = ManualClock(START + timedelta(seconds=15))
    stage = Stage(FakePipeline(), clock, schedule=ScheduleSettings(learn_s=2.0, stay_s=0.5))
    # What comes before the sleep is late; it is skipped but for the newest.
    await stage.play([start, *packets[:60]], list(packets[60:]))
    schedule = stage.analyser.stats.schedule
    assert (schedule.wakings, stage.analyser.stats.schedule.corrupt) == (1, 0)
    kept = [float(at_s) for at_s in stage.pipeline.seen[1:] if float(at_s) >= 4.8]
    assert kept[0] == pytest.approx(4.8, abs=0.2)
    assert len(kept) >= 30


async def test_a_sleeper_has_its_packets_gathered_and_who_is_awake_has_them_at_once(tmp_path: Path) -> None:
    pictures = [np.full((192, 320, 3), 90, np.uint8) for _ in range(150)]
    for number in range(140, 150):
        pictures[number][40:150, 20 * (number - 138) :][:, :60] = 220
    path = encode_pictures(
        tmp_path / "still.mp4", pictures, rate=Fraction(25, 2), keyframes=set(range(0, 150, 25))
    )
    start, packets = run_of(path)
    stage = Stage(FakePipeline(), ManualClock(START), schedule=ScheduleSettings(learn_s=4.0, stay_s=0.5))
    running = asyncio.create_task(stage.analyser.run())
    await asyncio.sleep(0)
    assert not stage.fanout.patient
    stage.fanout.publish([start, *packets[:130]])
    await until(lambda: stage.fanout.patient)
    stage.fanout.publish(packets[130:])
    await until(lambda: not stage.fanout.patient)
    stage.fanout.close()
    await running


async def test_what_a_job_takes_is_paid_for_decoding_included(clip: Path) -> None:
    clock = ManualClock(START)
    budget = Budget(threads=1, share=1e-9, at_least_every_s=1.0, clock=clock)
    stage = Stage(FakePipeline(), clock, budget=budget)
    sampled = stage.analyser._frames

    def slow(items: Sequence[StreamItem]) -> Iterator[Frame]:
        for frame in sampled(items):
            clock._elapsed_s += 0.01
            yield frame

    stage.analyser._frames = slow  # type: ignore[method-assign]
    start, packets = run_of(clip)
    await stage.play([start, *packets])
    assert budget.left == pytest.approx(1 - 10 * 0.01, abs=1e-3)


async def test_nothing_that_is_masked_is_in_the_pictures_of_an_event(clip: Path) -> None:
    start, packets = run_of(clip)
    left = Mask((((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),))
    whole, masked = (
        Stage(FakePipeline(falls_at_s=frozenset({1.0})), ManualClock(START), mask=mask)
        for mask in (None, left)
    )
    for stage in (whole, masked):
        await stage.play([start, *packets])
    light = []
    for stage in (whole, masked):
        ((_, pictures),) = stage.told
        shown = cv2.imdecode(np.frombuffer(pictures.snapshot, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert shown is not None and pictures.strip is not None
        strip = cv2.imdecode(np.frombuffer(pictures.strip, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert strip is not None
        height, width = shown.shape
        light.append((int(shown[height // 2 :, : width // 2 - 16].max()), int(strip[20:60, 20:100].max())))
    assert min(light[0]) > 60 and max(light[1]) < 30
