"""The measured ground of a zone: there and back, areas that can be worked out by hand, and what makes no ground."""

import math
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from detectors.ground import Ground, Point
from detectors.ground_errors import (
    GroundBeyondHorizon,
    GroundDistanceImpossible,
    GroundDistancesDisagree,
    GroundError,
    GroundPointOutside,
    GroundPointsInLine,
    GroundPointsOutOfOrder,
    GroundUnreadable,
)
from detectors.zones import Zone, ZoneId

#: from above: a square in the picture
PLAN = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
#: from a mast: the far side looks shorter
STREET = ((0.35, 0.4), (0.65, 0.4), (0.9, 0.9), (0.1, 0.9))
PICTURE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def ground(points: object = STREET, metres: object = (6.0, 12.0)) -> Ground:
    return Ground.parse({"points": points, "metres": metres}, zone="北门")


def test_a_rectangle_seen_from_above() -> None:
    plan = ground(PLAN, [6, 3])
    assert plan.area_m2(PLAN) == pytest.approx(18)
    assert plan.area_m2(PICTURE) == pytest.approx(50)
    assert plan.metres_at((0.5, 0.5)) == pytest.approx((3, 1.5))


def test_the_marks_themselves_enclose_what_was_measured() -> None:
    assert ground().area_m2(STREET) == pytest.approx(72)
    assert ground(STREET, [3, 4, 3, 4, 5]).area_m2(STREET) == pytest.approx(12)


def test_half_of_the_picture_is_not_half_of_the_ground() -> None:
    street = ground()
    far = [(0.35, 0.4), (0.65, 0.4), (0.775, 0.65), (0.225, 0.65)]
    assert street.area_m2(far) > 0.6 * 72


def test_four_sides_and_a_diagonal_need_no_right_angle() -> None:
    # a trapezium: 1 (0, 0), 2 (8, 0), 3 (6, 3), 4 (2, 3)
    side, diagonal = math.hypot(2, 3), math.hypot(6, 3)
    leaning = ground(STREET, [8, side, 4, side, diagonal])
    assert leaning.area_m2(STREET) == pytest.approx(18)
    assert leaning.metres_at(STREET[3]) == pytest.approx((2, 3))


def test_a_rectangle_is_the_same_by_two_distances_or_five() -> None:
    by_two, by_five = ground(STREET, [6, 8]), ground(STREET, [6, 8, 6, 8, 10])
    for point in PICTURE[2:]:
        assert by_two.metres_at(point) == pytest.approx(by_five.metres_at(point))


def test_somebody_looks_smaller_far_away() -> None:
    street = ground()
    near, far = street.body_px((0.5, 0.9), 1000), street.body_px((0.5, 0.4), 1000)
    assert near == pytest.approx(1.7 * 800 / 6, rel=0.01)  # 6 m are 800 pixels there
    assert far == pytest.approx(1.7 * 300 / 6, rel=0.01)


REFUSED: dict[str, tuple[object, object, type[GroundError], str]] = {
    "three points": (STREET[:3], (6, 12), GroundUnreadable, "3 points"),
    "no points": (None, (6, 12), GroundUnreadable, "four points"),
    "words": ("abcd", (6, 12), GroundUnreadable, "four points"),
    "three distances": (STREET, (6, 12, 6), GroundUnreadable, "3 distances"),
    "a point beside the picture": ((*STREET[:3], (-0.1, 0.9)), (6, 12), GroundPointOutside, "point 4"),
    "a point that is no number": ((*STREET[:3], (math.nan, 0.9)), (6, 12), GroundPointOutside, "point 4"),
    "three points in line": (
        ((0.1, 0.1), (0.5, 0.5), (0.9, 0.9), (0.1, 0.9)), (6, 12), GroundPointsInLine, "1, 2 and 3",
    ),
    "nearly in line": (
        ((0.1, 0.5), (0.5, 0.501), (0.9, 0.5), (0.5, 0.9)), (6, 12), GroundPointsInLine, "1, 2 and 3",
    ),
    "the same point twice": ((STREET[0], STREET[0], *STREET[2:]), (6, 12), GroundPointsInLine, "1, 2 and 3"),
    "points crosswise": (
        (STREET[0], STREET[2], STREET[1], STREET[3]), (6, 12), GroundPointsOutOfOrder, "in order",
    ),
    "a point inside the others": (
        ((0.1, 0.1), (0.9, 0.1), (0.4, 0.35), (0.1, 0.9)), (6, 12), GroundPointsOutOfOrder, "convex",
    ),
    "no distance": (STREET, (0, 12), GroundDistanceImpossible, "Distance 1"),
    "a distance below nothing": (STREET, (6, -12), GroundDistanceImpossible, "Distance 2"),
    "a distance that is no number": (STREET, (6, math.nan), GroundDistanceImpossible, "Distance 2"),
    "centimetres": (STREET, (600, 1200), GroundDistanceImpossible, "up to 1000"),
    "sides that do not reach": (STREET, (3, 4, 3, 4, 9), GroundDistancesDisagree, "1-2, 2-3, 1-3"),
    "the other sides do not reach": (STREET, (3, 4, 1, 2, 5), GroundDistancesDisagree, "3-4, 4-1, 1-3"),
    "a figure with no width": (STREET, (3, 4, 3, 4, 7), GroundDistancesDisagree, "1-2, 2-3, 1-3"),
    "a dart": (STREET, (3, 9, 9, 3, 7), GroundDistancesDisagree, "inward"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_and_says_what_to_do(name: str) -> None:
    points, metres, kind, words = REFUSED[name]
    with pytest.raises(kind) as raised:
        ground(points, metres)
    assert words in str(raised.value)
    assert "北门" in raised.value.message("zh")
    assert raised.value.http_status == 422


@pytest.mark.parametrize(
    "value", [None, 3, [], {}, {"points": STREET}, {"points": STREET, "metres": (6, 12), "x": 1}]
)
def test_what_is_no_ground_at_all_is_named(value: object) -> None:
    with pytest.raises(GroundUnreadable):
        Ground.parse(value, zone="gate")


def test_a_zone_over_the_horizon_cannot_be_made() -> None:
    # the sides of STREET meet at y = 0.2 for a ground without end
    value = {"points": STREET, "metres": [6, 12]}
    square = {"id": ZoneId(1), "name": "北门", "rules": ["crowd"], "crowd_limit": 8, "ground": value}
    with pytest.raises(GroundBeyondHorizon, match="Point 1"):
        Zone.parse(polygon=PICTURE, **square)  # type: ignore[arg-type]
    low = Zone.parse(polygon=[(0, 0.35), (1, 0.35), (1, 1), (0, 1)], **square)  # type: ignore[arg-type]
    assert low.area_m2 is not None
    assert low.area_m2 > 72


def test_a_zone_without_measured_ground_has_no_area() -> None:
    zone = Zone.parse(id=ZoneId(1), name="gate", polygon=PICTURE, rules=["crowd"], crowd_limit=8)
    assert zone.area_m2 is None


def test_is_written_as_it_is_read() -> None:
    street = ground(STREET, [3, 4, 3, 4, 5])
    again = Ground.parse(street.as_json(), zone="北门")
    assert again == street
    assert again.metres_at((0.5, 0.5)) == street.metres_at((0.5, 0.5))


@st.composite
def cameras(draw: st.DrawFn) -> tuple[list[Point], float, float]:
    """A rectangle on the ground as a camera on a mast sees it: its corners in the picture, and its two sides."""
    height, tilt = draw(st.floats(2.5, 12)), math.radians(draw(st.floats(15, 60)))
    along, across = draw(st.floats(2, 10)), draw(st.floats(2, 10))
    turn, away = draw(st.floats(0, 2 * math.pi)), draw(st.floats(1.0, 2.5)) * height
    corners = [(0, 0), (along, 0), (along, across), (0, across)]
    return [project(corner, height, tilt, turn, away) for corner in corners], along, across


def project(place: Point, height: float, tilt: float, turn: float, away: float) -> Point:
    x = place[0] * math.cos(turn) - place[1] * math.sin(turn)
    y = place[0] * math.sin(turn) + place[1] * math.cos(turn) + away + 10
    depth = y * math.cos(tilt) + height * math.sin(tilt)
    down = -y * math.sin(tilt) + height * math.cos(tilt)
    return 0.5 + 0.4 * x / depth, 0.5 + 0.4 * down / depth


@given(cameras(), st.floats(0, 1), st.floats(0, 1))
def test_any_camera_there_and_back(view: tuple[list[Point], float, float], u: float, v: float) -> None:
    points, along, across = view
    try:
        seen = ground(points, [along, across])
    except GroundError:
        assume(False)
        raise
    place = u * along, v * across
    assert np.allclose(seen.metres_at(seen.point_at(place)), place, atol=1e-6)
    assert seen.area_m2(points) == pytest.approx(along * across, rel=1e-6)


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=5), st.lists(st.floats(), max_size=6))
def test_any_marks_are_a_ground_or_a_named_error(points: list[Point], metres: list[float]) -> None:
    try:
        made = ground(points, metres)
    except GroundError as error:
        assert str(error)
    else:
        assert made.area_m2(points) > 0


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=4, max_size=4),
    st.lists(st.floats(0.1, 100), min_size=5, max_size=5),
)
def test_any_plausible_marks_give_the_area_of_their_figure(points: list[Point], metres: list[float]) -> None:
    try:
        made = ground(points, metres)
    except GroundError:
        return
    a, b, c, d, e = metres
    heron = sum(
        math.sqrt(max(0.0, s * (s - x) * (s - y) * (s - z)))
        for x, y, z in ((a, b, e), (c, d, e))
        for s in [(x + y + z) / 2]
    )
    with suppress(GroundBeyondHorizon):  # one mark is more than twenty times farther than another
        assert made.area_m2(points) == pytest.approx(heron, rel=1e-3)
