"""Sleeping and waking: a still scene costs keyframes only, and nothing that happens in it is missed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.event import Event
from detectors.models import Models, load_models
from detectors.pipeline import ChannelPipeline
from detectors.schedule import Schedule, ScheduleStats
from detectors.settings import DetectorSettings, ScheduleSettings
from streams.camera import CameraId
from streams.frame import Frame
from streams.packet import Packet, StreamInfo
from streams.sampler import Sampler
from tests.fakes.clips import encode_pictures
from tests.fakes.packets import run_of
from vms.demo.cameras import FOOTAGE
from vms.places import models_folder

CAMERA = CameraId(1)
RATE = Fraction(25, 2)
#: frames of the still street before somebody comes; keyframe every 2 s, the last of which opens a GOP of 14 s
STILL, GOP, LONG = 275, 25, 175
FALLS_AT_S = (STILL + 50) / float(RATE)


@pytest.fixture(scope="module")
def models() -> Models:
    return load_models(models_folder(), threads=2)


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """22 s of an empty street with a camera's noise; then a man walks in, falls and lies there, all in one GOP."""
    with av.open(str(FOOTAGE / "fall_street_near.mp4")) as container:
        story = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    empty = story[-1].copy()
    empty[:, 160:] = story[0][:, 160:]  # he comes from the left, and lies on the right
    noise = np.random.default_rng(3)

    def with_noise(picture: np.ndarray) -> np.ndarray:
        grain = noise.normal(0, 2.0, (*picture.shape[:2], 1))
        return np.clip(picture + grain, 0, 255).astype(np.uint8)

    pictures = [with_noise(empty) for _ in range(STILL)]
    # The story has noise of its own already.
    pictures += [with_noise(picture) for picture in [*story, *story[-50:]]]
    last = STILL - GOP
    keyframes = {*range(0, last + 1, GOP), *range(last + LONG, len(pictures), GOP)}
    return encode_pictures(
        tmp_path_factory.mktemp("street") / "street.mp4", pictures, rate=RATE, keyframes=keyframes
    )


@dataclass
class Watched:
    events: list[Event] = field(default_factory=list)
    #: media times of the frames that were analysed
    times: list[float] = field(default_factory=list)
    stats: ScheduleStats = field(default_factory=ScheduleStats)
    #: pictures decoded when the man came into the picture
    decoded_before: int = 0


def watch(
    path: Path, models: Models, *, sleep: bool = True, change: Callable[[Packet], Packet] = lambda p: p
) -> Watched:
    start, packets = run_of(path)
    pipeline = ChannelPipeline(
        camera_id=CAMERA, zones=(), rules=frozenset({"fall"}), models=models, settings=DetectorSettings()
    )
    sampler = Sampler(start.info, CAMERA, pipeline.wanted_fps)
    watched = Watched()
    schedule = Schedule(sampler, pipeline, ScheduleSettings(sleep=sleep), stats=watched.stats)
    for packet in packets:
        if packet.pts_s <= STILL / RATE:
            watched.decoded_before = sampler.decoded
        for frame in schedule.feed(change(packet)):
            watched.times.append(frame.pts_s)
            watched.events += pipeline.analyse(frame).events
    return watched


@pytest.fixture(scope="module")
def awake(street: Path, models: Models) -> Watched:
    return watch(street, models, sleep=False)


def fall_of(watched: Watched) -> float:
    (event,) = (event for event in watched.events if event.kind == "fall")
    return event.media_time_s


def test_who_comes_and_falls_between_two_keyframes_of_a_sleeping_camera_is_found(
    street: Path, models: Models, awake: Watched
) -> None:
    watched = watch(street, models)
    assert fall_of(watched) == pytest.approx(fall_of(awake), abs=0.2)
    assert FALLS_AT_S < fall_of(watched) < FALLS_AT_S + 3.0
    # It slept before: what was decoded is the time of learning, and a keyframe every 2 s after it.
    assert watched.stats.wakings == 1
    assert watched.stats.asleep >= 100
    assert awake.decoded_before >= STILL
    assert watched.decoded_before <= awake.decoded_before - 100


def test_he_is_found_though_the_packets_of_the_camera_say_nothing_by_their_size(
    street: Path, models: Models, awake: Watched
) -> None:
    """A constant rate, filled up: only the next keyframe, eight seconds after the fall, shows that he came."""
    watched = watch(street, models, change=lambda packet: replace(packet, size=4000))
    assert fall_of(watched) == pytest.approx(fall_of(awake), abs=0.4)
    assert watched.stats.wakings == 1


def test_frames_come_in_order_and_none_twice(street: Path, models: Models) -> None:
    for change in (lambda packet: packet, lambda packet: replace(packet, size=4000)):
        times = watch(street, models, change=change).times
        assert times == sorted(set(times))


def test_who_lies_still_is_watched_on(street: Path, models: Models, awake: Watched) -> None:
    watched = watch(street, models)
    after = [time for time in watched.times if time > FALLS_AT_S + 4]
    assert after == [time for time in awake.times if time > FALLS_AT_S + 4]


class Calm:
    """A pipeline that follows nobody, unless told to; it notes at what it looked."""

    wanted_fps = 8.0

    def __init__(self, *, busy: bool = False, sees: Callable[[float], bool] = lambda _at_s: False) -> None:
        self.busy = busy
        self.looked_at: list[float] = []
        self._sees = sees

    def scout(self, frame: Frame) -> bool:
        self.looked_at.append(frame.pts_s)
        return self._sees(frame.pts_s)


def schedule_of(street: Path, pipeline: Calm, **changes: object) -> tuple[Schedule, list[Packet]]:
    start, packets = run_of(street)
    sampler = Sampler(start.info, CAMERA, pipeline.wanted_fps)
    settings = ScheduleSettings(**changes)  # type: ignore[arg-type]
    return Schedule(sampler, cast(ChannelPipeline, pipeline), settings), packets[:STILL]


def feed(schedule: Schedule, packets: Sequence[Packet]) -> list[float]:
    return [frame.pts_s for packet in packets for frame in schedule.feed(packet)]


def test_a_still_scene_is_looked_at_now_and_then(street: Path) -> None:
    pipeline = Calm()
    schedule, packets = schedule_of(street, pipeline, compare_asleep_every_s=2.0, look_every_s=5.0)
    feed(schedule, packets)
    assert schedule.asleep
    assert len(pipeline.looked_at) == schedule.stats.looks == 2
    assert np.diff(pipeline.looked_at).min() >= 5.0


def test_who_is_seen_in_a_still_scene_wakes_it(street: Path) -> None:
    schedule, packets = schedule_of(street, Calm(sees=lambda at_s: at_s > 14), look_every_s=5.0)
    times = feed(schedule, packets)
    assert schedule.stats.wakings >= 1
    woken = [time for time in times if time > 13]
    # From the keyframe before the look on, at the full rate.
    assert max(np.diff(woken)[:10]) < 0.2


def test_no_network_looks_at_a_still_scene_where_there_is_no_time_for_it(street: Path) -> None:
    pipeline = Calm()
    start, packets = run_of(street)
    sampler = Sampler(start.info, CAMERA, pipeline.wanted_fps)
    schedule = Schedule(sampler, cast(ChannelPipeline, pipeline), ScheduleSettings(), may_look=lambda: False)
    feed(schedule, packets[:STILL])
    assert (pipeline.looked_at, schedule.asleep) == ([], True)


def test_while_somebody_is_followed_it_never_sleeps(street: Path) -> None:
    schedule, packets = schedule_of(street, Calm(busy=True))
    times = feed(schedule, packets)
    assert (schedule.stats.asleep, schedule.stats.glances) == (0, 0)
    assert max(np.diff(times)) < 0.2


def test_a_gop_that_grows_too_long_to_keep_wakes_it(street: Path) -> None:
    schedule, packets = schedule_of(street, Calm(), kept_packets=10)
    feed(schedule, packets)
    assert schedule.stats.wakings >= 1


def test_of_a_long_sleep_only_the_last_seconds_are_analysed(street: Path) -> None:
    start, packets = run_of(street)
    pipeline = Calm()
    sampler = Sampler(start.info, CAMERA, pipeline.wanted_fps)
    schedule = Schedule(
        sampler, cast(ChannelPipeline, pipeline), ScheduleSettings(most_back_s=2.0, stay_s=0.5)
    )
    constant = [replace(packet, size=4000) for packet in packets]
    times = feed(schedule, constant)
    woke_s = (STILL - GOP + LONG) / float(RATE)
    before = [time for time in times if 22 < time < woke_s]
    assert min(before) == pytest.approx(woke_s - 2.0, abs=0.2)


def test_what_a_sleeper_kept_is_given_out_at_the_end_of_the_run(street: Path) -> None:
    schedule, packets = schedule_of(street, Calm())
    feed(schedule, packets)
    assert schedule.asleep
    rest = [frame.pts_s for frame in schedule.flush()]
    assert rest and rest[-1] == pytest.approx(packets[-1].pts_s, abs=0.15)


def test_a_quiet_camera_sleeps_without_a_break(street: Path) -> None:
    schedule, packets = schedule_of(street, Calm())
    times = feed(schedule, packets)
    assert (schedule.asleep, schedule.stats.wakings) == (True, 0)
    assert times[-1] == pytest.approx(8.0, abs=0.2)


def test_who_is_followed_all_of_a_sudden_wakes_it(street: Path) -> None:
    pipeline = Calm()
    schedule, packets = schedule_of(street, pipeline)
    feed(schedule, packets[:200])
    assert schedule.asleep
    pipeline.busy = True
    assert feed(schedule, packets[200:201])
    assert not schedule.asleep


@pytest.fixture(scope="module")
def many_keyframes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 s of grey noise, with a keyframe every 0.4 s."""
    noise = np.random.default_rng(4)
    pictures = [np.clip(noise.normal(120, 4, (180, 320, 3)), 0, 255).astype(np.uint8) for _ in range(300)]
    path = tmp_path_factory.mktemp("many") / "many.mp4"
    return encode_pictures(path, pictures, rate=RATE, keyframes=set(range(0, 300, 5)))


def test_keyframes_that_come_often_are_compared_seconds_apart_and_nothing_between_is_lost(
    many_keyframes: Path,
) -> None:
    pipeline = Calm()
    schedule, packets = schedule_of(many_keyframes, pipeline)
    feed(schedule, packets[:248])
    assert schedule.asleep
    assert schedule.stats.glances <= 1 + (20 - 8) / 2
    pipeline.busy = True
    woken = feed(schedule, packets[248:260])
    # The last comparison was at 18.4 s or so, four keyframes before.
    assert woken[0] < 18.5 and max(np.diff(woken)) < 0.2


def test_a_stream_without_whole_keyframes_is_watched_all_the_time(tmp_path: Path) -> None:
    """Gradual refresh: a keyframe is one from which on a decoder recovers, and nothing by itself."""
    path, rate = tmp_path / "refresh.mkv", Fraction(25, 2)
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "bf": "0", "g": "25", "x264-params": "intra-refresh=1"}
        stream = container.add_stream("libx264", rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = 320, 192, "yuv420p"
        for _ in range(300):
            container.mux(
                stream.encode(av.VideoFrame.from_ndarray(np.full((192, 320), 90, np.uint8), "gray"))
            )
        container.mux(stream.encode())
    schedule, packets = schedule_of(path, Calm())
    packets = [replace(packet, keyframe=number % 25 == 0) for number, packet in enumerate(packets)]
    times = feed(schedule, packets)
    assert (schedule.stats.glances, schedule.asleep) == (1, False)
    # The one try costs what comes until the next recovery.
    assert max(np.diff(times)) < 4.0
    assert times[-1] > 21.5


@pytest.fixture(scope="module")
def still_run(street: Path) -> tuple[StreamInfo, list[Packet]]:
    start, packets = run_of(street)
    return start.info, packets[:STILL]


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_whatever_the_sizes_frames_are_whole_in_order_and_what_is_kept_is_bounded(
    data: st.DataObject, still_run: tuple[StreamInfo, list[Packet]]
) -> None:
    info, packets = still_run
    sizes = data.draw(
        st.lists(st.sampled_from([3000, 3100, 9000]), min_size=len(packets), max_size=len(packets))
    )
    sampler = Sampler(info, CAMERA, 8.0)
    schedule = Schedule(
        sampler, cast(ChannelPipeline, Calm()), ScheduleSettings(learn_s=1.0, stay_s=0.5, kept_packets=30)
    )
    times = []
    for packet, size in zip(packets, sizes, strict=True):
        times += [frame.pts_s for frame in schedule.feed(replace(packet, size=size))]
        assert len(schedule._kept) <= 31
    assert times == sorted(set(times))
    # A packet that the decoder got without those before it would have come out damaged.
    assert schedule.stats.corrupt == 0
