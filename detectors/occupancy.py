"""How many persons the crowd rule says are in a zone, frame after frame: for holding it against counts by people.

The rule speaks only above its limit; this says what it would count with at any time.
"""

from collections import deque
from statistics import median

from detectors.rules.crowd import occupancy
from detectors.scene import Scene
from detectors.settings import CrowdSettings
from detectors.zones import Zone


class OccupancyMeter:
    """Of one zone of one run."""

    def __init__(self, zone: Zone, settings: CrowdSettings) -> None:
        self._zone = zone
        self._window_s = settings.window_s
        self._counts: deque[tuple[float, int]] = deque()

    def observe(self, scene: Scene) -> float | None:
        """The count as the rule smooths it; None where the counting network did not look."""
        if scene.persons is None:
            return None
        now = scene.media_time_s
        self._counts.append((now, occupancy(scene, self._zone)))
        while now - self._counts[0][0] > self._window_s:
            self._counts.popleft()
        return median(count for _, count in self._counts)
