"""The rule `fall`, told as a nurse would tell it: who fell, and who only looked as if."""

from dataclasses import replace

import pytest

from detectors.event import Finding
from detectors.measure_words import MEASUREMENTS
from detectors.rules.fall import Descent, FallRule
from detectors.settings import FallSettings
from detectors.zones import Zone, ZoneId
from tests.unit.detectors.figures import (
    KNEELS,
    LIES,
    LIES_ON_A_BED,
    ON_ALL_FOURS,
    PLANK,
    SITS,
    SITS_ON_THE_GROUND,
    SQUATS,
    STANDS,
    STOOPS,
    Story,
    at,
    scenes_of,
)

LIES_THE_OTHER_WAY = replace(LIES, lean=-88, feet=-0.46)
ON_THE_BED = replace(SITS, hips=0.32)
ON_A_STOOL = replace(SITS, hips=0.2)

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
    "trips and falls forwards": [
        (0, at(200, STANDS)),
        (2, at(300, STANDS)),
        (2.25, replace(STANDS, lean=40, x=320)),
        (2.6, at(370, LIES)),
        (6, at(370, LIES)),
    ],
    "falls sideways, to the left": [
        (0, STANDS),
        (2, STANDS),
        (2.3, replace(STANDS, lean=-45, hips=0.4)),
        (2.6, LIES_THE_OTHER_WAY),
        (6, LIES_THE_OTHER_WAY),
    ],
    "falls with the head towards the camera": [
        (0, STANDS),
        (2, STANDS),
        (2.6, replace(LIES, lean=110)),
        (6, replace(LIES, lean=110)),
    ],
    "sits on the edge of the bed and falls out of it": [
        (0, ON_THE_BED),
        (3, ON_THE_BED),
        (3.6, LIES),
        (7, LIES),
    ],
    "rises from a chair and falls at once": [
        (0, SITS),
        (2, SITS),
        (3, STANDS),
        (3.4, STANDS),
        (3.9, LIES),
        (8, LIES),
    ],
    "sinks down in less than a second": [(0, STANDS), (2, STANDS), (2.5, KNEELS), (2.9, LIES), (6, LIES)],
    "falls, a small child": [
        (0, replace(STANDS, tall=70)),
        (2, replace(STANDS, tall=70)),
        (2.4, replace(LIES, tall=70)),
        (6, replace(LIES, tall=70)),
    ],
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
    "drops onto a low stool": [(0, STANDS), (2, STANDS), (2.4, ON_A_STOOL), (7, ON_A_STOOL)],
    "squats": [(0, STANDS), (2, STANDS), (2.6, SQUATS), (6, SQUATS), (6.6, STANDS), (9, STANDS)],
    "drops to the knees": [(0, STANDS), (2, STANDS), (2.4, KNEELS), (7, KNEELS)],
    "bends down and stays so": [(0, STANDS), (2, STANDS), (2.4, STOOPS), (7, STOOPS)],
    "looks under the bed": [
        (0, STANDS),
        (2, STANDS),
        (3.2, KNEELS),
        (5.2, replace(ON_ALL_FOURS, lean=100)),
        (8, replace(ON_ALL_FOURS, lean=100)),
        (9, KNEELS),
        (10, STANDS),
    ],
    "crawls away": [
        (0, STANDS),
        (2, STANDS),
        (3.2, KNEELS),
        (4.7, ON_ALL_FOURS),
        (9, at(480, ON_ALL_FOURS)),
    ],
    "does push-ups": [
        (0, STANDS),
        (2, STANDS),
        (3.2, SQUATS),
        (4.8, PLANK),
        *((4.8 + number * 0.7, PLANK if number % 2 else LIES) for number in range(1, 8)),
    ],
    "jumps": [
        (0, STANDS),
        (2, STANDS),
        (2.3, SQUATS),
        (2.5, replace(STANDS, ground=265)),
        (2.75, STANDS),
        (2.95, SQUATS),
        (3.2, STANDS),
        (7, STANDS),
    ],
    "runs, a child": [
        (number * 0.25, replace(STANDS, tall=80, x=60 + 50 * number, ground=300 - 6 * (number % 2), lean=12))
        for number in range(11)
    ],
    "swings the legs onto the bed": [
        (0, SITS),
        (3, SITS),
        (5.2, LIES_ON_A_BED),
        (9, LIES_ON_A_BED),
    ],
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


def test_says_how_the_person_fell() -> None:
    (finding,) = found_in(FALLS["walks, then falls and stays down"])
    measured, settings = finding.measurements, FallSettings()
    assert measured.keys() <= MEASUREMENTS.keys()
    assert measured["fast_drop"] >= settings.least_fast_drop
    assert measured["evidence"] == pytest.approx(
        measured["fast_drop"] + 1 - measured["height"] + min(measured["aspect"], 2.5) / 3, abs=0.01
    )
    assert measured["hips"] <= settings.most_hips
    assert measured["height"] <= settings.down_height < 1 < measured["aspect"]


def test_who_is_just_fast_enough_must_lie_all_the_lower_and_wider() -> None:
    low = Descent(
        took_s=0.5, drop=0.4, fast_drop=0.3, trunk_deg=80, height=0.3, aspect=3.0, hips=0.1, propped=0, down_s=1.0, standing=100
    )  # fmt: skip
    crouched = replace(low, height=0.65, aspect=1.0)
    assert low.evidence == pytest.approx(0.3 + 0.7 + 2.5 / 3)
    assert replace(low, aspect=9.0).evidence == low.evidence
    assert crouched.evidence < FallSettings().least_evidence < replace(crouched, fast_drop=0.7).evidence


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
