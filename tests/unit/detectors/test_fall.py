"""The rule `fall`, told as a nurse would tell it: who fell, and who only looked as if."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from detectors.event import Finding
from detectors.rules.fall import FallRule
from detectors.settings import FallSettings
from detectors.tracker import TrackId
from detectors.zones import Zone, ZoneId
from tests.unit.detectors.figures import (
    KNEELS,
    LIES,
    LIES_ON_A_BED,
    ON_ALL_FOURS,
    SITS,
    SITS_ON_THE_GROUND,
    SQUATS,
    STANDS,
    STOOPS,
    Story,
    at,
    scenes_of,
)

FALLS: dict[str, Story] = {
    "walks, then falls and stays down": [
        (0, at(200, STANDS)),
        (3, at(280, STANDS)),
        (3.7, at(300, LIES)),
        (7, at(300, LIES)),
    ],
    "slips backwards": [(0, STANDS), (2, STANDS), (2.5, replace(LIES, lean=-88, feet=-0.46)), (6, LIES)],
    "collapses in place": [(0, STANDS), (2, STANDS), (2.5, SQUATS), (2.9, LIES), (6, LIES)],
    "falls off a chair": [(0, SITS), (3, SITS), (3.6, LIES), (7, LIES)],
    "falls after bending to a shelf": [
        (0, STANDS),
        (2, STANDS),
        (2.4, STOOPS),
        (2.8, STANDS),
        (3.4, LIES),
        (6, LIES),
    ],
    "falls onto a bed and stays across it": [
        (0, STANDS),
        (2, STANDS),
        (2.6, LIES_ON_A_BED),
        (6, LIES_ON_A_BED),
    ],
    "falls and crawls on a little": [(0, STANDS), (2, STANDS), (2.6, LIES), (6, at(330, LIES))],
}

EVERYDAY: dict[str, Story] = {
    "walks past": [(0, at(60, STANDS)), (6, at(560, STANDS))],
    "sits down on a chair": [(0, STANDS), (2, STANDS), (3, SITS), (7, SITS)],
    "drops onto a chair": [(0, STANDS), (2, STANDS), (2.4, SITS), (7, SITS)],
    "sits down on the ground": [(0, STANDS), (2, STANDS), (3.5, SITS_ON_THE_GROUND), (7, SITS_ON_THE_GROUND)],
    "ties a shoe": [(0, STANDS), (2, STANDS), (2.7, SQUATS), (6, SQUATS), (7, STANDS), (8, STANDS)],
    "picks something up": [
        (0, STANDS),
        (2, STANDS),
        (2.5, STOOPS),
        (3.2, STOOPS),
        (3.7, STANDS),
        (7, STANDS),
    ],
    "lies down slowly": [(0, STANDS), (2, STANDS), (3.5, SITS_ON_THE_GROUND), (5.5, LIES), (10, LIES)],
    "goes to bed": [
        (0, STANDS),
        (2, STANDS),
        (3, SITS),
        (5, SITS),
        (7.5, LIES_ON_A_BED),
        (11, LIES_ON_A_BED),
    ],
    "kneels, then goes on all fours": [
        (0, STANDS),
        (2, STANDS),
        (3, KNEELS),
        (4.5, ON_ALL_FOURS),
        (9, ON_ALL_FOURS),
    ],
    "stumbles and is up at once": [
        (0, STANDS),
        (2, STANDS),
        (2.5, LIES),
        (2.8, LIES),
        (3.4, STANDS),
        (8, STANDS),
    ],
    "has been lying all the time": [(0, LIES), (10, LIES)],
    "gets up": [(0, LIES), (3, LIES), (4, SITS_ON_THE_GROUND), (5, STANDS), (8, STANDS)],
    "walks up to the camera": [(0, STANDS), (5, replace(STANDS, tall=320, ground=355))],
    "stoops over a drawer for long": [(0, STANDS), (2, STANDS), (2.6, STOOPS), (8, STOOPS), (9, STANDS)],
    "leaves the picture": [(0, at(300, STANDS)), (4, at(620, STANDS))],
    "leaves while stooping": [(0, STANDS), (2, STANDS), (2.5, STOOPS)],
}


def found_in(*stories: Story, rule: FallRule | None = None, **told: object) -> list[Finding]:
    rule = rule or FallRule(zones=(), settings=FallSettings(), keypoint_score=0.2)
    return [finding for scene in scenes_of(*stories, **told) for finding in rule.observe(scene)]


@pytest.mark.parametrize("fps", [6.0, 8.0, 12.5])
@pytest.mark.parametrize("name", FALLS)
def test_states_one_fall_of_somebody_who(name: str, fps: float) -> None:
    (finding,) = found_in(FALLS[name], fps=fps)
    assert (finding.kind, finding.track, finding.zone_id) == ("fall", 1, None)
    assert 0.5 <= finding.score <= 1.0
    assert finding.measurements["down_s"] >= 0.9
    assert finding.measurements["took_s"] <= FallSettings().most_s


@pytest.mark.parametrize("fps", [6.0, 8.0, 12.5])
@pytest.mark.parametrize("name", EVERYDAY)
def test_states_nothing_of_somebody_who(name: str, fps: float) -> None:
    assert found_in(EVERYDAY[name], fps=fps) == []


@pytest.mark.parametrize("tall", [30.0, 80.0, 300.0])
@pytest.mark.parametrize("name", FALLS)
def test_does_not_care_how_large_the_person_is(name: str, tall: float) -> None:
    story = [
        (at_s, replace(figure, tall=tall, ground=350 - (350 - figure.ground) * tall / 150))
        for at_s, figure in FALLS[name]
    ]
    assert len(found_in(story)) == 1


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


def test_states_a_long_stay_on_the_ground_once() -> None:
    assert len(found_in([(0, STANDS), (2, STANDS), (2.6, LIES), (60, LIES)])) == 1


def test_who_got_up_can_fall_again() -> None:
    once = [(0, STANDS), (2, STANDS), (2.6, LIES), (6, LIES), (8, STANDS), (10, STANDS)]
    again = [(10 + at_s, figure) for at_s, figure in once[1:]]
    assert len(found_in([*once, *again])) == 2


def test_two_people_who_fall_are_two_findings() -> None:
    one = FALLS["slips backwards"]
    other = [(at_s + 1, replace(figure, x=figure.x + 250)) for at_s, figure in FALLS["collapses in place"]]
    assert sorted(finding.track or 0 for finding in found_in(one, other)) == [1, 2]


def test_is_bound_by_the_zones_that_carry_it() -> None:
    story = FALLS["walks, then falls and stays down"]
    corners = {"left": (0.0, 0.35), "right": (0.35, 1.0)}
    zones = [
        Zone.parse(
            id=ZoneId(number),
            name=name,
            polygon=[(left, 0), (right, 0), (right, 1), (left, 1)],
            rules=["fall"],
        )
        for number, (name, (left, right)) in enumerate(corners.items(), 1)
    ]

    def rule(*which: Zone) -> FallRule:
        return FallRule(zones=which, settings=FallSettings(), keypoint_score=0.2)

    assert found_in(story, rule=rule(zones[0])) == []
    (finding,) = found_in(story, rule=rule(*zones))
    assert (finding.zone_id, finding.zone_name) == (2, "right")


def test_a_new_run_forgets_who_stood_before_it() -> None:
    rule = FallRule(zones=(), settings=FallSettings(), keypoint_score=0.2)
    scenes = list(scenes_of(FALLS["walks, then falls and stays down"]))
    assert not [finding for scene in scenes[:28] for finding in rule.observe(scene)]
    rule.restart()
    assert not [finding for scene in scenes[28:] for finding in rule.observe(scene)]
