import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import (
    ZoneCrossesItself,
    ZoneError,
    ZoneLimitMissing,
    ZoneNameDoubled,
    ZonePointOutside,
    ZonePointRepeated,
    ZonePointsTooMany,
    ZonesTooMany,
    ZoneTooFewPoints,
    ZoneTooSmall,
    ZoneUnreadable,
    ZoneWithoutArea,
    ZoneWithoutRule,
)
from detectors.zones import MOST_POINTS, MOST_ZONES, Point, Zone, ZoneId, check_drawn


def zone(polygon: object, *, rules: Sequence[str] = ("fall",), crowd_limit: int | None = None) -> Zone:
    return Zone.parse(
        id=ZoneId(1), name="北门", polygon=polygon, rules=rules, crowd_limit=crowd_limit  # type: ignore[arg-type]
    )  # fmt: skip


SQUARE = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)]
ARROW = [(0.1, 0.1), (0.9, 0.1), (0.5, 0.3), (0.9, 0.9)]

REFUSED: dict[str, tuple[object, type[ZoneError], str]] = {
    "no point": ([], ZoneTooFewPoints, "0 points"),
    "a line": ([(0, 0), (1, 1)], ZoneTooFewPoints, "2 points"),
    "a point left of the picture": ([(0.1, 0.1), (-0.1, 0.5), (0.5, 0.5)], ZonePointOutside, "Point 2"),
    "a point in pixels": ([(0.1, 0.1), (0.5, 0.1), (320, 180)], ZonePointOutside, "Point 3"),
    "a point that is no number": ([(0.1, 0.1), (0.5, 0.1), (math.nan, 0.3)], ZonePointOutside, "Point 3"),
    "a repeated point": ([(0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.1)], ZonePointRepeated, "Point 4"),
    "three points on a line": ([(0.1, 0.1), (0.2, 0.2), (0.3, 0.3)], ZoneWithoutArea, "no area"),
    "a bow tie": ([(0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9)], ZoneCrossesItself, "point 1"),
    "a spike that runs back": ([(0, 0), (0.8, 0), (0.4, 0), (0.4, 0.5)], ZoneCrossesItself, "point 1"),
    "a corner on a far side": (
        [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.5, 0.1), (0.1, 0.9)],
        ZoneCrossesItself,
        "point 1",
    ),
    "numbers without pairs": ([0.1, 0.2, 0.3], ZoneUnreadable, "pairs of numbers"),
    "points of three numbers": ([(0.1, 0.2, 0.3)] * 3, ZoneUnreadable, "pairs of numbers"),
    "words": (["ab", "cd", "ef"], ZoneUnreadable, "pairs of numbers"),
    "nothing": (None, ZoneUnreadable, "pairs of numbers"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_and_says_which_point(name: str) -> None:
    polygon, kind, words = REFUSED[name]
    with pytest.raises(kind) as raised:
        zone(polygon)
    assert words in str(raised.value)
    assert "北门" in str(raised.value)
    assert "北门" in raised.value.message("zh")
    assert raised.value.http_status == 422


def test_refuses_rules_that_nobody_has() -> None:
    for rules in ([], ["loitering"], ["fall", "fire"]):
        with pytest.raises(ZoneWithoutRule):
            zone(SQUARE, rules=rules)


@pytest.mark.parametrize("limit", [None, 0, -3])
def test_a_crowd_needs_a_limit(limit: int | None) -> None:
    with pytest.raises(ZoneLimitMissing):
        zone(SQUARE, rules=["crowd"], crowd_limit=limit)
    assert zone(SQUARE, rules=["fall"], crowd_limit=limit).rules == {"fall"}


def test_a_notch_is_outside() -> None:
    arrow = zone(ARROW)
    assert arrow.contains(0.5, 0.2)
    assert not arrow.contains(0.85, 0.4)
    assert not arrow.contains(0.1, 0.9)


def test_the_border_belongs_to_it() -> None:
    square = zone(SQUARE)
    for x, y in [*SQUARE, (0.5, 0.2), (0.2, 0.5)]:
        assert square.contains(x, y)


@st.composite
def round_polygons(draw: st.DrawFn) -> list[Point]:
    """Corners on an ellipse inside the picture, in order: simple and convex by construction."""
    degrees = draw(st.lists(st.integers(0, 71), min_size=3, max_size=12, unique=True).map(sorted))
    wide, high = draw(st.floats(0.1, 0.5)), draw(st.floats(0.1, 0.5))
    turns = [math.radians(5 * step) for step in degrees]
    return [(0.5 + wide * math.cos(turn) * 0.999, 0.5 + high * math.sin(turn) * 0.999) for turn in turns]


def middle(polygon: Sequence[Point]) -> Point:
    return sum(x for x, _ in polygon) / len(polygon), sum(y for _, y in polygon) / len(polygon)


@given(round_polygons())
def test_contains_the_middle_of_any_convex_one(polygon: list[Point]) -> None:
    assert zone(polygon).contains(*middle(polygon))


@given(round_polygons(), st.floats(0, 1), st.floats(0, 1))
def test_contains_nothing_beyond_its_bounds(polygon: list[Point], x: float, y: float) -> None:
    xs, ys = [p[0] for p in polygon], [p[1] for p in polygon]
    if not (min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys)):
        assert not zone(polygon).contains(x, y)


@given(round_polygons(), st.integers(0, 11), st.booleans(), st.floats(0, 1), st.floats(0, 1))
def test_does_not_care_where_the_drawing_began(
    polygon: list[Point], start: int, backwards: bool, x: float, y: float
) -> None:
    start %= len(polygon)
    turned = polygon[start:] + polygon[:start]
    turned = turned[::-1] if backwards else turned
    assert zone(polygon).contains(x, y) == zone(turned).contains(x, y)


@given(round_polygons().filter(lambda polygon: len(polygon) >= 4))
def test_two_corners_exchanged_are_a_crossing(polygon: list[Point]) -> None:
    with pytest.raises((ZoneCrossesItself, ZoneWithoutArea)):
        zone([polygon[1], polygon[0], *polygon[2:]])


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=8))
def test_any_drawing_is_a_zone_or_a_named_error(polygon: list[Point]) -> None:
    try:
        made = zone(polygon)
    except ZoneError as error:
        assert str(error)
    else:
        assert all(made.contains(x, y) for x, y in made.polygon)


def drawn(name: str, side: float = 0.2) -> Zone:
    return Zone.parse(id=ZoneId(1), name=name, polygon=[(0, 0), (side, 0), (side, side)], rules=["fall"])


def test_what_a_person_draws_is_not_too_small_not_too_fine_and_not_too_much() -> None:
    check_drawn([drawn("one"), drawn("two")])
    with pytest.raises(ZoneTooSmall):
        check_drawn([drawn("one", 0.02)])
    with pytest.raises(ZoneNameDoubled):
        check_drawn([drawn("one"), drawn("one")])
    with pytest.raises(ZonesTooMany):
        check_drawn([drawn(str(number)) for number in range(MOST_ZONES + 1)])
    turns = [2 * math.pi * number / (MOST_POINTS + 1) for number in range(MOST_POINTS + 1)]
    circle = [(0.5 + 0.4 * math.cos(turn), 0.5 + 0.4 * math.sin(turn)) for turn in turns]
    with pytest.raises(ZonePointsTooMany):
        check_drawn([Zone.parse(id=ZoneId(1), name="round", polygon=circle, rules=["fall"])])


def test_a_zone_reads_what_it_says_of_itself() -> None:
    zone = Zone.parse(
        id=ZoneId(4),
        name="广场",
        polygon=[(0, 0.5), (1, 0.5), (1, 1), (0, 1)],
        rules=["crowd", "fall"],
        crowd_limit=8,
        ground={"points": [(0, 0.5), (1, 0.5), (1, 1), (0, 1)], "metres": [2, 2]},
        hours="工作日 7:00-22:00",
    )
    assert Zone.parse(id=ZoneId(4), **zone.as_json()) == zone  # type: ignore[arg-type]
    assert zone.as_json()["hours"] == "mon-fri 07:00-22:00"
