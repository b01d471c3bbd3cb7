"""Zones, masks and hours as people write them: read, written back the same, and named where they are wrong."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import HoursUnreadable, ZoneUnreadable
from detectors.event import EVENT_KINDS
from detectors.hours import Hours
from runtime.errors import VmsError
from vms.cameras.drawn import masks_text, parse_masks, parse_zones, zones_from, zones_text
from vms.cameras.errors import MasksUnreadable, RuleHoursUnreadable, TextInvalid, ZonesUnreadable
from vms.cameras.rule_hours import parse_rule_hours, rule_hours_text

SQUARE: dict[str, Any] = {
    "name": "广场", "polygon": [[0, 0.3], [1, 0.3], [1, 1]], "rules": ["crowd"], "crowd_limit": 8
}  # fmt: skip


def test_what_is_shown_of_zones_can_be_given_back() -> None:
    zones = zones_from({"zones": [SQUARE | {"id": 7, "area_m2": None, "hours": "7:00-22:00"}]})
    assert zones[0].name == "广场" and str(zones[0].hours) == "07:00-22:00"
    assert parse_zones(zones_text(zones)) == zones
    assert parse_zones(" 无 ") == parse_zones("[]") == ()
    assert zones_text(()) == ""


def test_corners_are_kept_to_a_tenth_of_a_pixel() -> None:
    (zone,) = zones_from([SQUARE | {"polygon": [[0, 0.333333333], [1, 0.3], [1, 1]]}])
    assert zone.polygon[0] == (0.0, 0.33333)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", ZonesUnreadable),
        ("{", ZonesUnreadable),
        ('{"a": 1}', ZonesUnreadable),
        ("[1]", ZonesUnreadable),
        ("[" * 100_000, ZonesUnreadable),
        (json.dumps([{**SQUARE, "name": ""}]), ZonesUnreadable),
        (json.dumps([{**SQUARE, "name": 7}]), ZonesUnreadable),
        (json.dumps([{**SQUARE, "name": "a\nb"}]), TextInvalid),
        (json.dumps([{**SQUARE, "colour": "red"}]), ZoneUnreadable),
        (json.dumps([{**SQUARE, "crowd_limit": "many"}]), ZoneUnreadable),
        (json.dumps([{**SQUARE, "crowd_limit": True}]), ZoneUnreadable),
        (json.dumps([{**SQUARE, "crowd_limit": 10**12}]), ZoneUnreadable),
        (json.dumps([{**SQUARE, "rules": "crowd"}]), ZoneUnreadable),
        (json.dumps([{**SQUARE, "hours": 7}]), ZoneUnreadable),
        (json.dumps([{**SQUARE, "hours": "late"}]), HoursUnreadable),
        (json.dumps([{**SQUARE, "polygon": None}]), ZoneUnreadable),
        (json.dumps([{**SQUARE, "polygon": [[0, 0], [1], [1, 1]]}]), ZoneUnreadable),
        (json.dumps([{**SQUARE, "polygon": [[0, 10**400], [1, 0], [1, 1]]}]), ZoneUnreadable),
    ],
)
def test_zones_that_are_none_are_named(text: str, error: type[VmsError]) -> None:
    with pytest.raises(error):
        parse_zones(text)


CORNERS = st.tuples(st.floats(0, 1).map(lambda x: round(x, 5)), st.floats(0, 1).map(lambda y: round(y, 5)))


@given(st.lists(st.lists(CORNERS, min_size=3, max_size=6).map(tuple), max_size=3).map(tuple))
def test_masks_read_back_as_they_are_written(masks: tuple[tuple[tuple[float, float], ...], ...]) -> None:
    assert parse_masks(masks_text(masks)) == masks


@pytest.mark.parametrize("text", ["0,0 1", "0,0,0 1,1,1 1,0,1", "a,b", "0.1"])
def test_masks_that_are_none_are_named(text: str) -> None:
    with pytest.raises(MasksUnreadable):
        parse_masks(text)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("crowd 07:00-22:00", {"crowd": "07:00-22:00"}),
        ("Crowd: 7:00-22:00, fall: mon-fri 22:00-06:00", {"crowd": "07:00-22:00", "fall": "mon-fri 22:00-06:00"}),
        ("过密 周末 9:00-12:00 14:00-18:00；倒卧 每天 22:00-06:00",
         {"crowd": "sat sun 09:00-12:00 14:00-18:00", "person_down": "22:00-06:00"}),
        ("07:00-22:00", dict.fromkeys(EVENT_KINDS, "07:00-22:00")),
        ("全部 07:00-22:00", dict.fromkeys(EVENT_KINDS, "07:00-22:00")),
        ("none", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_hours_of_rules_are_read_in_both_languages_and_read_back(text: str, hours: dict[str, str]) -> None:
    parsed = parse_rule_hours(text)
    assert {rule: str(each) for rule, each in parsed.items()} == hours
    for chinese in (False, True):
        assert parse_rule_hours(rule_hours_text(parsed, chinese=chinese)) == parsed


@pytest.mark.parametrize(
    "text", ["crowd", "crowd 07:00-22:00 crowd 08:00-09:00", "all 07:00-08:00 fall 09:00-10:00"]
)
def test_a_rule_has_hours_and_has_them_once(text: str) -> None:
    with pytest.raises(RuleHoursUnreadable):
        parse_rule_hours(text)


def test_hours_of_a_rule_that_is_unknown_are_no_hours() -> None:
    with pytest.raises(HoursUnreadable):
        parse_rule_hours("theft 07:00-22:00")
    assert Hours.parse("07:00-22:00") == parse_rule_hours("all 7:00-22:00")["fall"]
