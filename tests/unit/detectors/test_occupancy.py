"""How many are in a zone: feet, weights, and whether that is all of them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.detection import Box, Detection
from detectors.occupancy import Occupancy, OccupancyMeter
from detectors.scene import Scene
from detectors.settings import CrowdSettings
from detectors.zones import Zone, ZoneId
from streams.camera import CameraId
from tests.unit.detectors.figures import HEIGHT, START, WIDTH

LOWER_HALF = [(0, 0.5), (1, 0.5), (1, 1), (0, 1)]


def zone(ground: object = None) -> Zone:
    return Zone.parse(
        id=ZoneId(1), name="square", polygon=LOWER_HALF, rules=["crowd"], crowd_limit=8, ground=ground
    )


def standing(x: float, foot: float, *, tall: float = 60.0, wide: float = 20.0) -> Detection:
    return Detection(box=Box(left=x - wide / 2, top=foot - tall, right=x + wide / 2, bottom=foot), score=0.7)


def point(x: float, y: float) -> Detection:
    return Detection(box=Box(left=x, top=y, right=x, bottom=y), score=0.7)


def cell(x: float, y: float, weight: float) -> Detection:
    return Detection(box=Box(left=x, top=y - 8, right=x + 8, bottom=y), score=1.0, weight=weight)


def scene(at_s: float, persons: Iterable[Detection] | None, scale: float = 1.0) -> Scene:
    return Scene(
        camera_id=CameraId(1),
        media_time_s=at_s,
        wall=START + timedelta(seconds=at_s),
        width=WIDTH,
        height=HEIGHT,
        zones=(),
        persons=None if persons is None else tuple(persons),
        person_scale=scale,
    )


def measured(
    *looks: Sequence[Detection],
    scale: float = 1.0,
    ground: object = None,
    settings: CrowdSettings | None = None,
) -> Occupancy:
    meter = OccupancyMeter(zone(ground), settings or CrowdSettings())
    told = [meter.observe(scene(number * 0.25, look, scale)) for number, look in enumerate(looks)]
    assert told[-1] is not None
    return told[-1]


def test_counts_feet_in_the_zone() -> None:
    inside, outside, head_only = standing(320, 330), standing(320, 120), standing(320, 179)
    below = standing(200, HEIGHT + 15)
    assert measured([inside, outside, head_only, below]).count == 2


def test_says_nothing_where_nobody_looked() -> None:
    assert OccupancyMeter(zone(), CrowdSettings()).observe(scene(0, None)) is None


def test_sums_points_and_the_mass_of_a_density_map() -> None:
    assert measured([point(100, 300), point(200, 300), point(200, 20)]).count == 2
    assert measured([cell(100, 300, 0.5), cell(108, 300, 0.75), cell(100, 20, 9.0)]).count == 1.25


def test_a_density_map_that_flickers_is_smoothed_and_boxes_are_not() -> None:
    quiet, blink = [cell(100, 300, 4.0)], [cell(100, 300, 9.0)]
    assert measured(quiet, quiet, quiet, blink).count == 4.0
    assert measured([standing(100, 300)], [standing(100, 300)], [standing(100, 300)] * 2).count == 2


def row(count: int, *, apart: float = 40.0, tall: float = 60.0) -> list[Detection]:
    return [standing(40 + apart * i, 300 + i % 2, tall=tall) for i in range(count)]


DOUBTED: dict[str, tuple[list[Detection], float, bool]] = {
    "nobody": ([], 1.0, False),
    "a few who are large": (row(6), 1.0, False),
    "a few who are small to the network": (row(6), 0.3, True),
    "a few who are just large enough": (row(6), 0.4, False),
    "a throng, each half behind the next": (row(9, apart=6), 1.0, True),
    "two, one behind the other": (row(2, apart=4), 1.0, False),
    "as many as a box network finds": (row(30, apart=20), 1.0, True),
    "points, however many": ([point(10 + i, 300) for i in range(60)], 0.1, False),
    "a density map": ([cell(10 + i, 300, 3.0) for i in range(60)], 0.1, False),
}


@pytest.mark.parametrize("name", DOUBTED)
def test_says_at_least_of(name: str) -> None:
    persons, scale, doubtful = DOUBTED[name]
    assert measured(persons, persons, scale=scale).at_least is doubtful


def test_one_doubtful_look_is_not_yet_a_doubtful_count() -> None:
    assert not measured(row(6), row(6), row(6), row(40, apart=10)).at_least
    assert measured(row(6), row(40, apart=10), row(40, apart=10)).at_least


def test_on_measured_ground_it_is_the_far_end_that_is_doubted_whoever_stands_near() -> None:
    near = row(6, tall=80)
    wide = {"points": [(0.3, 0.6), (0.7, 0.6), (0.9, 0.9), (0.1, 0.9)], "metres": [60, 90]}
    small = {"points": [(0.3, 0.6), (0.7, 0.6), (0.9, 0.9), (0.1, 0.9)], "metres": [4, 6]}
    assert measured(near, near, ground=wide).at_least
    assert not measured(near, near, ground=small).at_least


def test_a_new_run_forgets_the_map_of_the_last() -> None:
    meter = OccupancyMeter(zone(), CrowdSettings())
    for number in range(8):
        meter.observe(scene(number * 0.25, [cell(100, 300, 4.0)]))
    meter.restart()
    assert meter.observe(scene(0.0, [])) == Occupancy(count=0.0, at_least=False)


places = st.lists(st.tuples(st.floats(0, WIDTH), st.floats(60, HEIGHT)), max_size=30)


@given(places, st.floats(0.05, 0.95))
def test_two_halves_of_a_place_hold_as_many_as_the_whole(feet: list[tuple[float, float]], cut: float) -> None:
    persons = [standing(x, y) for x, y in feet if abs(x / WIDTH - cut) > 0.001]

    def count(left: float, right: float) -> float:
        polygon = [(left, 0), (right, 0), (right, 1), (left, 1)]
        part = Zone.parse(id=ZoneId(1), name="part", polygon=polygon, rules=["crowd"], crowd_limit=1)
        told = OccupancyMeter(part, CrowdSettings()).observe(scene(0, persons))
        assert told is not None
        return told.count

    assert count(0, cut) + count(cut, 1) == count(0, 1) == len(persons)
