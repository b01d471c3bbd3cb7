"""Levels with hysteresis: reached above a mark, left below a lower one, nothing in between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.event import LEVELS, Level
from detectors.levels import LevelWatch, Step

MARKS: dict[Level, float] = {"busy": 8.0, "crowded": 10.0, "dangerous": 15.0}
ENTER_S, LEAVE_S, SHARE = 3.0, 5.0, 0.8


def watch(level: Level = "clear") -> LevelWatch:
    return LevelWatch(marks=MARKS, leave_share=SHARE, enter_s=ENTER_S, leave_s=LEAVE_S, level=level)


def steps(values: list[float], *, on: LevelWatch | None = None, every_s: float = 0.5) -> list[Step]:
    on = on or watch()
    told = (on.observe(value, number * every_s) for number, value in enumerate(values))
    return [step for step in told if step is not None]


def test_a_level_is_reached_after_the_dwell_and_not_before() -> None:
    on = watch()
    assert steps([11.0] * 6, on=on) == []
    step = on.observe(11.0, 3.0)
    assert step == Step(before="clear", after="crowded", mark=10.0, held_s=3.0)
    assert step.rising


def test_a_level_is_left_after_its_own_longer_dwell() -> None:
    on = watch("crowded")
    assert steps([8.0] * 10, on=on) == []
    step = on.observe(8.0, 5.0)
    assert step == Step(before="crowded", after="busy", mark=8.0, held_s=5.0)
    assert not step.rising


def test_a_value_at_the_mark_is_not_above_it() -> None:
    assert steps([8.0] * 50) == []
    assert [step.after for step in steps([10.0] * 50)] == ["busy"]


def test_time_is_forgotten_at_a_new_run_and_the_level_is_not() -> None:
    on = watch()
    steps([11.0] * 6, on=on)
    on.restart()
    assert steps([11.0] * 6, on=on) == []
    assert on.level == "clear"
    steps([11.0] * 8, on=on)
    on.restart()
    assert on.level == "crowded"


values = st.lists(st.floats(0, 30), max_size=300)


@given(values)
def test_steps_join_and_the_level_is_where_the_last_one_led(given_values: list[float]) -> None:
    on = watch()
    told = steps(given_values, on=on)
    level: Level = "clear"
    for step in told:
        assert step.before == level
        assert step.after != step.before
        level = step.after
    assert on.level == level


@given(values)
def test_no_level_is_reached_twice_without_having_been_left(given_values: list[float]) -> None:
    reached: list[Level] = []
    for step in steps(given_values):
        after, before = LEVELS.index(step.after), LEVELS.index(step.before)
        for level in LEVELS[before + 1 : after + 1]:
            assert level not in reached
            reached.append(level)
        for level in LEVELS[after + 1 : before + 1]:
            reached.remove(level)


@pytest.mark.parametrize("level", ["busy", "crowded", "dangerous"])
@given(data=st.data())
def test_inside_the_band_nothing_flaps(level: Level, data: st.DataObject) -> None:
    """Between the lower mark of a level and the mark of the next one above, the level stays for ever."""
    above = LEVELS[LEVELS.index(level) + 1 :]
    lowest, highest = SHARE * MARKS[level], MARKS[above[0]] if above else 100.0
    inside = st.floats(lowest, highest, exclude_min=True)
    assert steps(data.draw(st.lists(inside, min_size=1, max_size=100)), on=watch(level)) == []


@given(st.integers(0, 3), st.floats(0, 30), st.floats(0, 30))
def test_a_constant_value_ends_where_it_belongs_whatever_was_before(
    start: int, value: float, before: float
) -> None:
    on = watch(LEVELS[start])
    steps([before] * 30, on=on)
    was = on.level
    on.restart()
    steps([value] * 30, on=on)
    above = max((LEVELS.index(level) for level, mark in MARKS.items() if value > mark), default=0)
    kept = max((LEVELS.index(level) for level, mark in MARKS.items() if value > SHARE * mark), default=0)
    assert on.level == LEVELS[max(above, min(kept, LEVELS.index(was)))]
