"""The calls about health, as part of the table of calls: of cameras, of months, and of an alert about cameras."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from alerts.errors import AlertUnknown
from streams.camera import ProfileName
from streams.condition import ConditionState
from vms.api.documented.call import Call
from vms.api.documented.shapes import Fault, Named, Shape
from vms.cameras.camera_state import CameraState
from vms.cameras.errors import CameraUnknown, CursorInvalid
from vms.cameras.units.errors import UnitIdUnknown
from vms.health.errors import MonthInvalid

_AT: Final = "2026-11-05T12:00:00+00:00"


class OutageCameraShape(Shape):
    id: int
    name: str
    unit_name: str
    joined_at: datetime
    left_at: datetime | None
    state: ConditionState | None
    causes: list[str] | None
    error: Fault | None


class OutageShape(Shape):
    cameras: list[OutageCameraShape]
    next: int | None


class StreamShape(Shape):
    profile: ProfileName
    state: ConditionState | Literal["not_watched"]
    causes: list[str]
    error: Fault | None
    since: datetime | None


class CameraHealthShape(Shape):
    id: int
    name: str
    unit: Named
    enabled: bool
    state: CameraState
    streams: list[StreamShape]


class HealthPageShape(Shape):
    cameras: list[CameraHealthShape]
    next: str | None


class ConditionShape(Shape):
    profile: ProfileName
    state: ConditionState
    causes: list[str]
    error: Fault | None
    since: datetime
    #: null while it lasts
    until: datetime | None


class HistoryShape(Shape):
    conditions: list[ConditionShape]
    next: str | None


class SecondsShape(Shape):
    cameras: int
    seen_share: float | None
    watched_s: float
    down_s: float
    degraded_s: float
    unwatched_s: float


class UnitSecondsShape(SecondsShape):
    id: int
    path: str


class CameraSecondsShape(SecondsShape):
    id: int
    name: str
    unit: Named


class DowntimeShape(Shape):
    state: ConditionState
    cause: str | None
    cameras: int
    seconds: float


class AvailabilityShape(Shape):
    month: str
    since: datetime
    until: datetime
    unit: UnitSecondsShape | None
    total: SecondsShape
    units: list[UnitSecondsShape]
    downtime: list[DowntimeShape]
    worst: list[CameraSecondsShape]


_CONDITION: Final[dict[str, Any]] = {
    "profile": "main",
    "state": "offline",
    "causes": ["refused"],
    "error": {"code": "camera_refused", "message": {"en": "The camera refuses.", "zh": "摄像机拒绝连接。"}},
    "since": _AT,
}
_SECONDS: Final[dict[str, Any]] = {
    "cameras": 12,
    "seen_share": 0.998,
    "watched_s": 2592000.0,
    "down_s": 5184.0,
    "degraded_s": 0.0,
    "unwatched_s": 0.0,
}
_UNIT: Final[dict[str, Any]] = {"id": 1, "path": "示范社区", **_SECONDS}
_CAMERA: Final[dict[str, Any]] = {"id": 1, "name": "东口", "unit": {"id": 1, "name": "示范社区"}}

HEALTH_CALLS: Final[Mapping[tuple[str, str], Call]] = {
    ("get", "/api/v1/health/cameras"): Call(
        answer=HealthPageShape,
        example={
            "cameras": [{**_CAMERA, "enabled": True, "state": "offline", "streams": [_CONDITION]}],
            "next": None,
        },
        errors=(CursorInvalid, UnitIdUnknown),
    ),
    ("get", "/api/v1/cameras/{camera_id}/health"): Call(
        answer=HistoryShape,
        example={"conditions": [{**_CONDITION, "until": None}], "next": None},
        errors=(CameraUnknown, CursorInvalid),
    ),
    ("get", "/api/v1/alerts/{alert_id}/cameras"): Call(
        answer=OutageShape,
        example={
            "cameras": [
                {
                    "id": 1,
                    "name": "东口",
                    "unit_name": "示范社区",
                    "joined_at": _AT,
                    "left_at": None,
                    "state": "offline",
                    "causes": ["refused"],
                    "error": None,
                }
            ],
            "next": None,
        },
        errors=(AlertUnknown,),
    ),
    ("get", "/api/v1/health/availability"): Call(
        answer=AvailabilityShape,
        example={
            "month": "2026-11",
            "since": _AT,
            "until": _AT,
            "unit": _UNIT,
            "total": _SECONDS,
            "units": [_UNIT],
            "downtime": [{"state": "offline", "cause": "refused", "cameras": 1, "seconds": 5184.0}],
            "worst": [{**_CAMERA, **_SECONDS, "cameras": 1}],
        },
        errors=(MonthInvalid, UnitIdUnknown, CameraUnknown),
    ),
}
