"""What a rule states: that somebody fell, or that a place is too full. An event never changes and names nobody.

A rule, which knows neither wall time nor models, gives a Finding; the pipeline stamps it and it is an Event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

from streams.camera import CameraId

EventId = NewType("EventId", UUID)
EventKind = Literal["fall", "crowd"]
ZoneId = NewType("ZoneId", int)

EVENT_KINDS: tuple[EventKind, ...] = ("fall", "crowd")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFact:
    """Which network took part in a statement: evidence that can be checked years later."""

    name: str
    #: of the .onnx file, lower case hexadecimal
    sha256: str


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
