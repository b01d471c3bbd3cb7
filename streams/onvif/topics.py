"""What devices report, as a table: topics of makers and of the standard, and what each means here. No I/O.

Only what a camera says of its own picture is taken: movement, tampering, loss of video. What makers' analytics say of
people is not looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from xml.etree.ElementTree import Element

from streams.onvif.xml import descendant, descendants, text_of

DeviceEventKind = Literal["motion", "tamper", "video_loss"]

#: topic without prefixes, and whatever stands below it -> kind
TOPICS: Final[tuple[tuple[str, DeviceEventKind], ...]] = (
    ("RuleEngine/CellMotionDetector/Motion", "motion"),
    ("RuleEngine/MotionRegionDetector/Motion", "motion"),
    ("VideoSource/MotionAlarm", "motion"),
    ("RuleEngine/TamperDetector/Tamper", "tamper"),
    ("VideoSource/GlobalSceneChange", "tamper"),
    ("VideoSource/ImageTooBlurry", "tamper"),
    ("VideoSource/ImageTooBright", "tamper"),
    ("VideoSource/ImageTooDark", "tamper"),
    ("VideoSource/SignalLoss", "video_loss"),
    ("MediaControl/VideoLoss", "video_loss"),
)
#: the item of a message that says whether it is so
_STATES: Final = frozenset({"State", "IsMotion", "IsTamper", "IsVideoLoss"})
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvent:
    """A device says that something began (`active`) or ended; it says so again whenever it is asked anew."""

    kind: DeviceEventKind
    active: bool
    #: topic, and the part of the device: what one detector ends, another may still see
    detector: str
    #: the device's own time, which may be wrong; None where it does not say
    said_at: datetime | None


def kind_of(topic: str) -> DeviceEventKind | None:
    """`tns1:VideoSource/tnsx:MotionAlarm` -> motion; None of a topic that is not looked at."""
    path = "/".join(part.rpartition(":")[2] for part in topic.strip().split("/"))
    for known, kind in TOPICS:
        if path == known or path.startswith(f"{known}/"):
            return kind
    return None


def events_of(answer: Element) -> Iterator[DeviceEvent | None]:
    """Each notification of an answer to PullMessages; None for one that is not looked at."""
    for message in descendants(answer, "NotificationMessage"):
        yield _event(message)


def _event(message: Element) -> DeviceEvent | None:
    topic = text_of(message, "Topic")[:_LONGEST]
    kind = kind_of(topic)
    data = descendant(message, "Data")
    if kind is None or data is None:
        return None
    states = [item.get("Value", "").lower() for item in _items(data) if item.get("Name") in _STATES]
    if len(states) != 1 or states[0] not in _TRUTH:
        return None
    source = descendant(message, "Source")
    names = [item.get("Value", "") for item in _items(source)] if source is not None else []
    said = next(
        (each.get("UtcTime", "") for each in descendants(message, "Message") if each.get("UtcTime")), ""
    )
    return DeviceEvent(
        kind=kind,
        active=_TRUTH[states[0]],
        detector=" ".join([topic, *names])[:_LONGEST],
        said_at=time_of(said),
    )


def _items(parent: Element) -> list[Element]:
    return list(descendants(parent, "SimpleItem"))


def time_of(text: str) -> datetime | None:
    """An aware time of XML schema; what names no zone is UTC, as ONVIF wants it. None of what is no time."""
    try:
        at = datetime.fromisoformat(text.strip()[:40])
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
