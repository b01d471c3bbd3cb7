"""The rule `crowd`: one statement per rise, however the count flickers."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from detectors.detection import Box, Detection
from detectors.event import Finding
from detectors.rules.crowd import CrowdRule, occupancy
from detectors.scene import Scene
from detectors.settings import CrowdSettings
from detectors.zones import Zone, ZoneId
from streams.camera import CameraId
from tests.unit.detectors.figures import HEIGHT, START, WIDTH

LIMIT = 10
FPS = 2.0
#: the lower half of the picture
PLACE = Zone.parse(
    id=ZoneId(7),
    name="square",
    polygon=[(0, 0.5), (1, 0.5), (1, 1), (0, 1)],
    rules=["crowd"],
    crowd_limit=LIMIT,
)


def person(x: float, y: float) -> Detection:
    """Somebody whose feet are at (x, y), normalised."""
    right, bottom = x * WIDTH, y * HEIGHT
    return Detection(box=Box(left=right - 10, top=bottom - 60, right=right + 10, bottom=bottom), score=0.7)


def scene(at_s: float, persons: Iterable[Detection] | None) -> Scene:
    return Scene(
        camera_id=CameraId(1),
        media_time_s=at_s,
        wall=START + timedelta(seconds=at_s),
        width=WIDTH,
        height=HEIGHT,
        zones=(PLACE,),
        persons=None if persons is None else tuple(persons),
    )


def told(
    counts: Iterable[int], *, rule: CrowdRule | None = None, start_s: float = 0.0
) -> list[tuple[float, Finding]]:
    """What the rule states of so many people in the zone, two frames a second, and when."""
    rule = rule or CrowdRule(zones=[PLACE], settings=CrowdSettings())
    return [
        (at_s, finding)
        for number, count in enumerate(counts)
        for at_s in [start_s + number / FPS]
        for finding in rule.observe(scene(at_s, [person(0.04 * i, 0.9) for i in range(count)]))
    ]


def during(seconds: float, *pattern: int) -> list[int]:
    return [pattern[i % len(pattern)] for i in range(int(seconds * FPS))]


def test_states_a_crowd_once_with_its_numbers() -> None:
    ((at_s, finding),) = told(during(5, 4) + during(60, 14))
    assert (finding.kind, finding.zone_id, finding.zone_name, finding.track) == ("crowd", 7, "square", None)
    assert finding.measurements["count"] == 14
    assert finding.measurements["limit"] == LIMIT
    assert 8 <= at_s <= 10


QUIET: dict[str, list[int]] = {
    "nobody": during(60, 0),
    "as many as allowed": during(60, LIMIT),
    "two seconds too many": during(10, 8) + during(2, 15) + during(30, 8),
    "a detector that doubles people now and then": during(60, 9, 9, 9, 18),
    "a group that passes through": during(10, 2) + during(3, 12) + during(30, 2),
}


@pytest.mark.parametrize("name", QUIET)
def test_states_nothing_of(name: str) -> None:
    assert told(QUIET[name]) == []


ONE_RISE: dict[str, list[int]] = {
    "a count that flickers": during(60, 12, 13, 7, 12),
    "a count that hovers at the limit": during(10, 12) + during(60, 11, 10, 9, 11, 10),
    "a lull shorter than leave_s": during(10, 12) + during(3, 3) + during(20, 12),
    "a fall to just over the lower mark": during(10, 12) + during(30, 9) + during(20, 12),
}


@pytest.mark.parametrize("name", ONE_RISE)
def test_states_once(name: str) -> None:
    assert len(told(ONE_RISE[name])) == 1


def test_states_again_after_the_place_has_emptied() -> None:
    assert len(told((during(10, 12) + during(10, 3)) * 3)) == 3


def test_a_rise_that_took_time_counts_from_its_beginning() -> None:
    (_, finding), *_ = told(during(20, 12))
    assert finding.measurements["held_s"] >= CrowdSettings().enter_s


def test_counts_feet_in_the_zone() -> None:
    inside, outside, head_only = person(0.5, 0.9), person(0.5, 0.4), person(0.5, 0.49)
    below = Detection(box=Box(left=300, top=300, right=340, bottom=HEIGHT + 15), score=0.5)
    assert occupancy(scene(0, [inside, outside, head_only, below]), PLACE) == 2


def test_a_frame_without_a_count_says_nothing() -> None:
    rule = CrowdRule(zones=[PLACE], settings=CrowdSettings())
    for number in range(100):
        assert rule.observe(scene(number / 8, None)) == ()


def test_a_reconnect_in_the_middle_of_a_crowd_does_not_state_it_again() -> None:
    rule = CrowdRule(zones=[PLACE], settings=CrowdSettings())
    assert len(told(during(20, 14), rule=rule)) == 1
    rule.restart()
    assert told(during(20, 14), rule=rule) == []


def test_zones_are_counted_apart() -> None:
    upper = Zone.parse(
        id=ZoneId(8),
        name="steps",
        polygon=[(0, 0), (1, 0), (1, 0.45), (0, 0.45)],
        rules=["crowd"],
        crowd_limit=2,
    )
    rule = CrowdRule(zones=[PLACE, upper], settings=CrowdSettings())
    people = [person(0.1 * i, 0.3) for i in range(4)]
    findings = [f for number in range(20) for f in rule.observe(scene(number / FPS, people))]
    assert [finding.zone_name for finding in findings] == ["steps"]
