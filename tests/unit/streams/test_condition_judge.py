"""From facts to a condition: what is worst is told, when it has lasted, and on a change only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runtime.errors import VmsError
from streams.condition import Condition
from streams.condition_judge import ConditionJudge
from streams.condition_settings import ConditionSettings
from streams.errors import (
    CameraRefused,
    CameraUnauthorised,
    CameraUnreachable,
    NotAnRtspServer,
    NoVideo,
    StreamEnded,
    StreamPathNotFound,
    StreamStalled,
)
from streams.packet_signs import PacketFigures
from streams.picture_signs import PictureSigns

START = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
URL = "rtsp://camera.example/main"
CLEAR: dict[str, Any] = {
    "light": 180.0,
    "textured": 0.9,
    "same": 0.2,
    "found": 0.9,
    "sharp": 1.0,
    "alike": 0.95,
    "contrast": 1.0,
}


class Bench:
    def __init__(self, **options: Any) -> None:
        self.judge = ConditionJudge(ConditionSettings(), at_s=0.0, **options)
        self.at_s = 0.0
        self.told: list[Condition] = []

    def packets(self, seconds: int, **figures: Any) -> None:
        """They come, and say that."""
        for _ in range(seconds):
            self.at_s += 1
            self.judge.note_packets(self.at_s)
            self.judge.note_figures(PacketFigures(**{**GOOD_FIGURES, **figures}), self.at_s)
            self._conclude(None)

    def silence(self, seconds: int, error: VmsError | None = None) -> None:
        for _ in range(seconds):
            self.at_s += 1
            self._conclude(error)

    def looks(self, seconds: int, **signs: Any) -> None:
        """Packets come, and a picture every other second shows that."""
        for _ in range(0, seconds, 2):
            self.packets(1)
            self.judge.note_signs(PictureSigns(**{**CLEAR, **signs}), self.at_s)
            self.packets(1)

    def _conclude(self, error: VmsError | None) -> None:
        condition = self.judge.conclude(self.at_s, START + timedelta(seconds=self.at_s), error=error)
        if condition is not None:
            self.told.append(condition)

    @property
    def states(self) -> list[str]:
        return [condition.state for condition in self.told]


GOOD_FIGURES: dict[str, Any] = {"fps_share": 1.0, "loss": 0.0, "gop_s": 2.0, "drift": 0.0}


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_nothing_is_told_before_anything_is_known(bench: Bench) -> None:
    bench.silence(5)
    assert (bench.told, bench.judge.condition) == ([], None)
    bench.packets(1)
    assert bench.states == ["live"]
    assert bench.told[0].since == START + timedelta(seconds=6)
    bench.packets(100)
    assert bench.states == ["live"]


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (CameraRefused(url=URL), "refused"),
        (CameraUnauthorised(url=URL), "unauthorised"),
        (CameraUnreachable(url=URL, reason="-"), "unreachable"),
        (StreamEnded(url=URL), "hung_up"),
        (NoVideo(url=URL), "no_video"),
        (StreamPathNotFound(url=URL), "no_video"),
        (NotAnRtspServer(url=URL), "no_video"),
    ],
    ids=lambda each: each if isinstance(each, str) else type(each).__name__,
)
def test_who_never_connected_and_who_is_offline_is_told_why(error: VmsError, cause: str) -> None:
    for options, connects, state in (
        ({}, False, "never_connected"),
        ({}, True, "offline"),
        ({"seen_before": True}, False, "offline"),
    ):
        bench = Bench(**options)
        if connects:
            bench.packets(5)
        bench.silence(9, error)
        told = bench.told[-1]
        assert (told.state, told.causes, told.error) == (state, (cause,), error)


def test_a_connection_that_stands_and_gives_nothing_is_stalled(bench: Bench) -> None:
    bench.packets(5)
    bench.silence(9)
    assert (bench.told[-1].state, bench.told[-1].causes) == ("stalled", ("no_packets",))
    bench.silence(5, StreamStalled(url=URL, seconds="10"))
    assert bench.states == ["live", "stalled"]
    bench.silence(5, CameraUnreachable(url=URL, reason="-"))
    assert bench.states == ["live", "stalled", "offline"]
    bench.packets(1)
    assert bench.states[-1] == "live"
    assert bench.told[-1].error is None


def test_a_dead_stream_is_told_within_ten_seconds_and_its_return_at_once(bench: Bench) -> None:
    bench.packets(50)
    bench.silence(30, CameraRefused(url=URL))
    bench.packets(5)
    assert [(each.since - START).total_seconds() for each in bench.told] == [1, 58, 81]


@pytest.mark.parametrize(
    ("figures", "cause"),
    [
        ({"loss": 0.06}, "packet_loss"),
        ({"fps_share": 0.69}, "low_fps"),
        ({"gop_s": 10.5}, "long_gop"),
        ({"drift": -0.03}, "clock_drift"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_degrades_a_stream(bench: Bench, figures: dict[str, Any], cause: str) -> None:
    bench.packets(60)
    bench.packets(9, **figures)
    assert bench.states == ["live"]
    bench.packets(3, **figures)
    assert (bench.told[-1].state, bench.told[-1].causes) == ("degraded", (cause,))
    bench.packets(1)
    assert bench.states == ["live", "degraded", "live"]


def test_all_that_degrades_is_told_at_the_same_time(bench: Bench) -> None:
    bench.packets(30, loss=0.3, fps_share=0.5, gop_s=20.0)
    assert bench.told[-1].causes == ("long_gop", "low_fps", "packet_loss")


def test_a_figure_at_its_mark_does_not_flap(bench: Bench) -> None:
    for number in range(200):
        bench.packets(1, loss=0.049 if number % 20 > 15 else 0.052)
    assert bench.states == ["live", "degraded"]


def test_a_clock_that_was_asked_counts(bench: Bench) -> None:
    bench.judge.note_clock_offset(-6.0)
    bench.packets(20)
    assert bench.told[-1].causes == ("clock_drift",)
    bench.judge.note_clock_offset(None)
    bench.packets(1)
    assert bench.states[-1] == "live"


@pytest.mark.parametrize(
    ("signs", "state", "cause", "within_s"),
    [
        ({"same": 0.99}, "frozen", "no_change", 18),
        ({"light": 25.0}, "black", "dark", 14),
        ({"sharp": 0.1, "alike": 0.1, "found": 0.0}, "covered", "covered", 20),
        ({"sharp": 0.1, "alike": 0.9}, "covered", "defocused", 20),
        ({"found": 0.1}, "turned", "turned", 66),
        ({"found": None, "sharp": None, "alike": None, "textured": 0.1}, "covered", "covered", 20),
    ],
    ids=["frozen", "black", "covered", "defocused", "turned", "covered from the first"],
)
def test_what_is_wrong_with_the_picture(
    bench: Bench, signs: dict[str, Any], state: str, cause: str, within_s: int
) -> None:
    bench.looks(20)
    bench.looks(8, **signs)
    assert bench.states == ["live"]
    bench.looks(within_s - 8, **signs)
    assert [(each.state, each.causes) for each in bench.told[1:]] == [(state, (cause,))]
    bench.looks(2)
    assert bench.states == ["live", state, "live"]


def test_what_is_worst_is_told(bench: Bench) -> None:
    bench.looks(30, light=20.0, same=1.0, sharp=0.0, alike=0.0, found=0.0)
    bench.packets(20, loss=0.5)
    assert bench.states == ["live", "black"]


def test_a_room_that_grows_darker_is_not_out_of_focus(bench: Bench) -> None:
    bench.looks(100, sharp=0.25, alike=0.95, contrast=0.3)
    assert bench.states == ["live"]


def test_a_clip_that_is_played_in_a_loop_is_not_frozen(bench: Bench) -> None:
    """It shows the same picture at two looks, however far apart they are, and another at the next keyframe."""
    for _ in range(10):
        bench.looks(2)
        bench.packets(14)
        bench.looks(2, same=1.0)
    assert bench.states == ["live"]


def test_what_nobody_could_compare_is_not_frozen(bench: Bench) -> None:
    bench.looks(100, same=None)
    assert bench.states == ["live"]


def test_what_was_wrong_with_the_picture_is_so_after_an_outage_but_not_frozen(bench: Bench) -> None:
    for signs, after in (({"found": 0.1}, "turned"), ({"same": 1.0}, "live")):
        bench = Bench()
        bench.looks(80, **signs)
        bench.silence(20, StreamEnded(url=URL))
        bench.judge.note_new_run()
        bench.packets(2)
        assert bench.states[-2:] == ["offline", after]


def test_looks_are_seldom_while_nothing_is_wrong_and_at_once_after_two_that_are_the_same(
    bench: Bench,
) -> None:
    settings = ConditionSettings()
    bench.looks(20)
    assert bench.judge.look_gap_s == settings.look_every_s
    bench.looks(2, same=1.0)
    assert bench.judge.look_gap_s == 0.0
    bench.looks(2, same=1.0)
    assert bench.judge.look_gap_s == settings.doubt_every_s
    bench.looks(2)
    assert bench.judge.look_gap_s == settings.look_every_s
    bench.looks(2, found=0.1)
    assert bench.judge.look_gap_s == settings.doubt_every_s
