"""Short ways to say how cameras are, for tests of outages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.alert import AlertId
from alerts.outages.outage import Down, Member, Running
from streams.camera import CameraId

NOON = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)


def before(seconds: float) -> datetime:
    return NOON - timedelta(seconds=seconds)


def down(camera: int, for_s: float = 10, *, units: tuple[int, ...] = (1,), **changes: Any) -> Down:
    values: dict[str, Any] = {
        "camera_id": CameraId(camera),
        "kind": "camera_offline",
        "since": before(for_s),
        "starting": False,
        "never": False,
        "units": units,
        "network": f"10.0.{camera}.0/24",
    }
    return Down(**{**values, **changes})


def member(camera: int, *, up_s: float | None = None, **changes: Any) -> Member:
    """Down, or back for so many seconds."""
    values: dict[str, Any] = {
        "camera_id": CameraId(camera),
        "down": up_s is None,
        "gone": False,
        "up_since": None if up_s is None else before(up_s),
        "outages": 1,
    }
    return Member(**{**values, **changes})


def running(*members: Member, alert: int = 7, **changes: Any) -> Running:
    values: dict[str, Any] = {
        "alert_id": AlertId(alert),
        "kind": "camera_offline",
        "open": True,
        "severity": "minor",
        "raised_at": before(100),
        "grew_at": before(100),
        "told_at": before(100),
        "members": members,
    }
    return Running(**{**values, **changes})
