"""Hours as people write them, and which rules are out of theirs at a moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import HoursUnreadable
from detectors.event import ZoneId
from detectors.hours import Hours, Span
from detectors.timetable import NOTHING_OFF, Timetable
from detectors.zones import Zone

#: a Monday
MONDAY = datetime(2026, 3, 16)


def at(text: str) -> datetime:
    """ "tue 07:00" of that week."""
    day, _, clock = text.partition(" ")
    hour, minute = map(int, clock.split(":"))
    number = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(day)
    return MONDAY + timedelta(days=number, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("hours", "inside", "outside"),
    [
        ("07:00-22:00", ["mon 07:00", "sun 21:59"], ["mon 06:59", "mon 22:00"]),
        ("00:00-24:00", ["mon 00:00", "sun 23:59"], []),
        ("mon-fri 07:00-22:00", ["fri 12:00"], ["sat 12:00", "sun 12:00"]),
        # Over midnight: what begins on Friday lasts into Saturday, what begins on Sunday into Monday.
        ("fri 22:00-06:00", ["fri 22:00", "sat 05:59"], ["fri 05:00", "sat 06:00", "sat 22:00"]),
        ("sun 22:00-06:00", ["sun 23:00", "mon 01:00"], ["sun 01:00"]),
        ("sat-mon 09:00-10:00", ["sat 09:00", "sun 09:00", "mon 09:00"], ["tue 09:00"]),
        ("mon 07:00-08:00 12:00-13:00; sun 09:00-10:00", ["mon 12:30", "sun 09:30"], ["sun 12:30", "mon 09:30"]),
        ("周一至周五 07：00－22：00".replace("－", "-"), ["fri 12:00"], ["sat 12:00"]),
        ("工作日 07:00~22:00；周末 09:00-23:00", ["sat 22:30", "mon 07:00"], ["sat 08:00", "mon 22:30"]),
        ("sat, sun 9:00 - 23:00", ["sun 22:59"], ["sun 08:59"]),
    ],
)  # fmt: skip
def test_hours_hold_what_they_say(hours: str, inside: list[str], outside: list[str]) -> None:
    parsed = Hours.parse(hours)
    assert [text for text in inside if not parsed.covers(at(text))] == []
    assert [text for text in outside if parsed.covers(at(text))] == []


@pytest.mark.parametrize(
    "text",
    ["", "always", "07:00", "7-22", "25:00-26:00", "07:60-08:00", "07:00-07:00", "mon", "mon-xyz 07:00-08:00",
     "07:00-22:00 mon", "weekend-mon 07:00-08:00", "07:00-24:30", "24:00-07:00", "٠7:00-08:00", "07:00-08:00 " * 40],
)  # fmt: skip
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(HoursUnreadable):
        Hours.parse(text)


def test_hours_are_written_in_one_way_whatever_words_were_used() -> None:
    assert (
        str(Hours.parse("周末 09:00-23:00；工作日 7:00-22:00")) == "mon-fri 07:00-22:00; sat sun 09:00-23:00"
    )
    assert str(Hours.parse("daily 22:00-06:00")) == "22:00-06:00"
    assert Hours.parse("sun sat 9:00-10:00") == Hours.parse("周六,周日 09:00-10:00")


SPANS = st.builds(
    lambda days, start, length: Span(
        days=tuple(sorted(days)), start=start, end=(start + length) % 1440 or 1440
    ),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 1439),
    st.integers(1, 1439),
)


@given(st.sets(SPANS, min_size=1, max_size=5))
def test_what_is_written_reads_back_the_same(spans: set[Span]) -> None:
    hours = Hours(tuple(sorted(spans)))
    if len(str(hours)) <= 400:
        assert Hours.parse(str(hours)) == hours


def zone(number: int, *rules: str, hours: str | None = None) -> Zone:
    return Zone.parse(
        id=ZoneId(number),
        name=str(number),
        polygon=[(0, 0), (1, 0), (1, 1)],
        rules=rules,
        crowd_limit=5,
        hours=hours,
    )


def test_where_nobody_set_hours_nothing_is_ever_off() -> None:
    timetable = Timetable(rules={"fall", "crowd"}, hours={}, zones=[zone(1, "crowd")])
    assert timetable.off_at(MONDAY.replace(tzinfo=UTC)) is NOTHING_OFF


def test_hours_are_those_of_the_place_not_of_greenwich() -> None:
    timetable = Timetable(
        rules={"crowd"},
        hours={"crowd": Hours.parse("07:00-22:00")},
        zones=[zone(1, "crowd")],
        time_zone=ZoneInfo("Asia/Shanghai"),
    )
    early, morning = datetime(2026, 3, 15, 22, 59, 59, tzinfo=UTC), datetime(2026, 3, 15, 23, 0, tzinfo=UTC)
    assert not timetable.on("crowd", timetable.off_at(early))
    assert timetable.on("crowd", timetable.off_at(morning))  # 07:00 in Shanghai
    assert not timetable.on("crowd", timetable.off_at(early))


def test_a_rule_is_on_where_its_own_hours_and_those_of_the_zone_meet() -> None:
    night = zone(2, "fall", hours="20:00-06:00")
    timetable = Timetable(
        rules={"fall", "person_down"},
        hours={"fall": Hours.parse("00:00-23:00")},
        zones=[zone(1, "fall"), night],
    )
    on: dict[int, tuple[bool, bool]] = {}
    for hour in (12, 22, 23):
        off = timetable.off_at(datetime(2026, 3, 16, hour, tzinfo=UTC))
        on[hour] = (("fall", ZoneId(1)) not in off, ("fall", ZoneId(2)) not in off)
        assert timetable.on("person_down", off)  # no zone carries it: the whole picture
    assert on == {12: (True, False), 22: (True, True), 23: (False, False)}
