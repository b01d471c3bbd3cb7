"""The rule `fall` where the person is hidden in part, cut by the edge of the picture, or lost for a while."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from detectors.detection import ANKLES, HEAD, KNEES, Detection
from detectors.rules.fall import FallRule
from detectors.settings import FallSettings
from detectors.tracker import TrackId
from tests.unit.detectors.figures import LIES, SITS, SQUATS, STANDS, Story, at, cut, hide, scenes_of
from tests.unit.detectors.test_fall import EVERYDAY, FALLS, found_in

#: who is hidden how, seen by a camera that sees no more
PARTLY_SEEN: dict[str, Callable[[Detection], Detection]] = {
    "the head is hidden": lambda detection: hide(detection, HEAD),
    "the feet are hidden": lambda detection: hide(detection, ANKLES),
    "the head is out of the picture while standing": lambda detection: cut(detection, top=165),
    "the feet are out of the picture": lambda detection: cut(detection, bottom=298),
    "the arms are hidden": lambda detection: hide(detection, (7, 8, 9, 10)),
}


@pytest.mark.parametrize("how", PARTLY_SEEN)
@pytest.mark.parametrize(
    "name", ["walks, then falls and stays down", "slips backwards", "trips and falls forwards"]
)
def test_sees_the_fall_of_somebody_of_whom(how: str, name: str) -> None:
    assert len(found_in(FALLS[name], as_seen=PARTLY_SEEN[how])) == 1


@pytest.mark.parametrize("how", PARTLY_SEEN)
@pytest.mark.parametrize(
    "name",
    [
        "sits down on a chair",
        "drops onto a low stool",
        "ties a shoe",
        "walks past",
        "squats",
    ],
)
def test_states_nothing_of_everyday_life_in_which(how: str, name: str) -> None:
    assert found_in(EVERYDAY[name], as_seen=PARTLY_SEEN[how]) == []


CUT_BY_THE_EDGE: dict[str, tuple[Story, float, float]] = {
    "walks out of the picture below": ([(0, STANDS), (2, STANDS), (3.5, replace(STANDS, ground=430)), (6, replace(STANDS, ground=430))], 0, 360),
    "walks up to the camera until only the trunk is seen": (
        [(0, STANDS), (4, replace(STANDS, tall=380, ground=480)), (8, replace(STANDS, tall=380, ground=480))],
        0,
        360,
    ),
    "sits down at the lower edge": (
        [(0, replace(STANDS, ground=365)), (2, replace(STANDS, ground=365)), (3, replace(SITS, ground=365)), (7, replace(SITS, ground=365))],
        0,
        350,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CUT_BY_THE_EDGE)
def test_states_nothing_of_somebody_cut_by_the_edge_who(name: str) -> None:
    story, top, bottom = CUT_BY_THE_EDGE[name]
    assert found_in(story, as_seen=lambda detection: cut(detection, top=top, bottom=bottom)) == []


def test_lost_at_the_moment_of_the_fall_and_found_lying_is_a_fall_stated_when_found() -> None:
    story: Story = [(0, STANDS), (2, STANDS), (2.6, LIES), (8, LIES)]
    (finding,) = found_in(story, seen=lambda number: not 2.2 <= number / 8 < 3.4)
    assert finding.measurements["hidden_s"] == pytest.approx(1.375, abs=0.01)
    assert "unseen_s" not in finding.measurements


def test_who_lay_down_slowly_while_out_of_sight_has_not_fallen() -> None:
    story: Story = [(0, STANDS), (2, STANDS), (4.5, LIES), (9, LIES)]
    assert found_in(story, seen=lambda number: not 2.1 <= number / 8 < 4.6) == []


def test_sees_who_falls_forwards_behind_a_table_that_hides_the_legs() -> None:
    story = FALLS["trips and falls forwards"]
    assert len(found_in(story, as_seen=lambda detection: hide(detection, (*KNEES, *ANKLES)))) == 1


FLICKER: dict[str, Callable[[int], bool]] = {
    "every third frame is lost": lambda number: number % 3 != 0,
    "a second is lost on the way down": lambda number: not 20 <= number < 28,
    "the first half second down is lost": lambda number: not 29 <= number < 33,
}


@pytest.mark.parametrize("name", FLICKER)
def test_sees_the_fall_although(name: str) -> None:
    story = FALLS["walks, then falls and stays down"]
    assert len(found_in([*story, (9, story[-1][1])], seen=FLICKER[name])) == 1


@pytest.mark.parametrize("name", EVERYDAY)
def test_a_detector_that_flickers_makes_no_fall_of_who(name: str) -> None:
    assert found_in(EVERYDAY[name], seen=lambda number: number % 3 != 0) == []
    assert found_in(EVERYDAY[name], seen=lambda number: number % 10 < 6) == []


#: what happens, and until when the network sees the person
LOST_FALLS: dict[str, tuple[Story, float]] = {
    "is lost while slipping backwards": (FALLS["slips backwards"], 2.45),
    "is lost while falling off a chair": ([(0, SITS), (3, SITS), (3.6, LIES), (7, LIES)], 3.45),
    "is lost while tripping": (
        [(0, at(200, STANDS)), (3, at(320, STANDS)), (3.6, at(390, LIES)), (9, LIES)],
        3.5,
    ),
}

LOST_EVERYDAY: dict[str, tuple[Story, float]] = {
    "runs, and of whom a hand is seen last": (
        [(0, at(200, STANDS)), (2, at(300, STANDS)), (2.125, replace(SQUATS, x=305, tall=40)), (9, SQUATS)],
        2.2,
    ),
    "walks behind a car": ([(0, at(200, STANDS)), (8, at(400, STANDS))], 4.0),
    "squats behind a counter": ([(0, STANDS), (2, STANDS), (3.2, SQUATS), (8, SQUATS)], 2.9),
    "drops onto a chair and is hidden by the table": (
        [(0, STANDS), (2, STANDS), (2.5, SITS), (8, SITS)],
        2.5,
    ),
    "is lost long after sitting down fast": ([(0, STANDS), (2, STANDS), (2.4, SQUATS), (8, SQUATS)], 4.0),
    "falls out of the picture, seen to its edge only": (
        [(0, at(500, STANDS)), (2, at(560, STANDS)), (2.5, at(600, LIES)), (8, at(600, LIES))],
        2.45,
    ),
}


@pytest.mark.parametrize("name", LOST_FALLS)
def test_states_the_fall_of_somebody_who(name: str) -> None:
    story, seen_until_s = LOST_FALLS[name]
    (finding,) = found_in(story, seen=lambda number: number / 8 < seen_until_s)
    assert finding.measurements["unseen_s"] >= FallSettings().lost_s
    # It is the weakest of statements.
    assert finding.score == 0.5


@pytest.mark.parametrize("name", LOST_EVERYDAY)
def test_states_nothing_of_somebody_lost_who(name: str) -> None:
    story, seen_until_s = LOST_EVERYDAY[name]
    assert found_in(story, seen=lambda number: number / 8 < seen_until_s) == []


def test_who_is_lost_behind_somebody_else_has_not_fallen() -> None:
    story, seen_until_s = LOST_FALLS["is lost while slipping backwards"]
    somebody = [(0, at(100, STANDS)), (2.4, at(330, STANDS)), (8, at(340, STANDS))]
    rule = FallRule(zones=(), settings=FallSettings(), keypoint_score=0.2)
    alone = list(scenes_of(story, seen=lambda number: number / 8 < seen_until_s))
    beside = list(scenes_of(somebody))
    findings = []
    for ours, theirs in zip(alone, beside, strict=False):
        others = tuple(replace(track, id=TrackId(track.id + 100)) for track in theirs.tracks)
        findings += rule.observe(replace(ours, tracks=(*ours.tracks, *others)))
    assert findings == []


def test_who_is_found_again_upright_after_being_lost_has_not_fallen() -> None:
    story: Story = [(0, STANDS), (2, STANDS), (2.5, LIES), (3.2, STANDS), (9, STANDS)]
    assert found_in(story, seen=lambda number: not 2.45 <= number / 8 < 3.3) == []
