"""Whether anything moves, told by sizes of packets and by grey copies of pictures."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import cast

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.attention import Attention
from detectors.settings import ScheduleSettings
from streams.camera import CameraId
from streams.frame import Frame
from streams.packet import MediaPacket, Packet

SETTINGS = ScheduleSettings()
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def packet(size: int, *, at_s: float = 0.0, keyframe: bool = False) -> Packet:
    return Packet(media=cast(MediaPacket, None), pts_s=at_s, wall=NOON, keyframe=keyframe, size=size)


GREY = np.full((360, 640, 3), 120, np.uint8)


def frame(picture: np.ndarray) -> Frame:
    return Frame.of_picture(picture.astype(np.uint8), camera_id=CameraId(1))


def noisy(picture: np.ndarray, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 6, picture.shape)
    return np.clip(picture + noise, 0, 255)


def note_all(attention: Attention, sizes: Iterable[float]) -> list[bool]:
    return [attention.note(packet(round(size))) for size in sizes]


def learn(attention: Attention, sizes: Iterable[float], *, followed: bool = False) -> None:
    """Packets between two pictures that are the same."""
    attention.see(frame(GREY))
    note_all(attention, sizes)
    assert not attention.see(frame(GREY), followed=followed)


def still(count: int, *, mean: float = 3000, spread: float = 0.05, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, spread * mean, count)


def test_nothing_is_taken_for_still_before_it_was_learned() -> None:
    attention = Attention(SETTINGS)
    attention.see(frame(GREY))
    assert all(note_all(attention, still(100))[5:])
    assert attention.mark is None
    attention.see(frame(GREY))
    assert not any(note_all(attention, still(200)))


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.2])
def test_the_noise_of_a_still_scene_is_learned(spread: float) -> None:
    attention = Attention(SETTINGS)
    learn(attention, still(500, spread=spread))
    noise = note_all(attention, still(2000, spread=spread, seed=2))
    assert not any(noise)


def test_what_the_encoder_does_after_each_keyframe_is_learned() -> None:
    """The first P-frames of a GOP repair the keyframe, and are three times as large as those at its end."""
    gop = np.linspace(1800, 600, 50)
    attention = Attention(SETTINGS)
    learn(attention, gop)
    for _ in range(3):
        assert not attention.note(packet(90_000, keyframe=True))
        assert not any(note_all(attention, gop))


def test_empty_packets_that_are_a_little_less_empty_are_not_movement() -> None:
    attention = Attention(SETTINGS)
    learn(attention, [30] * 100)
    assert not any(note_all(attention, [60] * 10))
    assert any(note_all(attention, [600] * 10))


def test_somebody_who_makes_packets_half_as_large_again_is_noticed_within_five() -> None:
    attention = Attention(SETTINGS)
    learn(attention, still(500))
    assert True in note_all(attention, still(5, mean=4500))


def test_movement_does_not_become_the_still_scene() -> None:
    attention = Attention(SETTINGS)
    learn(attention, still(600))
    somebody = GREY.copy()
    for left in range(0, 600, 60):
        note_all(attention, still(80, mean=9000))
        somebody = GREY.copy()
        somebody[100:260, left : left + 40] = 30
        assert attention.see(frame(somebody))
    assert all(note_all(attention, still(20, mean=9000))[5:])
    assert not any(note_all(attention, still(20))[5:])


def test_who_is_followed_though_the_picture_stays_the_same_does_not_either() -> None:
    attention = Attention(SETTINGS)
    learn(attention, still(600))
    learn(attention, still(100, mean=9000), followed=True)
    assert all(note_all(attention, still(20, mean=9000))[5:])


def test_keyframes_say_nothing_by_their_size() -> None:
    attention = Attention(SETTINGS)
    learn(attention, still(500))
    assert not attention.note(packet(90_000, keyframe=True))
    assert not any(note_all(attention, still(20)))


@given(st.lists(st.tuples(st.integers(1, 200_000), st.booleans()), max_size=400))
def test_any_sizes_are_taken(sizes: list[tuple[int, bool]]) -> None:
    attention = Attention(SETTINGS)
    picture = frame(GREY[:36, :64])
    for size, compare in sizes:
        attention.note(packet(size))
        if compare:
            attention.see(picture)
    assert attention.mark is None or attention.mark > 0


def test_the_first_picture_differs_from_nothing_and_so_counts_as_different() -> None:
    assert Attention(SETTINGS).see(frame(GREY))


def test_noise_and_changing_light_are_not_movement() -> None:
    attention = Attention(SETTINGS)
    attention.see(frame(noisy(GREY, 1)))
    assert not attention.see(frame(noisy(GREY, 2)))
    assert not attention.see(frame(noisy(GREY + 15, 3)))


def test_a_small_person_is() -> None:
    attention = Attention(SETTINGS)
    attention.see(frame(noisy(GREY, 1)))
    somebody = GREY.copy()
    somebody[200:240, 300:316] = 60
    assert attention.see(frame(noisy(somebody, 2)))
    # Who stays does not differ from before any more.
    assert not attention.see(frame(noisy(somebody, 3)))
    assert attention.see(frame(noisy(GREY, 4)))


def clock(at_s: int, *, width: int = 640) -> Frame:
    """A still picture in whose corner a clock shows the seconds."""
    picture = np.full((width * 9 // 16, width, 3), 120, np.uint8)
    text = f"{14 + at_s // 3600:02}:{at_s // 60 % 60:02}:{at_s % 60:02}"
    cv2.putText(picture, text, (8, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2)
    return frame(picture)


def test_a_clock_in_the_picture_is_movement_only_until_it_is_known() -> None:
    attention = Attention(SETTINGS)
    changes = [attention.see(clock(at_s)) for at_s in range(0, 900, 2)]
    assert any(changes[:30])
    # After five minutes it hardly wakes anybody: three times in ten minutes here, at most.
    assert sum(changes[150:]) <= 3


def test_who_comes_beside_the_clock_is_seen() -> None:
    attention = Attention(SETTINGS)
    for at_s in range(0, 120, 2):
        attention.see(clock(at_s))
    picture = clock(120).bgr()
    picture[200:260, 300:316] = 60
    assert attention.see(frame(picture))


def test_a_tree_in_the_wind_stays_movement() -> None:
    """Where much of the picture is restless nothing is left out: somebody may walk there."""
    attention = Attention(SETTINGS)
    wind = np.random.default_rng(5)
    changes = []
    for _ in range(100):
        picture = GREY.copy()
        picture[:200, :200] = cv2.resize(
            wind.integers(60, 180, (20, 20, 3), np.uint8), (200, 200), interpolation=cv2.INTER_NEAREST
        )
        changes.append(attention.see(frame(picture)))
    assert all(changes)
