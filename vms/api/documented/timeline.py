"""The call for a camera's timeline, as part of the table of calls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from alerts.alert import AlertKind, Severity, State
from streams.camera import ProfileName
from vms.api.documented.call import Call
from vms.api.documented.shapes import Shape
from vms.cameras.errors import CameraUnknown
from vms.timeline.errors import TimelineRangeInvalid
from vms.timeline.timeline import Cause

START: Final = "2026-11-05T08:00:00.000Z"
END: Final = "2026-11-05T08:20:00.000Z"


class GapShape(Shape):
    start_at: datetime
    end_at: datetime
    cause: Cause
    #: of a condition: its causes
    detail: list[str]


class SegmentShape(Shape):
    start_at: datetime
    end_at: datetime
    run: UUID
    bytes: int


class StretchShape(SegmentShape):
    segments: int


class AlertMarkShape(Shape):
    id: int
    kind: AlertKind
    severity: Severity
    state: State
    raised_at: datetime
    last_event_at: datetime
    ended_at: datetime | None


class HoldMarkShape(Shape):
    id: int
    start_at: datetime
    end_at: datetime
    reason: str
    owner: str


class TimelineShape(Shape):
    camera_id: int
    profile: ProfileName
    start_at: datetime
    end_at: datetime
    stretches: list[StretchShape]
    gaps: list[GapShape]
    alerts: list[AlertMarkShape]
    holds: list[HoldMarkShape]
    #: null unless it is asked for
    files: list[SegmentShape] | None


_RUN: Final = "6e0cf1a0-3f4c-4b55-9d0c-0d6b9a1f6f10"
GAP: Final[dict[str, Any]] = {
    "start_at": "2026-11-05T08:19:00.000Z",
    "end_at": END,
    "cause": "camera_offline",
    "detail": ["refused"],
}
TIMELINE: Final[dict[str, Any]] = {
    "camera_id": 1,
    "profile": "main",
    "start_at": START,
    "end_at": END,
    "stretches": [
        {"start_at": START, "end_at": GAP["start_at"], "run": _RUN, "segments": 19, "bytes": 570_000_000}
    ],
    "gaps": [GAP],
    "alerts": [
        {
            "id": 1,
            "kind": "fall",
            "severity": "critical",
            "state": "raised",
            "raised_at": START,
            "last_event_at": START,
            "ended_at": None,
        }
    ],
    "holds": [{"id": 1, "start_at": START, "end_at": END, "reason": "走失老人", "owner": "王芳"}],
    "files": None,
}

TIMELINE_CALLS: Final[Mapping[tuple[str, str], Call]] = {
    ("get", "/api/v1/cameras/{camera_id}/timeline"): Call(
        answer=TimelineShape, example=TIMELINE, errors=(CameraUnknown, TimelineRangeInvalid)
    ),
}
