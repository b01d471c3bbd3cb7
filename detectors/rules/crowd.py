"""`crowd`: more persons in a zone than it may hold, for some seconds. One finding per rise.

The count is the median of the last seconds, because a detector loses and doubles persons from frame to frame; it must
stay above the limit for `enter_s`, and the zone must stay at or below the lower mark for `leave_s` before the rule can
speak again: a place that hovers at its limit makes one alert, not twenty.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from detectors.event import Finding
from detectors.scene import Scene
from detectors.settings import CrowdSettings
from detectors.zones import Zone

VERSION = "crowd-1"


@dataclass(slots=True, kw_only=True)
class _Watch:
    """What is known about one zone."""

    #: (media time, persons), oldest first
    counts: deque[tuple[float, int]] = field(default_factory=deque)
    above_since_s: float | None = None
    below_since_s: float | None = None
    #: stated and not yet over
    full: bool = False


class CrowdRule:
    def __init__(self, *, zones: Sequence[Zone], settings: CrowdSettings) -> None:
        self._settings = settings
        self._watches = [(zone, _Watch()) for zone in zones if "crowd" in zone.rules]

    def observe(self, scene: Scene) -> tuple[Finding, ...]:
        """What this scene adds; nothing where the counting network did not look."""
        if scene.persons is None:
            return ()
        findings = (self._observe_zone(scene, zone, watch) for zone, watch in self._watches)
        return tuple(finding for finding in findings if finding is not None)

    def restart(self) -> None:
        """A new run: media time begins again. A zone that was full stays so, or a reconnect would state it twice."""
        for _, watch in self._watches:
            watch.counts.clear()
            watch.above_since_s = watch.below_since_s = None

    def _observe_zone(self, scene: Scene, zone: Zone, watch: _Watch) -> Finding | None:
        now = scene.media_time_s
        count = self._smoothed(watch, now, occupancy(scene, zone))
        above, below = count > zone.crowd_limit, count <= self._settings.leave_share * zone.crowd_limit
        watch.above_since_s = (now if watch.above_since_s is None else watch.above_since_s) if above else None
        watch.below_since_s = (now if watch.below_since_s is None else watch.below_since_s) if below else None
        if watch.full:
            if watch.below_since_s is not None and now - watch.below_since_s >= self._settings.leave_s:
                watch.full = False
            return None
        if watch.above_since_s is None or now - watch.above_since_s < self._settings.enter_s:
            return None
        watch.full = True
        return _finding(zone, count, held_s=now - watch.above_since_s)

    def _smoothed(self, watch: _Watch, now: float, count: int) -> float:
        watch.counts.append((now, count))
        while now - watch.counts[0][0] > self._settings.window_s:
            watch.counts.popleft()
        return median(persons for _, persons in watch.counts)


def occupancy(scene: Scene, zone: Zone) -> int:
    """Persons whose feet are in the zone."""
    return sum(scene.stands_in(zone, person.box) for person in scene.persons or ())


def _finding(zone: Zone, count: float, *, held_s: float) -> Finding:
    surplus = count / zone.crowd_limit - 1.0
    return Finding(
        kind="crowd",
        zone_id=zone.id,
        zone_name=zone.name,
        track=None,
        score=round(min(1.0, 0.5 + surplus), 3),
        measurements={"count": float(count), "limit": float(zone.crowd_limit), "held_s": round(held_s, 2)},
        level="crowded",
    )
