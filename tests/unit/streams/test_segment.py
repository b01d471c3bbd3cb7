from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.camera import CameraId
from streams.segment import SegmentName, end_of, is_due, parse_segment_path, segment_path

START = datetime(2026, 11, 5, 10, 15, tzinfo=UTC)


def test_a_file_is_cut_at_the_first_keyframe_after_its_time() -> None:
    assert not is_due(keyframe=True, lasted_s=59.9, segment_s=60)
    assert not is_due(keyframe=False, lasted_s=75, segment_s=60)
    assert is_due(keyframe=True, lasted_s=60, segment_s=60)


def test_the_name_is_the_moment_in_utc() -> None:
    at = datetime(2026, 11, 5, 18, 15, 0, 123999, tzinfo=timezone(timedelta(hours=8)))
    name = SegmentName(camera_id=CameraId(7), profile="main", start_at=at)
    assert segment_path(name) == "7/2026-11-05/101500.123Z_main.mp4"


@given(
    at=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1)),
    camera=st.integers(min_value=1),
    profile=st.sampled_from(["main", "sub"]),
)
def test_a_name_is_read_back_to_the_millisecond(at: datetime, camera: int, profile: str) -> None:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000, tzinfo=UTC)
    name = SegmentName(camera_id=CameraId(camera), profile=profile, start_at=at)  # type: ignore[arg-type]
    assert parse_segment_path(segment_path(name)) == name


@pytest.mark.parametrize(
    "path",
    [
        "",
        "7/2026-11-05/101500.123Z_main.mp4.part",
        "0/2026-11-05/101500.123Z_main.mp4",
        "7/2026-13-05/101500.123Z_main.mp4",
        "7/2026-11-05/251500.123Z_main.mp4",
        "7/2026-11-05/101500Z_main.mp4",
        "7/2026-11-05/101500.123Z_third.mp4",
        "../7/2026-11-05/101500.123Z_main.mp4",
        "7/2026-11-05/101500.123Z_main.mp4\n",
        "7/2026-11-05/٢01500.123Z_main.mp4",
    ],
)
def test_other_files_are_not_segments(path: str) -> None:
    assert parse_segment_path(path) is None


def test_a_segment_lasts_as_long_as_its_pts_say() -> None:
    arrived_at = START + timedelta(seconds=60)
    assert end_of(start_at=START, duration_s=60, arrived_at=arrived_at) == arrived_at


def test_the_end_follows_this_servers_clock_in_small_steps() -> None:
    by_pts = START + timedelta(seconds=60)
    slow = end_of(start_at=START, duration_s=60, arrived_at=by_pts + timedelta(seconds=0.06))
    assert slow == by_pts + timedelta(seconds=0.06)
    hiccup = end_of(start_at=START, duration_s=60, arrived_at=by_pts + timedelta(seconds=9))
    assert hiccup == by_pts + timedelta(seconds=0.3)


@given(duration_s=st.floats(0, 3600), arrived_s=st.floats(-1e6, 1e6))
def test_a_segment_never_ends_before_it_starts(duration_s: float, arrived_s: float) -> None:
    arrived_at = START + timedelta(seconds=arrived_s)
    assert end_of(start_at=START, duration_s=duration_s, arrived_at=arrived_at) >= START
