"""Frames are kept only while there is somebody to show, few, small and for a bounded time."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from detectors.detection import Box, Detection
from detectors.kept_frames import (
    COUNTED_FPS,
    FOLLOWED_FPS,
    HIGHEST,
    LONGEST_S,
    MOST_BYTES,
    OLDER_EVERY_S,
    RECENT_S,
    KeptFrames,
)
from detectors.scene import Scene
from detectors.tracker import Track, TrackId
from streams.camera import CameraId
from streams.frame import Frame
from tests.unit.detectors.clips import START, plain_frame
from tests.unit.detectors.figures import STANDS, detection_of

STANDING = detection_of(STANDS)


def seen_at(frame: Frame, *, followed: int = 0, counted: int = 0) -> Scene:
    track = Track(
        id=TrackId(1),
        box=STANDING.box,
        pose=STANDING.pose,
        score=0.6,
        first_seen_s=0.0,
        seen_s=frame.pts_s,
        sightings=9,
    )
    person = Detection(box=Box(left=5, top=5, right=20, bottom=60), score=0.6)
    return Scene(
        camera_id=CameraId(1),
        media_time_s=frame.pts_s,
        wall=START,
        width=frame.width,
        height=frame.height,
        zones=(),
        tracks=tuple(replace(track, id=TrackId(number)) for number in range(followed)),
        persons=(person,) * counted,
    )


def watched(seconds: float, *, followed: int = 0, counted: int = 0, fps: float = 8.0) -> KeptFrames:
    kept = KeptFrames()
    for number in range(int(seconds * fps) + 1):
        frame = plain_frame(160, 90, at_s=number / fps)
        kept.note(frame, seen_at(frame, followed=followed, counted=counted))
    return kept


def times(kept: KeptFrames) -> list[float]:
    return [frame.at_s for frame in kept.nearest(range(1000))]


def test_an_empty_place_costs_nothing() -> None:
    kept = watched(60)
    assert (len(kept), kept.kept_bytes) == (0, 0)


def test_who_is_followed_is_kept_a_few_times_a_second_and_who_is_counted_once() -> None:
    followed, counted = np.diff(times(watched(5, followed=1))), np.diff(times(watched(5, counted=3)))
    assert set(followed) == {1 / FOLLOWED_FPS}
    assert set(counted) == {1 / COUNTED_FPS}


@pytest.mark.parametrize("counted_on", [0, 1])
def test_of_frames_that_are_followed_those_with_a_count_are_kept(counted_on: int) -> None:
    kept = KeptFrames()
    for number in range(40):
        frame = plain_frame(160, 90, at_s=number / 8)
        scene = seen_at(frame, followed=1, counted=2)
        kept.note(frame, scene if number % 2 == counted_on else replace(scene, persons=None))
    shown = kept.nearest(range(1000))
    assert 18 <= len(shown) <= 20
    assert [each.scene.persons for each in shown].count(None) <= 1


def test_what_is_older_grows_sparse_and_is_forgotten() -> None:
    kept = times(watched(100, followed=1))
    old = [at_s for at_s in kept if at_s < 100 - RECENT_S]
    assert len(kept) - len(old) == RECENT_S * FOLLOWED_FPS + 1
    assert 100 - LONGEST_S <= old[0] <= 100 - LONGEST_S + OLDER_EVERY_S
    assert set(np.diff(old)) == {OLDER_EVERY_S}


def test_a_place_that_empties_is_forgotten_too() -> None:
    kept = watched(10, followed=1)
    for number in range(11, 60):
        frame = plain_frame(160, 90, at_s=float(number))
        kept.note(frame, seen_at(frame))
    assert (len(kept), kept.kept_bytes) == (0, 0)


def test_a_new_run_begins_with_nothing() -> None:
    kept = watched(10, followed=1)
    kept.restart()
    assert (len(kept), kept.kept_bytes) == (0, 0)
    frame = plain_frame(160, 90, at_s=0.0)
    kept.note(frame, seen_at(frame, followed=1))
    assert times(kept) == [0.0]


def test_the_frame_of_an_event_is_kept_in_any_case_and_none_twice() -> None:
    kept = KeptFrames()
    frame = plain_frame(160, 90, at_s=3.0)
    for _ in range(2):
        kept.note(frame, seen_at(frame), always=True)
    assert times(kept) == [3.0]


def test_a_busy_camera_stays_within_its_bytes() -> None:
    """Noise is the dearest picture there is: minutes of it in 1080p, with ten people in sight."""
    noise = np.random.default_rng(7).integers(0, 255, (1080, 1920), dtype=np.uint8)
    kept = KeptFrames()
    tracemalloc.start()
    for number in range(120):
        frame = replace(plain_frame(1920, 1080, at_s=number / 4), y=np.roll(noise, number, axis=1))
        kept.note(frame, seen_at(frame, followed=10, counted=10))
    del frame
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.kept_bytes == sum(len(each.jpeg) for each in kept.nearest(range(1000))) <= MOST_BYTES
    assert len(kept) >= 10
    assert held < MOST_BYTES + 1_000_000


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1920, 1080), (640, HIGHEST)), ((360, 640), (202, HIGHEST)), ((320, 192), (320, 192))],
)
def test_pictures_are_kept_small(size: tuple[int, int], expected: tuple[int, int]) -> None:
    kept = KeptFrames()
    frame = plain_frame(*size)
    kept.note(frame, seen_at(frame, followed=1))
    (only,) = kept.nearest([0.0])
    assert only.picture().shape[1::-1] == expected


def test_colours_survive() -> None:
    red = np.zeros((90, 160, 3), np.uint8)
    red[:, :, 2] = 220
    frame = Frame.of_picture(red, camera_id=CameraId(1))
    kept = KeptFrames()
    kept.note(frame, seen_at(frame, followed=1))
    blue, green, redness = kept.nearest([0.0])[0].picture().reshape(-1, 3).mean(axis=0)
    assert redness > 180 and blue < 40 and green < 40


def test_the_nearest_are_taken_each_once_and_in_order() -> None:
    kept = watched(5, followed=1)
    assert [frame.at_s for frame in kept.nearest((3.1, 3.1, 1.0, 99.0))] == [1.0, 3.0, 3.25, 5.0]
    assert KeptFrames().nearest((1.0, 2.0)) == []
