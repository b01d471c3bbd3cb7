"""What time stamps alone say of a stream: nothing is decoded, no clock runs."""

from collections.abc import Iterable

import numpy as np
import pytest

from streams.packet_signs import PacketFigures, PacketSigns


def played(
    signs: PacketSigns,
    dts: Iterable[float],
    *,
    gop_s: float = 2.0,
    corrupt: frozenset[int] = frozenset(),
    rate: float = 1.0,
) -> PacketFigures:
    """The figures after packets at those times, asked for every second of our clock."""
    asked = keyframe = -1.0
    for number, at in enumerate(dts):
        while at * rate >= asked + 1:
            asked += 1
            signs.figures(asked)
        is_keyframe = at - keyframe >= gop_s - 1e-6 or keyframe < 0
        keyframe = at if is_keyframe else keyframe
        signs.note(at, keyframe=is_keyframe, corrupt=number in corrupt)
    return signs.figures(asked + 1)


def steady(seconds: float, fps: float = 25.0, *, start: float = 0.0) -> list[float]:
    return [start + number / fps for number in range(int(seconds * fps))]


def test_a_good_stream_lacks_nothing() -> None:
    figures = played(PacketSigns(), steady(200))
    assert figures.loss == 0.0
    assert figures.fps_share == pytest.approx(1.0)
    assert figures.gop_s == pytest.approx(2.0, abs=0.05)
    assert figures.drift == pytest.approx(0.0, abs=0.01)


def test_nothing_is_said_before_enough_is_known() -> None:
    figures = played(PacketSigns(), steady(2))
    assert (figures.loss, figures.fps_share, figures.drift) == (None, None, None)


def test_half_the_rate_is_half_of_the_median() -> None:
    figures = played(PacketSigns(), steady(90) + steady(25, 12.5, start=90))
    assert figures.fps_share == pytest.approx(0.5, abs=0.02)


def test_a_rate_that_stays_low_becomes_the_usual_one() -> None:
    figures = played(PacketSigns(), steady(60) + steady(200, 10.0, start=60))
    assert figures.fps_share == pytest.approx(1.0, abs=0.02)


def test_frames_that_are_lost_leave_holes() -> None:
    draw = np.random.default_rng(1)
    figures = played(PacketSigns(), [at for at in steady(90) if draw.random() > 0.1])
    assert figures.loss == pytest.approx(0.1, abs=0.02)


def test_time_stamps_that_shiver_are_no_loss() -> None:
    draw = np.random.default_rng(1)
    figures = played(PacketSigns(), [at + draw.uniform(0, 0.015) for at in steady(90)])
    assert figures.loss == 0.0


def test_packets_that_are_marked_corrupt_are_lost() -> None:
    figures = played(PacketSigns(), steady(60), corrupt=frozenset(range(0, 1500, 10)))
    assert figures.loss == pytest.approx(0.1, abs=0.02)


def test_loss_is_forgotten_after_a_minute() -> None:
    lossy = [at for number, at in enumerate(steady(60)) if number % 5]
    assert played(PacketSigns(), lossy + steady(61, start=60)).loss == pytest.approx(0.0, abs=0.005)


def test_a_new_run_is_no_hole() -> None:
    signs = PacketSigns()
    played(signs, steady(60))
    signs.begin()
    assert played(signs, steady(60, start=5000)).loss == 0.0


def test_time_without_a_connection_is_lost() -> None:
    signs = PacketSigns()
    played(signs, steady(60))
    signs.note_absence(6.0)
    signs.begin()
    loss = signs.figures(60.0).loss
    assert loss is not None
    assert loss == pytest.approx(6 / 66, abs=0.01)


def test_a_keyframe_that_cannot_be_decoded_loses_its_gop() -> None:
    signs = PacketSigns()
    played(signs, steady(60))
    signs.note_damaged()
    assert signs.figures(60.0).loss == pytest.approx(50 / 1550, abs=0.005)


def test_a_gop_counts_before_it_ends() -> None:
    assert played(PacketSigns(), steady(30), gop_s=1000.0).gop_s == pytest.approx(30, abs=0.1)


def test_a_clock_that_runs_too_fast_is_seen() -> None:
    # 5 % more media time than time
    figures = played(PacketSigns(), steady(300), rate=1 / 1.05)
    assert figures.drift == pytest.approx(0.05, abs=0.01)
