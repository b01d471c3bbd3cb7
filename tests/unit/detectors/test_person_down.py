"""The rule `person_down`, told as a nurse would tell it: who lies there, and who only rests, works or exercises."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from detectors.event import Finding
from detectors.measure_words import MEASUREMENTS
from detectors.rules.fall import FallRule
from detectors.rules.person_down import PersonDownRule
from detectors.settings import FallSettings, PersonDownSettings
from detectors.zones import Zone, ZoneId
from tests.unit.detectors.figures import (
    KNEELS,
    LIES,
    ON_ALL_FOURS,
    SITS,
    SITS_ON_THE_GROUND,
    SQUATS,
    STANDS,
    STOOPS,
    Figure,
    Story,
    at,
    scenes_of,
)

DWELL_S = PersonDownSettings().dwell_s
ARMS_STRETCHED, ARMS_BENT = replace(LIES, hips=0.22, lean=72), replace(LIES, hips=0.1, lean=84)


def turns(first: Figure, second: Figure, *, every_s: float, until_s: float) -> Story:
    """First one, then the other, over and over."""
    times = int(until_s / every_s)
    return [(number * every_s, second if number % 2 else first) for number in range(times + 1)]


DOWN: dict[str, Story] = {
    "was found lying when the camera came on": [(0, LIES), (25, LIES)],
    "lay down slowly and does not get up": [
        (0, STANDS),
        (2, STANDS),
        (4, SITS_ON_THE_GROUND),
        (6, LIES),
        (30, LIES),
    ],
    "lies on the other side": [(0, replace(LIES, lean=-88, feet=-0.46)), (25, replace(LIES, lean=-88, feet=-0.46))],
    "lies with the head towards the camera a little": [(0, replace(LIES, lean=105)), (25, replace(LIES, lean=105))],
    "lies and moves an arm now and then": turns(LIES, at(305, LIES), every_s=2.0, until_s=26.0),
    "crawled for some seconds and then lies": [
        (0, at(200, ON_ALL_FOURS)),
        (6, at(300, ON_ALL_FOURS)),
        (7, LIES),
        (32, LIES),
    ],
    "slid off the sofa too slowly for a fall": [(0, SITS), (3, SITS), (6, LIES), (30, LIES)],
}  # fmt: skip

NOT_DOWN: dict[str, Story] = {
    "stands for long": [(0, STANDS), (30, STANDS)],
    "sits on a chair": [(0, SITS), (30, SITS)],
    "sits on the ground": [(0, SITS_ON_THE_GROUND), (30, SITS_ON_THE_GROUND)],
    "crouches": [(0, SQUATS), (30, SQUATS)],
    "kneels": [(0, KNEELS), (30, KNEELS)],
    "scrubs the floor on all fours": [(0, ON_ALL_FOURS), (30, ON_ALL_FOURS)],
    "crawls": [(0, at(100, ON_ALL_FOURS)), (30, at(500, ON_ALL_FOURS))],
    "crawls flat on the belly": [(0, at(100, LIES)), (30, at(500, LIES))],
    "does push-ups": turns(ARMS_STRETCHED, ARMS_BENT, every_s=0.75, until_s=30.0),
    "rolls from side to side": turns(LIES, at(350, LIES), every_s=2.0, until_s=30.0),
    "stoops over a drawer": [(0, STOOPS), (30, STOOPS)],
    "rests on the ground for a moment": [(0, LIES), (12, LIES), (14, STANDS), (40, STANDS)],
    "lies, gets up, and lies again, each for a moment": [
        *((0, LIES), (15, LIES), (17, STANDS), (19, STANDS)),
        *((21, LIES), (36, LIES), (38, STANDS)),
    ],
}


def rule(*zones: Zone) -> PersonDownRule:
    return PersonDownRule(zones=zones, settings=PersonDownSettings(), keypoint_score=0.2)


def found_in(*stories: Story, rule: PersonDownRule = rule(), **told: object) -> list[Finding]:  # noqa: B008
    rule.restart()
    return [finding for scene in scenes_of(*stories, **told) for finding in rule.observe(scene)]


@pytest.mark.parametrize("fps", [1.0, 4.0, 8.0])
@pytest.mark.parametrize("name", DOWN)
def test_states_once_that_somebody_is_down_who(name: str, fps: float) -> None:
    (finding,) = found_in(DOWN[name], fps=fps)
    assert (finding.kind, finding.zone_id, finding.track is None) == ("person_down", None, False)
    assert 0.5 <= finding.score <= 1.0


@pytest.mark.parametrize("fps", [1.0, 4.0, 8.0])
@pytest.mark.parametrize("name", NOT_DOWN)
def test_states_nothing_of_somebody_who(name: str, fps: float) -> None:
    assert found_in(NOT_DOWN[name], fps=fps) == []


@pytest.mark.parametrize("tall", [30.0, 80.0, 300.0])
@pytest.mark.parametrize("name", ["was found lying when the camera came on", "does push-ups"])
def test_does_not_care_how_large_the_person_is(name: str, tall: float) -> None:
    stories = DOWN | NOT_DOWN
    story = [(at_s, replace(figure, tall=tall)) for at_s, figure in stories[name]]
    assert len(found_in(story)) == (name in DOWN)


def test_says_how_the_person_lay() -> None:
    (finding,) = found_in(DOWN["was found lying when the camera came on"])
    measured = finding.measurements
    assert DWELL_S <= measured["lying_s"] <= DWELL_S + 1
    assert measured["seen_share"] >= 0.95
    assert (measured["lying_share"], measured["moved"]) == (1.0, 0.0)
    assert measured["trunk_deg"] == pytest.approx(88, abs=1)
    assert measured["hips"] < PersonDownSettings().most_hips < 1 < measured["aspect"]
    assert measured.keys() <= MEASUREMENTS.keys()
    assert [curve.name for curve in finding.curves] == ["trunk_deg", "aspect", "hips"]
    assert all(curve.at_s[-1] - curve.at_s[0] >= DWELL_S - 1 for curve in finding.curves)


def times_of(*stories: Story, **told: object) -> list[float]:
    one = rule()
    return [scene.media_time_s for scene in scenes_of(*stories, **told) for _ in one.observe(scene)]


def test_speaks_as_soon_as_the_time_is_over() -> None:
    (at_s,) = times_of([(0, LIES), (60, LIES)])
    # The tracker needs a moment before it counts somebody.
    assert DWELL_S <= at_s <= DWELL_S + 1


def test_crawling_does_not_count_as_lying_still() -> None:
    (at_s,) = times_of(DOWN["crawled for some seconds and then lies"])
    assert at_s >= 6 + DWELL_S - 2


SEEN: dict[str, tuple[Callable[[int], bool], int]] = {
    "in two of three frames": (lambda number: number % 3 != 0, 1),
    "but for four seconds in the middle, so that the track is lost": (
        lambda number: not 80 <= number < 112,
        1,
    ),
    "but for nine seconds in the middle": (lambda number: not 80 <= number < 152, 1),
    "in one of four frames, which may be anything": (lambda number: number % 4 == 0, 0),
}


@pytest.mark.parametrize("how", SEEN)
def test_states_whom_the_network_sees(how: str) -> None:
    seen, findings = SEEN[how]
    assert len(found_in([(0, LIES), (40, LIES)], seen=seen)) == findings


def test_one_lying_is_stated_once_though_the_track_is_lost_again_and_again() -> None:
    assert len(found_in([(0, LIES), (120, LIES)], seen=lambda number: number % 120 < 80)) == 1


def test_who_got_up_and_lies_there_again_is_stated_again() -> None:
    story = [(0, LIES), (25, LIES), (27, STANDS), (30, STANDS), (32, LIES), (60, LIES)]
    assert len(found_in(story)) == 2


def test_who_passes_by_does_not_end_the_lying() -> None:
    passer = [(10, at(60, STANDS)), (18, at(560, STANDS))]
    assert len(found_in([(0, LIES), (40, LIES)], passer)) == 1


def test_two_people_who_lie_are_two_findings() -> None:
    tracks = [
        finding.track
        for finding in found_in([(0, LIES), (25, LIES)], [(1, at(500, LIES)), (25, at(500, LIES))])
    ]
    assert len(set(tracks)) == 2  # fmt: skip


def both_in(story: Story, *, seen: Callable[[int], bool] = lambda _number: True) -> list[str]:
    falls, downs = FallRule(zones=(), settings=FallSettings(), keypoint_score=0.2), rule()
    kinds: list[str] = []
    for scene in scenes_of(story, seen=seen):
        fallen = falls.observe(scene)
        kinds += [finding.kind for finding in (*fallen, *downs.observe(scene, fallen))]
    return kinds


FELL: Story = [(0, STANDS), (2, STANDS), (2.6, LIES), (60, LIES)]


def test_whose_fall_was_stated_is_not_found_lying_as_well() -> None:
    assert both_in(FELL) == ["fall"]


def test_nor_when_the_track_was_lost_after_the_fall_and_another_goes_on() -> None:
    assert both_in(FELL, seen=lambda number: not 60 <= number < 140) == ["fall"]


def test_whose_fall_was_not_seen_is_found_lying() -> None:
    assert both_in(FELL, seen=lambda number: not 14 <= number < 60) == ["person_down"]


def test_whose_fall_was_stated_and_who_got_up_may_be_found_lying_later() -> None:
    story: Story = [
        *FELL[:3],
        (8, LIES),
        (10, STANDS),
        (13, STANDS),
        (16, SITS_ON_THE_GROUND),
        (18, LIES),
        (45, LIES),
    ]
    assert both_in(story) == ["fall", "person_down"]  # fmt: skip


def test_is_bound_by_the_zones_that_carry_it() -> None:
    def zone(number: int, left: float, right: float, *rules: str) -> Zone:
        corners = [(left, 0), (right, 0), (right, 1), (left, 1)]
        return Zone.parse(id=ZoneId(number), name=f"zone {number}", polygon=corners, rules=rules)

    story = DOWN["was found lying when the camera came on"]
    elsewhere, here = zone(1, 0.7, 1.0, "person_down"), zone(2, 0.0, 0.7, "person_down")
    assert found_in(story, rule=rule(elsewhere)) == []
    (finding,) = found_in(story, rule=rule(elsewhere, here))
    assert (finding.zone_id, finding.zone_name) == (2, "zone 2")
    (finding,) = found_in(story, rule=rule(zone(3, 0.7, 1.0, "fall")))
    assert finding.zone_id is None


def test_a_new_run_begins_to_count_anew() -> None:
    one = rule()
    scenes: Sequence = list(scenes_of([(0, LIES), (25, LIES)]))
    assert not [finding for scene in scenes[:120] for finding in one.observe(scene)]
    one.restart()
    assert not [finding for scene in scenes[120:] for finding in one.observe(scene)]


def test_forgets_who_has_not_been_seen_for_long() -> None:
    one = rule()
    for scene in scenes_of([(0, LIES), (5, LIES)], [(0, at(60, STANDS)), (90, at(560, STANDS))]):
        one.observe(scene)
    assert one.watched == 0
