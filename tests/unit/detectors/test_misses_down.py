"""Why somebody who lay was not stated, for people who are drawn by hand: the question of the rule that has no for an answer."""

import re
from collections.abc import Callable

import pytest

from detectors.cases import CaseMaker
from detectors.evaluation import score_clip
from detectors.labels import EventLabel, LabelledClip
from detectors.misses import explain_miss
from detectors.settings import DetectorSettings
from detectors.zones import Zone, ZoneId
from tests.unit.detectors.clips import FOOTAGE
from tests.unit.detectors.figures import LIES, SITS, STANDS, Story, at, scenes_of
from tests.unit.detectors.test_person_down import ARMS_BENT, ARMS_STRETCHED, turns

LABEL = EventLabel(line=2, kind="person_down", start_s=2.0, end_s=30.0, tags={})
SETTINGS = DetectorSettings()

#: lies for four seconds, sits for one, over and over
SITS_UP: Story = [
    moment
    for start_s in range(0, 36, 6)
    for moment in ((start_s, LIES), (start_s + 4, LIES), (start_s + 4.5, SITS), (start_s + 5.5, SITS))
]


def explained(story: Story, seen: Callable[[int], bool]) -> str:
    (cause,) = explain_miss(
        LABEL,
        list(scenes_of(story, seen=seen)),
        media_s=34.0,
        settings=SETTINGS,
        keypoint_score=0.2,
        tolerance_s=2.0,
    )
    assert any("一" <= letter <= "鿿" for letter in cause.zh)
    return cause.en


def always(_number: int) -> bool:
    return True


@pytest.mark.parametrize(
    ("story", "seen", "says"),
    [
        pytest.param([(0, LIES), (34, LIES)], lambda _number: False, "Nobody was detected in any of the", id="is never seen"),
        pytest.param([(0, SITS), (34, SITS)], always, "never looked lying .* trunk at most", id="sits"),
        pytest.param([(0, LIES), (12, LIES), (14, STANDS), (34, STANDS)], always, "lying for .* s: 20 s", id="gets up"),
        pytest.param([(0, LIES), (34, LIES)], lambda number: number % 3 == 0, r"3\d% of the frames only: 50%", id="is lost often"),
        pytest.param(SITS_UP, always, "Of the sights [67]\\d% were lying: 80%", id="sits up now and then"),
        pytest.param([(0, at(100, LIES)), (34, at(500, LIES))], always, "lay but moved", id="crawls on the belly"),
        pytest.param(turns(ARMS_STRETCHED, ARMS_BENT, every_s=0.75, until_s=34.0), always, "lay but moved|Of the sights", id="does push-ups"),
        pytest.param([(0, LIES), (34, LIES)], always, "conditions held, but it did not speak", id="lies all the time"),
    ],
)  # fmt: skip
def test_the_cause_is_named(story: Story, seen: Callable[[int], bool], says: str) -> None:
    assert re.search(says, explained(story, seen))


def test_a_miss_shows_the_curves_of_the_rule_that_missed_it() -> None:
    clip = LabelledClip(name="x.mp4", path=FOOTAGE / "x.mp4", line=2, events=(LABEL,), counts=(), tags={})
    zone = Zone.parse(
        id=ZoneId(0), name="all", polygon=[(0, 0), (1, 0), (1, 1)], rules=["crowd"], crowd_limit=3
    )
    maker = CaseMaker(
        settings=SETTINGS, keypoint_score=0.2, tolerance_s=2.0, zone=zone, fps=8.0, pictures=False
    )
    scenes = list(scenes_of([(0, LIES), (34, LIES)]))
    (miss,) = maker.cases(score_clip(clip, media_s=34.0, events=[]), scenes, []).misses
    curves = {curve.name: curve for curve in miss.curves}
    assert curves["aspect"].limit == SETTINGS.person_down.down_aspect
    assert curves["trunk_deg"].values[-1] == pytest.approx(88, abs=1)
    assert miss.strip is None
