"""What devices report and what it means here."""

from datetime import UTC, datetime

import pytest

from streams.onvif.topics import DeviceEvent, events_of, kind_of, time_of
from streams.onvif.xml import parse_xml
from tests.fakes import onvif_answers as say
from tests.fakes.onvif_answers import FakeEvent

AT = datetime(2026, 3, 14, 8, 0, 1, tzinfo=UTC)


def heard(topic: str, name: str = "State", value: str = "true") -> DeviceEvent | None:
    event = FakeEvent(topic=topic, name=name, value=value, at=AT)
    (found,) = events_of(parse_xml(say.pulled([event], AT, AT)))
    return found


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("tns1:RuleEngine/CellMotionDetector/Motion", "motion"),
        (" tns1:VideoSource/MotionAlarm\n", "motion"),
        ("tns1:RuleEngine/tnshik:MotionRegionDetector/tns1:Motion", "motion"),
        ("tns1:VideoSource/ImageTooDark/ImagingService", "tamper"),
        ("tns1:VideoSource/GlobalSceneChange/AnalyticsService", "tamper"),
        ("tns1:RuleEngine/TamperDetector/Tamper", "tamper"),
        ("tns1:VideoSource/SignalLoss", "video_loss"),
        ("tns1:VideoSource/SignalLossless", None),
        ("tns1:RuleEngine/CellMotionDetector", None),
        ("tns1:RuleEngine/FaceDetector/Face", None),
        ("tns1:Device/Trigger/DigitalInput", None),
        ("", None),
        ("/" * 1000, None),
    ],
)
def test_a_topic_is_of_one_kind_or_not_looked_at(topic: str, kind: str | None) -> None:
    assert kind_of(topic) == kind


@pytest.mark.parametrize(
    ("name", "value", "active"),
    [
        ("IsMotion", "true", True),
        ("IsMotion", "1", True),
        ("State", "False", False),
        ("State", "0", False),
        ("State", "perhaps", None),
        ("State", "", None),
        ("Score", "true", None),
    ],
)
def test_an_event_begins_or_ends_or_is_not_understood(name: str, value: str, active: bool | None) -> None:
    event = heard("tns1:VideoSource/MotionAlarm", name, value)
    assert (None if event is None else event.active) is active


def test_an_event_names_its_detector_and_the_devices_own_time() -> None:
    event = heard("tns1:VideoSource/MotionAlarm")
    assert event == DeviceEvent(
        kind="motion", active=True, detector="tns1:VideoSource/MotionAlarm VideoSource_1", said_at=AT
    )


def test_a_notification_without_anything_is_passed_over() -> None:
    root = parse_xml(
        b"<a><NotificationMessage/><NotificationMessage><Topic/><Data/></NotificationMessage></a>"
    )
    assert list(events_of(root)) == [None, None]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-14T08:00:01Z", AT),
        ("2026-03-14T08:00:01", AT),
        ("2026-03-14T16:00:01+08:00", AT),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_times_are_utc_or_none(text: str, at: datetime | None) -> None:
    assert time_of(text) == at
