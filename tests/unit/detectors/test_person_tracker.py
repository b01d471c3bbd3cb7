"""Persons out of boxes: who is seen clearly counts at once, who is lost for a moment still counts, a ghost never does."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.detection import Box, Detection
from detectors.person_tracker import PersonTracker, is_box
from detectors.settings import PersonSettings

SURE = 0.5
CLEAR, FAIR, DOUBTFUL = 0.8, 0.55, 0.4
WIDTH, HEIGHT = 640, 360
EVERY_S = 0.25


def somebody(x: float, score: float = CLEAR, *, y: float = 200.0, tall: float = 80.0) -> Detection:
    return Detection(box=Box(left=x - 15, top=y, right=x + 15, bottom=y + tall), score=score)


def tracker(**settings: float) -> PersonTracker:
    return PersonTracker(PersonSettings.model_validate(settings), sure=SURE)


def counts(
    looks: Sequence[Sequence[Detection]], on: PersonTracker | None = None, *, from_s: float = 0.0
) -> list[int]:
    on = on or tracker()
    return [
        len(on.update(look, from_s + number * EVERY_S, width=WIDTH, height=HEIGHT))
        for number, look in enumerate(looks)
    ]


SEEN: dict[str, tuple[list[list[Detection]], list[int]]] = {
    "nobody": ([[]] * 4, [0] * 4),
    "somebody who stands there": ([[somebody(300)]] * 4, [1] * 4),
    "somebody who walks": ([[somebody(100 + 20 * i)] for i in range(6)], [1] * 6),
    "two who pass each other": (
        [[somebody(100 + 20 * i), somebody(300 - 20 * i)] for i in range(11)],
        [2] * 11,
    ),
    "somebody behind a pillar for a second": (
        [[somebody(100 + 20 * i)] if not 4 <= i < 8 else [] for i in range(12)],
        [1] * 12,
    ),
    "somebody seen badly after having been seen well": (
        [[somebody(300)], *[[somebody(300, DOUBTFUL)]] * 4],
        [1] * 5,
    ),
    "somebody clear who comes in": ([[], [somebody(300)]], [0, 1]),
    "somebody less clear who comes in counts at second sight": (
        [[], [somebody(300, FAIR)], [somebody(302, FAIR)]],
        [0, 0, 1],
    ),
    "the first look of all counts who is there": ([[somebody(300, FAIR)], [somebody(300, FAIR)]], [1, 1]),
    "a ghost of one frame": ([[], [somebody(300, FAIR)], [], [], [], [somebody(300, FAIR)], []], [0] * 7),
    "a bush that is always a little like somebody": ([[somebody(300, DOUBTFUL)]] * 8, [0] * 8),
    "somebody who walks out of the picture": (
        [[somebody(560 + 20 * i)] for i in range(4)] + [[]] * 3,
        [1, 1, 1, 1, 0, 0, 0],
    ),
}


@pytest.mark.parametrize("name", SEEN)
def test_counts(name: str) -> None:
    looks, expected = SEEN[name]
    assert counts(looks) == expected


def test_who_stays_lost_counts_no_more() -> None:
    told = counts([[somebody(300)]] * 2 + [[]] * 8)
    assert told[:8] == [1] * 8
    assert told[8:] == [0] * 2


def test_who_is_only_doubtful_for_long_counts_no_more() -> None:
    told = counts([[somebody(300)], *[[somebody(300, DOUBTFUL)]] * 40])
    assert told[16] == 1
    assert told[17:] == [0] * 24


def test_looks_that_are_seconds_apart_still_count_who_stands_there() -> None:
    """While a scene sleeps the network looks at keyframes only."""
    on = tracker()
    told = [
        len(on.update([somebody(300 + number % 2, FAIR)], number * 4.0, width=WIDTH, height=HEIGHT))
        for number in range(1, 6)
    ]
    assert told == [1] * 5
    on.restart()
    on.update([], 0.0, width=WIDTH, height=HEIGHT)
    late = [
        len(on.update([somebody(300, FAIR)], number * 4.0, width=WIDTH, height=HEIGHT)) for number in (1, 2)
    ]
    assert late == [0, 1]


def test_who_is_lost_is_placed_where_walking_on_would_put_them() -> None:
    on = tracker()
    for i in range(4):
        on.update([somebody(100 + 20 * i)], i * EVERY_S, width=WIDTH, height=HEIGHT)
    (person,) = on.update([], 4 * EVERY_S, width=WIDTH, height=HEIGHT)
    assert person.box.centre[0] == pytest.approx(180, abs=3)


def test_a_box_of_another_size_is_somebody_else() -> None:
    on = tracker()
    near, far = somebody(300, tall=160.0, y=150), somebody(300, tall=50.0, y=200)
    assert counts([[near], [far]], on) == [1, 2]


def test_sure_boxes_are_given_before_doubtful_ones() -> None:
    """A doubtful box that lies better must not take somebody from the sure one: that would begin somebody twice."""
    looks = [[somebody(300)], [somebody(310), somebody(301, DOUBTFUL)]]
    assert counts(looks) == [1, 1]


def test_a_new_run_begins_with_nobody() -> None:
    on = tracker()
    counts([[somebody(300)]] * 3, on, from_s=1000.0)
    on.restart()
    assert counts([[], [somebody(300, FAIR)]], on) == [0, 0]


def test_asks_the_network_for_less_than_it_is_sure_of() -> None:
    assert tracker().least == pytest.approx(0.65 * SURE)


def test_is_idle_until_somebody_may_be_there() -> None:
    on = tracker()
    assert on.idle
    on.update([], 0.0, width=WIDTH, height=HEIGHT)
    assert on.idle
    assert on.update([somebody(300, FAIR)], 1.0, width=WIDTH, height=HEIGHT) == ()
    assert not on.idle
    on.restart()
    assert on.idle
    on.update(
        [Detection(box=Box(left=9, top=9, right=9, bottom=9), score=0.6)], 0.0, width=WIDTH, height=HEIGHT
    )
    assert not on.idle


def test_points_and_cells_of_a_map_pass_as_they_are() -> None:
    point = Detection(box=Box(left=9, top=9, right=9, bottom=9), score=0.6)
    faint = Detection(box=Box(left=9, top=9, right=9, bottom=9), score=0.4)
    cell = Detection(box=Box(left=0, top=0, right=8, bottom=8), score=0.1, weight=0.25)
    given_ = [point, faint, cell]
    assert not any(is_box(detection) for detection in given_)
    assert tracker().update(given_, 0.0, width=WIDTH, height=HEIGHT) == (point, cell)


boxes = st.builds(
    somebody,
    st.floats(0, WIDTH),
    st.sampled_from([CLEAR, FAIR, DOUBTFUL]),
    y=st.floats(0, 250),
    tall=st.floats(10, 100),
)


@given(st.lists(st.lists(boxes, max_size=6), max_size=20))
def test_never_more_persons_than_were_ever_surely_seen_lately(looks: list[list[Detection]]) -> None:
    on = tracker()
    kept_s = PersonSettings().doubt_s
    for number, look in enumerate(looks):
        now = number * EVERY_S
        persons = on.update(look, now, width=WIDTH, height=HEIGHT)
        lately = looks[max(0, int((now - kept_s) / EVERY_S)) : number + 1]
        assert len(persons) <= sum(box.score >= SURE for each in lately for box in each)
        assert sum(box.score >= CLEAR for box in look) <= len(persons)


@given(st.lists(st.lists(boxes, max_size=6), max_size=10))
def test_the_same_looks_give_the_same_persons(looks: list[list[Detection]]) -> None:
    def told() -> list[list[tuple[Box, float]]]:
        on = tracker()
        return [
            [(p.box, p.score) for p in on.update(look, number * EVERY_S, width=WIDTH, height=HEIGHT)]
            for number, look in enumerate(looks)
        ]

    assert told() == told()
