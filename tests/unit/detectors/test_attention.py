"""Whether anything moves, told by sizes of packets and by grey copies of keyframes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import cast

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


def note_all(attention: Attention, sizes: Iterable[float]) -> list[bool]:
    return [attention.note(packet(round(size))) for size in sizes]


def still(count: int, *, mean: float = 3000, spread: float = 0.05, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, spread * mean, count)


def test_nothing_is_taken_for_still_before_enough_was_seen() -> None:
    attention = Attention(SETTINGS)
    assert all(note_all(attention, still(29))[5:])
    assert attention.mark is not None
    assert not any(note_all(attention, still(200)))


@pytest.mark.parametrize("spread", [0.0, 0.05, 0.2])
def test_the_noise_of_a_still_scene_is_learned(spread: float) -> None:
    attention = Attention(SETTINGS)
    note_all(attention, still(500, spread=spread))
    noise = note_all(attention, still(2000, spread=spread, seed=2))
    assert sum(noise) <= 0.02 * len(noise)


def test_somebody_who_makes_packets_half_as_large_again_is_noticed_within_five() -> None:
    attention = Attention(SETTINGS)
    note_all(attention, still(500))
    assert True in note_all(attention, still(5, mean=4500))


def test_a_minute_of_movement_does_not_become_the_still_scene() -> None:
    attention = Attention(SETTINGS)
    note_all(attention, still(600))
    note_all(attention, still(800, mean=9000))
    assert all(note_all(attention, still(20, mean=9000))[5:])
    assert not any(note_all(attention, still(20))[5:])


def test_keyframes_say_nothing_by_their_size() -> None:
    attention = Attention(SETTINGS)
    note_all(attention, still(500))
    assert not attention.note(packet(90_000, keyframe=True))
    assert not any(note_all(attention, still(20)))


@given(st.lists(st.integers(1, 200_000), max_size=400))
def test_any_sizes_are_taken(sizes: list[int]) -> None:
    attention = Attention(SETTINGS)
    note_all(attention, sizes)
    assert attention.mark is None or attention.mark >= 0


GREY = np.full((360, 640, 3), 120, np.uint8)


def frame(picture: np.ndarray) -> Frame:
    return Frame.of_picture(picture.astype(np.uint8), camera_id=CameraId(1))


def noisy(picture: np.ndarray, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 6, picture.shape)
    return np.clip(picture + noise, 0, 255)


def test_the_first_keyframe_differs_from_nothing_and_so_counts_as_different() -> None:
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
