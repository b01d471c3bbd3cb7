"""Strips of clips that were analysed before: also of a stretch in which nobody was seen, and of one that the end cuts."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors.clip_strips import WantedStrip, strips_of_clip, wanted_of_event, wanted_of_miss
from detectors.labels import EventLabel
from detectors.scene import Scene
from detectors.strip import GAP, PANELS, WIDE_PANEL_WIDTH, moments_of
from streams.camera import CameraId
from streams.sampler import frames_of_file
from tests.unit.detectors.clips import FOOTAGE
from tests.unit.detectors.test_drawing import event

CLIP, FPS = FOOTAGE / "quiet_street.mp4", 2.0


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """In which nobody was seen."""
    return [
        Scene(
            camera_id=frame.camera_id,
            media_time_s=frame.pts_s,
            wall=frame.wall,
            width=frame.width,
            height=frame.height,
            zones=(),
        )
        for frame in frames_of_file(str(CLIP), CameraId(0), FPS)
    ]


def label(start_s: float, end_s: float) -> EventLabel:
    return EventLabel(line=2, kind="fall", start_s=start_s, end_s=end_s, tags={})


def width_of(jpeg: bytes | None) -> int:
    assert jpeg is not None
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return int(picture.shape[1])


def test_a_stretch_without_anybody_is_shown_too_and_so_is_the_end(scenes: list[Scene]) -> None:
    end_s = scenes[-1].media_time_s
    wanted = [wanted_of_miss(label(start_s, start_s + 1), None, None) for start_s in (end_s - 1.5, 1.0)]
    late, early = strips_of_clip(CLIP, scenes, FPS, wanted)
    assert width_of(early) == PANELS * WIDE_PANEL_WIDTH + (PANELS - 1) * GAP
    assert width_of(late) >= 3 * WIDE_PANEL_WIDTH
    assert early != late


def test_a_miss_is_shown_from_before_its_start_and_counted_from_there() -> None:
    wanted = wanted_of_miss(label(10.0, 11.0), 7, None)
    assert (wanted.times[0], wanted.times[-1], wanted.zero_s, wanted.subject) == (9.0, 12.5, 10.0, 7)
    assert wanted_of_miss(label(10.0, 99.0), None, None).times[-1] <= 10.0 + 30.0, "as far as frames are kept"


def test_an_event_is_shown_as_a_live_camera_shows_it() -> None:
    stated = event("fall", track=4)
    assert wanted_of_event(stated) == WantedStrip(
        times=moments_of(stated), zero_s=stated.media_time_s, subject=4
    )


def test_without_anything_to_show_nothing_is_decoded(scenes: list[Scene]) -> None:
    assert strips_of_clip(Path("none.mp4"), scenes, FPS, []) == []
    assert strips_of_clip(Path("none.mp4"), [], FPS, [wanted_of_miss(label(1, 2), None, None)]) == [None]
