"""Why a fall was missed, for people who are drawn by hand: the first question of the rule that has no for an answer."""

import re

import pytest

from detectors.labels import EventLabel
from detectors.misses import ends_within, explain_miss
from detectors.scene import Scene
from detectors.settings import DetectorSettings, FallSettings
from tests.unit.detectors.figures import LIES, PLANK, SQUATS, STANDS, STOOPS, Story, scenes_of


def label(start_s: float = 3.0, end_s: float = 4.0) -> EventLabel:
    return EventLabel(line=2, kind="fall", start_s=start_s, end_s=end_s, tags={})


def explained(
    scenes: list[Scene],
    *,
    media_s: float = 8.0,
    settings: DetectorSettings = DetectorSettings(),  # noqa: B008
) -> list[str]:
    causes = explain_miss(
        label(),
        scenes,
        media_s=media_s,
        settings=settings,
        keypoint_score=0.2,
        tolerance_s=2.0,
    )
    assert all(cause.zh for cause in causes)
    return [cause.en for cause in causes]


@pytest.mark.parametrize(
    ("story", "says"),
    [
        pytest.param([(0, STANDS), (8, STANDS)], "never left the vertical", id="stands all the time"),
        pytest.param([(0, STANDS), (3, STANDS), (3.6, STOOPS), (8, STOOPS)], "hips stayed up", id="stoops"),
        pytest.param([(0, STANDS), (1, STANDS), (4.6, LIES), (8, LIES)], "fast drop was too small", id="lies down slowly"),
        pytest.param([(0, LIES), (8, LIES)], "Nobody was seen upright", id="was lying before"),
        pytest.param([(0, STANDS), (3, STANDS), (3.4, SQUATS), (8, SQUATS)], "lying|hips", id="squats"),
        pytest.param([(0, STANDS), (3, STANDS), (3.6, PLANK), (8, PLANK)], r"arms carried the body \(\d\.\d\d >= 0\.45\)", id="holds a plank"),
    ],
)  # fmt: skip
def test_the_cause_is_what_was_measured(story: Story, says: str) -> None:
    (cause,) = explained(list(scenes_of(story)))
    assert re.search(says, cause), cause


def test_what_speed_lowness_and_width_together_came_to_is_said() -> None:
    settings = DetectorSettings(fall=FallSettings(least_evidence=9.0))
    causes = explained(list(scenes_of([(0, STANDS), (3, STANDS), (3.6, LIES), (8, LIES)])), settings=settings)
    assert re.search(r"speed, lowness and width together were too little \(2\.\d\d < 9\.00\)", causes[0])


def test_nobody_seen_is_said() -> None:
    scenes = [scene for scene in scenes_of([(0, STANDS), (8, STANDS)]) if scene.media_time_s < 1]
    assert "Nobody was detected" in explained(scenes)[0]


def test_a_lost_track_is_said_with_its_last_sight() -> None:
    story: Story = [(0, STANDS), (3, STANDS), (3.5, LIES), (8, LIES)]
    (cause,) = explained(list(scenes_of(story, seen=lambda number: number < 25)))
    assert "track was lost: last seen at 3.0 s" in cause


def test_a_clip_that_ends_too_early_is_said_first() -> None:
    scenes = [
        s for s in scenes_of([(0, STANDS), (3, STANDS), (3.5, LIES), (8, LIES)]) if s.media_time_s < 4.4
    ]
    causes = explained(scenes, media_s=4.4)
    assert "clip ends 0.4 s after the labelled end" in causes[0]
    assert len(causes) == 2


def test_a_clip_shorter_than_the_wanted_delay_is_told() -> None:
    note = ends_within(label(start_s=1.0), 3.4, 3.0)
    assert note is not None
    assert "2.4 s after the labelled start" in note.en
    assert ends_within(label(start_s=1.0), 4.0, 3.0) is None
