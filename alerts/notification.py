"""One message about an alert to one room, and how an alert is written into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.alert import Alert, AlertId, NotificationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    room_id: int
    #: 1, 2, 3 … within the room, in commit order, without a hole
    seq: int
    alert_id: AlertId
    kind: NotificationKind
    #: wall time at which it was written
    at: datetime
    #: the alert as it was then, as `alert_as_json` writes it
    alert: Mapping[str, object]


def alert_as_json(alert: Alert) -> dict[str, object]:
    """The alert as programs and the console read it, over HTTP and in notifications alike."""
    return {
        "id": alert.id,
        "camera": {"id": alert.camera_id, "name": alert.camera_name},
        "zone": {"id": alert.zone_id, "name": alert.zone_name} if alert.zone_id is not None else None,
        "kind": alert.kind,
        "level": alert.level,
        "severity": alert.severity,
        "state": alert.state,
        "raised_at": alert.raised_at.isoformat(),
        "last_event_at": alert.last_event_at.isoformat(),
        "event_count": alert.event_count,
        "facts": dict(alert.facts),
        "taken_by": alert.taken_by,
        "taken_at": alert.taken_at.isoformat() if alert.taken_at else None,
        "ended_at": alert.ended_at.isoformat() if alert.ended_at else None,
        "note": alert.note,
        "outage": dict(alert.outage) if alert.outage is not None else None,
        "snapshot_url": None if alert.outage is not None else f"/api/v1/alerts/{alert.id}/snapshot.jpg",
    }
