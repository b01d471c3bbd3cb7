"""How many persons are in a zone, and whether that is all of them: the one count that rule, evaluation and pictures share.

Persons are counted by their feet. Boxes come already followed over time (person_tracker); points and the cells of a density
map are summed by weight and smoothed here, by the median of the last seconds.

A box network misses whom it sees too small, or behind others, or in too many. There the count is a least one: it says so.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from detectors.detection import Detection
from detectors.person_tracker import is_box
from detectors.scene import Scene
from detectors.settings import CrowdSettings
from detectors.zones import Zone

#: share of a box that one nearer the camera covers, from which on its person is half hidden
_HALF = 0.5
#: fewer persons than this hide nobody else
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    #: persons; a sum of weights need not be whole
    count: float
    #: whether there may well be more
    at_least: bool


class OccupancyMeter:
    """Of one zone of one run."""

    def __init__(self, zone: Zone, settings: CrowdSettings) -> None:
        self._zone = zone
        self._settings = settings
        #: (media time, persons that are no boxes, whether the count was doubtful), oldest first
        self._looks: deque[tuple[float, float, bool]] = deque()

    def restart(self) -> None:
        self._looks.clear()

    def observe(self, scene: Scene) -> Occupancy | None:
        """None where the counting network did not look."""
        if scene.persons is None:
            return None
        inside = [person for person in scene.persons if scene.stands_in(self._zone, person.box)]
        boxes = [person for person in inside if is_box(person)]
        others = sum(person.weight for person in inside if not is_box(person))
        now = scene.media_time_s
        self._looks.append((now, others, self._doubtful(scene, boxes)))
        while now - self._looks[0][0] > self._settings.window_s:
            self._looks.popleft()
        return Occupancy(
            count=len(boxes) + median(persons for _, persons, _ in self._looks),
            at_least=2 * sum(doubtful for _, _, doubtful in self._looks) > len(self._looks),
        )

    def _doubtful(self, scene: Scene, boxes: Sequence[Detection]) -> bool:
        """Whether a box network may well have missed somebody among these."""
        settings = self._settings
        if not boxes:
            return False
        if len(boxes) >= settings.most_counted or self._height_px(scene, boxes) < settings.least_height_px:
            return True
        hidden = sum(_half_hidden(person, boxes) for person in boxes)
        return len(boxes) >= _FEW and hidden >= settings.hidden_share * len(boxes)

    def _height_px(self, scene: Scene, boxes: Sequence[Detection]) -> float:
        """How tall people are in the network's input: at the far end of measured ground, else in the middle of them."""
        ground = self._zone.ground
        if ground is None:
            height_px = median(person.box.height for person in boxes)
        else:
            height_px = min(ground.body_px(corner, scene.width) for corner in self._zone.polygon)
        return height_px * scene.person_scale


def _half_hidden(person: Detection, others: Sequence[Detection]) -> bool:
    """Behind one other who stands nearer the camera, lower in the picture."""
    return any(
        other.box.bottom > person.box.bottom and person.box.within(other.box) >= _HALF for other in others
    )
