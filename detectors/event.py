"""What a rule states: that somebody fell or lies, or how full a place is. An event never changes and names nobody.

A rule, which knows neither wall time nor models, gives a Finding; the pipeline stamps it and it is an Event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

from streams.camera import CameraId

EventId = NewType("EventId", UUID)
EventKind = Literal["fall", "person_down", "crowd"]
#: how full a zone is
Level = Literal["clear", "busy", "crowded", "dangerous"]
ZoneId = NewType("ZoneId", int)

EVENT_KINDS: tuple[EventKind, ...] = ("fall", "person_down", "crowd")
#: from empty to full
LEVELS: tuple[Level, ...] = ("clear", "busy", "crowded", "dangerous")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFact:
    """Which network took part in a statement: evidence that can be checked years later."""

    name: str
    #: of the .onnx file, lower case hexadecimal
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One measurement over time: what a chart of an event draws."""

    #: as in `measurements`: the unit is in the name, or it is a count or a fraction
    name: str
    #: media times, seconds, rising
    at_s: tuple[float, ...]
    #: as many as times; None where it could not be measured
    values: tuple[float | None, ...]
    #: the mark that the rule compares it with; None where there is none
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule says about one scene."""

    kind: EventKind
    zone_id: ZoneId | None
    zone_name: str | None
    #: id of the track that it is about, within one camera and run; None for a crowd
    track: int | None
    #: 0 to 1, how much the evidence exceeds what the rule asks
    score: float
    #: name to number; the unit is in the name (`_s`, `_deg`) or the number is a count or a fraction
    measurements: Mapping[str, float]
    #: of a crowd
    level: Level | None = None
    #: False where it eases: such a finding never raises an alert, it joins the one there is
    rising: bool = True
    #: what was measured before and while the rule made up its mind
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An immutable statement by a rule that something happened."""

    id: EventId
    camera_id: CameraId
    kind: EventKind
    zone_id: ZoneId | None
    zone_name: str | None
    track: int | None
    score: float
    #: media time of the frame on which the rule made up its mind, seconds
    media_time_s: float
    #: wall time of that frame, aware UTC
    occurred_at: datetime
    rule_version: str
    models: tuple[ModelFact, ...]
    measurements: Mapping[str, float]
    #: see Finding
    level: Level | None = None
    rising: bool = True
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What people are shown with an event, JPEG."""

    #: the frame of the event, drawn on
    snapshot: bytes
    #: five frames side by side, from before to the event itself; None where they were not kept
    strip: bytes | None = None
