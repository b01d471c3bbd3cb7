"""Which alert an event belongs to, and how urgent it is. No clock, no database, no I/O.

Events of one camera, zone and kind belong to one alert as long as that is open; the database holds it to one.
"""

from collections.abc import Mapping

from alerts.alert import Severity
from detectors.event import Event, EventKind, Level

_SEVERITY: Mapping[EventKind, Severity] = {"fall": "critical", "person_down": "major", "crowd": "major"}
_SEVERITY_OF_LEVEL: Mapping[Level, Severity] = {
    "clear": "minor",
    "busy": "minor",
    "crowded": "major",
    "dangerous": "critical",
}
#: measurements that a card on the wall shows
_SHOWN = ("count", "limit", "at_least", "persons_per_m2")


def severity_of(event: Event) -> Severity:
    return _SEVERITY_OF_LEVEL[event.level] if event.level else _SEVERITY[event.kind]


def facts_of(event: Event) -> dict[str, float]:
    """What a room needs to judge the event at a glance."""
    shown = {name: event.measurements[name] for name in _SHOWN if name in event.measurements}
    return {"score": round(event.score, 3), **shown}
