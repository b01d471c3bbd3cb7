"""The rule `crowd`: one alert that follows the level of a place, however the count flickers."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.detection import Box, Detection
from detectors.event import LEVELS, Finding
from detectors.rules.crowd import CrowdRule
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
#: the same, 4 m2: busy above 8 persons, crowded above 14, dangerous above 20
MEASURED = Zone.parse(
    id=ZoneId(9),
    name="platform",
    polygon=[(0, 0.5), (1, 0.5), (1, 1), (0, 1)],
    rules=["crowd"],
    crowd_limit=LIMIT,
    ground={"points": [(0, 0.5), (1, 0.5), (1, 1), (0, 1)], "metres": [2, 2]},
)


def person(x: float, y: float) -> Detection:
    """Somebody whose feet are at (x, y), normalised."""
    right, bottom = x * WIDTH, y * HEIGHT
    return Detection(box=Box(left=right - 4, top=bottom - 60, right=right + 4, bottom=bottom), score=0.7)


def crowd_of(count: int) -> list[Detection]:
    return [person(0.03 + 0.03 * i, 0.9) for i in range(count)]


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
    counts: Iterable[int],
    *,
    rule: CrowdRule | None = None,
    start_s: float = 0.0,
    settings: CrowdSettings | None = None,
    zone: Zone = PLACE,
) -> list[tuple[float, Finding]]:
    """What the rule states of so many people in the zone, two looks a second, and when."""
    rule = rule or CrowdRule(zones=[zone], settings=settings or CrowdSettings())
    return [
        (at_s, finding)
        for number, count in enumerate(counts)
        for at_s in [start_s + number / FPS]
        for finding in rule.observe(scene(at_s, crowd_of(count)))
    ]


def levels(findings: Iterable[tuple[float, Finding]]) -> list[str]:
    return [f"{'up' if finding.rising else 'down'} {finding.level}" for _, finding in findings]


def during(seconds: float, *pattern: int) -> list[int]:
    return [pattern[i % len(pattern)] for i in range(int(seconds * FPS))]


def test_states_a_crowd_once_with_its_numbers() -> None:
    ((at_s, finding),) = told(during(5, 4) + during(60, 14))
    assert (finding.kind, finding.zone_id, finding.zone_name, finding.track) == ("crowd", 7, "square", None)
    assert (finding.level, finding.rising) == ("crowded", True)
    assert finding.measurements == {"count": 14, "limit": LIMIT, "mark": LIMIT, "held_s": 3.0}
    assert 8 <= at_s <= 9


QUIET: dict[str, list[int]] = {
    "nobody": during(60, 0),
    "as many as allowed: busy, which raises nothing": during(60, LIMIT),
    "two seconds too many": during(10, 8) + during(2, 15) + during(30, 8),
    "a count that jumps now and then": during(60, 9, 9, 9, 18),
    "a group that passes through": during(10, 2) + during(3, 12) + during(30, 2),
    "busy and clear in turn": (during(10, 9) + during(10, 2)) * 3,
}


@pytest.mark.parametrize("name", QUIET)
def test_states_nothing_of(name: str) -> None:
    assert told(QUIET[name]) == []


FOLLOWED: dict[str, tuple[list[int], list[str]]] = {
    "a crowd that stays": (during(60, 12), ["up crowded"]),
    "a count that hovers at the limit": (during(10, 12) + during(60, 11, 10, 9, 11, 10), ["up crowded"]),
    "a count that flickers": (during(10, 12) + during(60, 12, 13, 7, 12), ["up crowded"]),
    "a lull shorter than leave_s": (during(10, 12) + during(3, 3) + during(20, 12), ["up crowded"]),
    "a fall to just over the lower mark": (during(10, 12) + during(30, 9) + during(20, 12), ["up crowded"]),
    "a slow rise and fall": (
        during(20, 9) + during(20, 12) + during(20, 16) + during(20, 12) + during(20, 7) + during(20, 3),
        ["up crowded", "up dangerous", "down crowded", "down busy", "down clear"],
    ),
    "a rush": (during(20, 20), ["up dangerous"]),
    "everybody leaves at once": (during(20, 20) + during(20, 0), ["up dangerous", "down clear"]),
    "thins out and fills again": (
        during(20, 12) + during(20, 7) + during(20, 12),
        ["up crowded", "down busy", "up crowded"],
    ),
    "empties and fills again": (
        (during(20, 12) + during(20, 0)) * 2,
        ["up crowded", "down clear", "up crowded", "down clear"],
    ),
    "busy again after it was clear: a matter of its own": (
        during(20, 12) + during(20, 0) + during(20, 9),
        ["up crowded", "down clear"],
    ),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_follows(name: str) -> None:
    counts, expected = FOLLOWED[name]
    assert levels(told(counts)) == expected


@pytest.mark.parametrize(
    ("raise_at", "expected"),
    [
        ("busy", ["up busy", "up crowded", "up dangerous", "down clear"]),
        ("crowded", ["up crowded", "up dangerous", "down clear"]),
        ("dangerous", ["up dangerous", "down clear"]),
    ],
)
def test_an_operator_says_which_level_raises(raise_at: str, expected: list[str]) -> None:
    settings = CrowdSettings.model_validate({"raise_at": raise_at})
    counts = during(10, 9) + during(10, 12) + during(10, 16) + during(10, 0)
    assert levels(told(counts, settings=settings)) == expected


def test_a_rise_that_took_time_counts_from_its_beginning() -> None:
    (_, finding), *_ = told(during(20, 12))
    assert finding.measurements["held_s"] >= CrowdSettings().enter_s


def test_of_measured_ground_the_density_decides_and_not_the_limit() -> None:
    assert told(during(30, 13), zone=MEASURED) == []
    ((_, finding),) = told(during(30, 15), zone=MEASURED)
    assert finding.level == "crowded"
    assert finding.measurements["persons_per_m2"] == 3.75
    assert finding.measurements["area_m2"] == 4.0
    assert finding.measurements["mark_per_m2"] == CrowdSettings().crowded_density
    assert "limit" not in finding.measurements


def test_density_marks_must_rise() -> None:
    with pytest.raises(ValueError, match="must not fall"):
        CrowdSettings(busy_density=4.0)


def test_a_frame_without_a_count_says_nothing() -> None:
    rule = CrowdRule(zones=[PLACE], settings=CrowdSettings())
    for number in range(100):
        assert rule.observe(scene(number / 8, None)) == ()


def test_a_reconnect_in_the_middle_of_a_crowd_does_not_state_it_again() -> None:
    rule = CrowdRule(zones=[PLACE], settings=CrowdSettings())
    assert levels(told(during(20, 14), rule=rule)) == ["up crowded"]
    rule.restart()
    assert told(during(20, 14), rule=rule) == []
    assert levels(told(during(20, 0), rule=rule, start_s=20)) == ["down clear"]


def test_zones_are_counted_apart() -> None:
    upper = Zone.parse(
        id=ZoneId(8),
        name="steps",
        polygon=[(0, 0), (1, 0), (1, 0.45), (0, 0.45)],
        rules=["crowd"],
        crowd_limit=3,
    )
    rule = CrowdRule(zones=[PLACE, upper], settings=CrowdSettings())
    people = [person(0.1 * i, 0.3) for i in range(4)]
    findings = [f for number in range(20) for f in rule.observe(scene(number / FPS, people))]
    assert [finding.zone_name for finding in findings] == ["steps"]


def test_a_zone_that_is_not_for_crowds_is_not_counted() -> None:
    only_falls = Zone.parse(id=ZoneId(8), name="bed", polygon=PLACE.polygon, rules=["fall"])
    assert told(during(20, 20), rule=CrowdRule(zones=[only_falls], settings=CrowdSettings())) == []


@given(st.lists(st.integers(0, 25), max_size=200))
def test_every_finding_changes_the_level_and_the_first_is_a_rise_to_where_alerts_begin(
    counts: list[int],
) -> None:
    findings = [finding for _, finding in told([count for count in counts for _ in range(4)])]
    before = 0
    open_alert = False
    for finding in findings:
        assert finding.level is not None
        after = LEVELS.index(finding.level)
        assert (after > before) == finding.rising
        assert after != before
        if not open_alert:
            assert finding.rising
            assert after >= LEVELS.index("crowded")
        before, open_alert = after, finding.level != "clear"
        assert 0 <= finding.score <= 1
