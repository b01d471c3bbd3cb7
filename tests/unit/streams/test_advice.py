"""What is said about what a probe found, row by row."""

import re
from dataclasses import replace
from typing import Any

import pytest

from streams.advice import TYPICAL_PATHS, advice_for, advice_on
from streams.errors import (
    CameraRefused,
    CameraUnauthorised,
    CameraUnreachable,
    NotAnRtspServer,
    StreamError,
    StreamPathNotFound,
)
from streams.probe_report import ProbeReport

GOOD = ProbeReport(
    url="rtsp://10.0.0.5/main",
    codec="h264",
    width=1920,
    height=1080,
    fps=15.0,
    declared_fps=15.0,
    gop_s=2.0,
    gop_frames=30,
    b_frames=False,
    first_keyframe_s=0.4,
    picture=b"jpeg",
)


def codes(**changes: Any) -> list[str]:
    return [advice.code for advice in advice_on(replace(GOOD, **changes))]


def test_a_camera_that_is_set_as_it_should_be_gets_no_advice() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"picture": None}, "no_picture"),
        ({"codec": "hevc"}, "h265"),
        ({"codec": "mjpeg"}, "other_codec"),
        ({"b_frames": True}, "b_frames"),
        ({"gop_s": 4.1}, "long_gop"),
        ({"gop_s": None}, "no_keyframe"),
        ({"fps": 7.9, "declared_fps": 8.0}, "few_frames"),
        ({"fps": 15.0, "declared_fps": 25.0}, "fewer_than_declared"),
        ({"corrupt": 1}, "damaged"),
        ({"gaps": 1}, "damaged"),
        ({"width": 160, "height": 120}, "small"),
        ({"first_keyframe_s": 5.1}, "slow_start"),
        ({"audio": ("aac",)}, "sound"),
    ],
)
def test_each_fault_gets_its_advice(changes: dict[str, Any], code: str) -> None:
    assert codes(**changes) == [code]
    (advice,) = advice_on(replace(GOOD, **changes))
    assert "{" not in advice.en + advice.zh
    assert not re.search(r"[\u4e00-\u9fff]", advice.en)
    assert re.search(r"[\u4e00-\u9fff]", advice.zh)


@pytest.mark.parametrize(
    "changes",
    [
        {"b_frames": None},
        {"gop_s": 4.0},
        {"fps": 8.0, "declared_fps": 8.0},
        {"fps": None},
        {"fps": 11.0},
        {"declared_fps": None},
        {"first_keyframe_s": None},
        {"width": 0},
    ],
)
def test_what_is_unknown_or_just_enough_is_no_fault(changes: dict[str, Any]) -> None:
    assert codes(**changes) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StreamPathNotFound(url="x"), "typical_paths"),
        (CameraUnauthorised(url="x"), "account"),
        (CameraRefused(url="x"), "port"),
        (CameraUnreachable(url="x", reason="y"), "network"),
    ],
)
def test_errors_get_what_helps_beyond_them(error: StreamError, code: str) -> None:
    assert [advice.code for advice in advice_for(error)] == [code]


def test_a_path_that_is_wrong_is_answered_with_the_paths_of_the_makes() -> None:
    (advice,) = advice_for(StreamPathNotFound(url="x"))
    for main, sub in TYPICAL_PATHS.values():
        assert main in advice.en
        assert sub in advice.zh


def test_an_error_that_says_it_all_gets_none() -> None:
    assert advice_for(NotAnRtspServer(url="x")) == ()
