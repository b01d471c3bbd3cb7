"""An alert and its lifecycle: the table of states and verbs. No clock, no database, no I/O.

The same table stands in the database (`alert_verb`), which refuses a transition that is not in it; a test holds the
two equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType, TypeAlias

from detectors.event import EventKind, Level

AlertId = NewType("AlertId", int)
#: about the cameras themselves: they cannot be reached, or what they show is not what they are there for
DeviceKind: TypeAlias = Literal["camera_offline", "camera_blind", "camera_unrecorded"]
AlertKind: TypeAlias = EventKind | DeviceKind
State: TypeAlias = Literal["raised", "acknowledged", "dispatched", "resolved", "dismissed"]
#: what a person may do
Verb: TypeAlias = Literal["acknowledge", "dispatch", "resolve", "dismiss"]
#: what the system does beside raising: what the alert was about is over by itself
SystemVerb: TypeAlias = Literal["recover"]
Severity: TypeAlias = Literal["critical", "major", "minor"]
NotificationKind: TypeAlias = Literal[
    "raised", "repeated", "eased", "acknowledged", "dispatched", "resolved", "dismissed"
]

#: (state, verb) -> state
TRANSITIONS: Mapping[tuple[State, Verb | SystemVerb], State] = {
    ("raised", "acknowledge"): "acknowledged",
    ("raised", "dismiss"): "dismissed",
    ("raised", "recover"): "resolved",
    ("acknowledged", "dispatch"): "dispatched",
    ("acknowledged", "resolve"): "resolved",
    ("acknowledged", "dismiss"): "dismissed",
    ("acknowledged", "recover"): "resolved",
    ("dispatched", "resolve"): "resolved",
    ("dispatched", "dismiss"): "dismissed",
    ("dispatched", "recover"): "resolved",
}

OPEN: frozenset[State] = frozenset({"raised", "acknowledged", "dispatched"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert as a room is shown it."""

    id: AlertId
    #: of several, the one that went first
    camera_id: int
    camera_name: str
    zone_id: int | None
    zone_name: str | None
    kind: AlertKind
    #: of a crowd, as its latest event says
    level: Level | None
    severity: Severity
    state: State
    #: wall time of the first and of the latest event
    raised_at: datetime
    last_event_at: datetime
    event_count: int
    #: what the latest event measured: `score`; of a crowd `count`, `limit` or `persons_per_m2`, and `at_least` where it is
    facts: Mapping[str, float]
    taken_by: str | None
    taken_at: datetime | None
    ended_at: datetime | None
    note: str
    #: of an alert about cameras, as alerts/outages/outage.py writes it
    outage: Mapping[str, object] | None
