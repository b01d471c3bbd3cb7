"""What may be said of a camera: its code, place, filing and retention, each with a clear error where it is wrong."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from vms.cameras.configuration import Configuration, Facts, changes, faults
from vms.cameras.errors import (
    AddressRefused,
    AddressUnreadable,
    CameraError,
    CameraNameMissing,
    CodeInvalid,
    CodeOfAnotherKind,
    HostNameRefused,
    PlaceCategoryUnknown,
    PlaceForbidden,
    PlaceKindNeeded,
    PlaceKindUnknown,
    PositionInvalid,
    RetentionInvalid,
    RetentionTooShort,
    TextInvalid,
)
from vms.cameras.networks import Networks
from vms.cameras.place import ALLOWED, KINDS, parse_place_category, parse_place_kind
from vms.cameras.settings import CameraSettings
from vms.cameras.units.unit import UnitId

NETWORKS = Networks.of(CameraSettings())
CODE = "42010200001320000001"


def camera(**values: Any) -> Configuration:
    base = Configuration(unit_id=UnitId(1), name="东口", main_url="rtsp://10.0.0.5/main")
    return base.with_values(values).settled()


def found(configuration: Configuration) -> list[tuple[str, type]]:
    return [(name, type(fault)) for name, fault in faults(configuration, NETWORKS)]


def test_a_camera_that_says_all_is_as_good_as_one_that_says_nothing() -> None:
    full = camera(
        sub_url="rtsp://10.0.0.5/sub",
        code=CODE,
        address="10.0.0.6",
        make="某厂",
        place="东口北侧灯杆",
        place_kind="road",
        purpose="治安防范",
        sign_confirmed=True,
        filing_number="鄂公备 2025-001",
        filed_on=date(2025, 5, 1),
        longitude=114.3,
        latitude=30.6,
        retention_days=90,
    )
    assert found(full) == found(camera()) == []


@pytest.mark.parametrize(
    ("values", "name", "error"),
    [
        ({"name": " "}, "name", CameraNameMissing),
        ({"name": "长" * 201}, "name", TextInvalid),
        ({"make": "a\nb"}, "make", TextInvalid),
        ({"username": "a\x00b"}, "username", TextInvalid),
        ({"main_url": "rtsp://10.0.0.5/" + "x" * 1000}, "main_url", TextInvalid),
        ({"sub_url": "rtsp://8.8.8.8/x"}, "sub_url", AddressRefused),
        ({"address": "rtsp://10.0.0.5"}, "address", AddressUnreadable),
        ({"address": "cam.example"}, "address", HostNameRefused),
        ({"code": "4201020000132000000"}, "code", CodeInvalid),
        ({"code": "420102000013２0000001"}, "code", CodeInvalid),
        ({"code": CODE + "\n"}, "code", CodeInvalid),
        ({"code": "42010200001180000001"}, "code", CodeOfAnotherKind),
        ({"place_kind": "toilet"}, "place_kind", PlaceForbidden),
        ({"place_kind": "moon"}, "place_kind", PlaceKindUnknown),
        ({"place": "一楼女卫生间"}, "place", PlaceKindNeeded),
        ({"name": "Hotel room 12"}, "name", PlaceKindNeeded),
        ({"retention_days": 29}, "retention_days", RetentionTooShort),
        ({"retention_days": 0, "place_category": "private"}, "retention_days", RetentionInvalid),
        ({"retention_days": 9999}, "retention_days", RetentionInvalid),
        ({"longitude": 114.3}, "longitude", PositionInvalid),
        ({"longitude": 181.0, "latitude": 30.0}, "longitude", PositionInvalid),
        ({"longitude": float("nan"), "latitude": 30.0}, "longitude", PositionInvalid),
    ],
)
def test_what_is_wrong_is_named(values: dict[str, Any], name: str, error: type[CameraError]) -> None:
    assert found(camera(**values)) == [(name, error)]


def test_all_faults_of_a_camera_are_found_at_once() -> None:
    names = [name for name, _ in found(camera(name="", code="1", retention_days=1, longitude=1.0))]
    assert names == ["name", "code", "longitude", "retention_days"]


def test_retention_has_no_floor_of_30_days_where_article_17_asks_for_none() -> None:
    assert found(camera(retention_days=7, place_category="other_public")) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.forbidden], ids=lambda kind: kind.code)
def test_a_forbidden_place_is_refused_in_every_word_for_it_with_the_article(kind: Any) -> None:
    for word in (kind.code, kind.zh, *kind.words, kind.code.upper()):
        with pytest.raises(PlaceForbidden) as caught:
            parse_place_kind(f" {word} ")
        assert "article 8" in caught.value.message("en")
        assert "第八条" in caught.value.message("zh")


def test_a_stated_kind_answers_what_a_name_asks() -> None:
    assert found(camera(name="公厕外东口", place_kind="road")) == []
    assert parse_place_kind("路口") == "crossing" and parse_place_kind("") is None
    assert all(parse_place_kind(kind.zh) == kind.code for kind in ALLOWED)


def test_categories_are_understood_in_both_languages() -> None:
    assert (
        parse_place_category("重点公共场所") == parse_place_category("PUBLIC_SECURITY") == "public_security"
    )
    with pytest.raises(PlaceCategoryUnknown):
        parse_place_category("街上")


def test_the_address_follows_the_main_stream_until_somebody_says_another() -> None:
    one = camera()
    assert one.facts.address == "10.0.0.5"
    moved = replace(one, main_url="rtsp://10.0.0.9/main").settled(one)
    assert moved.facts.address == "10.0.0.9"
    own = camera(address="10.0.0.77")
    assert replace(own, main_url="rtsp://10.0.0.9/main").settled(own).facts.address == "10.0.0.77"


def test_changes_say_what_was_and_what_is() -> None:
    one = camera(code=CODE)
    two = one.with_values({"rules": ["fall"], "filed_on": date(2026, 1, 2), "name": "西口"})
    assert changes(one, two) == {
        "name": ["东口", "西口"],
        "rules": [["fall", "person_down"], ["fall"]],
        "filed_on": [None, "2026-01-02"],
    }
    assert changes(one, one) == {}
    assert changes(None, one) == {
        "unit_id": [None, 1],
        "name": [None, "东口"],
        "main_url": [None, "rtsp://10.0.0.5/main"],
        "code": [None, CODE],
        "address": [None, "10.0.0.5"],
    }
    assert Facts() == Configuration(unit_id=UnitId(1), name="", main_url="").facts
