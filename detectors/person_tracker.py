"""Whom the counting network sees, held together over time, so that a count is of persons and not of boxes of one frame.

A box at or above the network's own threshold is sure, one below it doubtful (Zhang et al. 2022, ByteTrack). A sure box may
begin somebody; a doubtful one only goes on with somebody who was sure a moment ago. Who is seen once, and not clearly, is
a ghost until seen again; who is lost for some frames, behind another or a pillar, still counts where walking on would put
them. By place alone: nobody is recognised. Deterministic.

Points, and cells of a density map, are no boxes: they pass unchanged, and are smoothed where they are counted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.detection import Box, Detection
from detectors.settings import PersonSettings

#: most seconds for which somebody unseen is taken to walk on
_WALKS_ON_S = 1.5
#: how much taller or smaller somebody may look at the next sight
_MOST_GROWTH = 1.8
#: share of a new step in what is known of somebody's walk
_NEWS = 0.5


@dataclass(slots=True, kw_only=True)
class _Person:
    box: Box
    #: the best score so far
    best: float
    #: media times, seconds: first and latest seen, latest surely seen
    first_s: float
    seen_s: float
    sure_s: float
    sights: int = 1
    #: pixels a second
    walk: tuple[float, float] = (0.0, 0.0)

    def expected(self, at_s: float) -> Box:
        """Where walking on would put them."""
        for_s = min(max(0.0, at_s - self.seen_s), _WALKS_ON_S)
        return self.box.moved(self.walk[0] * for_s, self.walk[1] * for_s)


def is_box(detection: Detection) -> bool:
    """Whether it is a body that can be followed; points and cells of a density map are not."""
    return detection.weight == 1.0 and detection.box.area > 0


class PersonTracker:
    """Of one camera. `restart` forgets everybody: PTS begins again with every run."""

    def __init__(self, settings: PersonSettings, *, sure: float) -> None:
        """`sure`: the score from which on the network's own manifest takes a box for a person."""
        self._settings = settings
        self._sure = sure
        self._persons: list[_Person] = []
        self._others: tuple[Detection, ...] = ()
        self._began_s: float | None = None

    @property
    def idle(self) -> bool:
        """Nobody is there, not even somebody seen once."""
        return not self._persons and not self._others

    @property
    def least(self) -> float:
        """The least score that it can use."""
        return self._settings.doubtful_share * self._sure

    def restart(self) -> None:
        self._persons, self._others = [], ()
        self._began_s = None

    def update(
        self, detections: Sequence[Detection], at_s: float, *, width: int, height: int
    ) -> tuple[Detection, ...]:
        """Who is there after this look, in the order in which they came; `width` and `height` of the frame, pixels."""
        if self._began_s is None:
            self._began_s = at_s
        boxes = [detection for detection in detections if is_box(detection)]
        sure = [box for box in boxes if box.score >= self._sure]
        doubtful = [box for box in boxes if box.score < self._sure]
        waiting = list(self._persons)
        new = self._go_on(waiting, sure, at_s)
        self._go_on(waiting, doubtful, at_s)
        for detection in new:
            self._persons.append(
                _Person(box=detection.box, best=detection.score, first_s=at_s, seen_s=at_s, sure_s=at_s)
            )
        self._persons = [person for person in self._persons if self._keeps(person, at_s, width, height)]
        counted = [
            Detection(box=person.expected(at_s), score=person.best)
            for person in self._persons
            if self._counts(person)
        ]
        self._others = tuple(
            detection
            for detection in detections
            if not is_box(detection) and (detection.weight != 1.0 or detection.score >= self._sure)
        )
        return (*counted, *self._others)

    def _go_on(self, waiting: list[_Person], detections: Sequence[Detection], at_s: float) -> list[Detection]:
        """Give detections to those who wait, the best pair first; takes them out of `waiting`, returns what is left."""
        offers = []
        centres = [detection.box.centre for detection in detections]
        for i, person in enumerate(waiting):
            expected = person.expected(at_s)
            reach, (x, y) = self._reach(person, at_s) * expected.height, expected.centre
            for j, (at_x, at_y) in enumerate(centres):
                if abs(x - at_x) > reach or abs(y - at_y) > reach:
                    continue
                box, distance = detections[j].box, math.hypot(x - at_x, y - at_y)
                if distance <= reach and 1 / _MOST_GROWTH < box.height / expected.height < _MOST_GROWTH:
                    likeness = expected.overlap(box) + 0.5 * (1 - distance / reach)
                    offers.append((-likeness, i, j))
        found: set[int] = set()
        taken: set[int] = set()
        for _, i, j in sorted(offers):
            if i not in found and j not in taken:
                found.add(i)
                taken.add(j)
                self._see(waiting[i], detections[j], at_s)
        waiting[:] = [person for i, person in enumerate(waiting) if i not in found]
        return [detection for j, detection in enumerate(detections) if j not in taken]

    def _reach(self, person: _Person, at_s: float) -> float:
        """In own heights. It grows while somebody is unseen; whose walk is not yet known may be anywhere around."""
        unseen_s = max(0.0, at_s - person.seen_s)
        first = 1.0 if person.sights > 1 else 1.6
        return self._settings.reach * first + self._settings.reach_growth * unseen_s

    def _see(self, person: _Person, detection: Detection, at_s: float) -> None:
        passed_s = max(1e-3, at_s - person.seen_s)
        (x, y), (was_x, was_y) = detection.box.centre, person.box.centre
        step = (x - was_x) / passed_s, (y - was_y) / passed_s
        news = _NEWS if person.sights > 1 else 1.0
        person.walk = tuple(  # type: ignore[assignment]
            (1 - news) * before + news * now for before, now in zip(person.walk, step, strict=True)
        )
        person.box, person.seen_s, person.sights = detection.box, at_s, person.sights + 1
        person.best = max(person.best, detection.score)
        if detection.score >= self._sure:
            person.sure_s = at_s

    def _keeps(self, person: _Person, at_s: float, width: int, height: int) -> bool:
        if at_s - person.sure_s > self._settings.doubt_s:
            return False
        unseen_s = at_s - person.seen_s
        if not self._counts(person):
            return unseen_s <= self._settings.again_s
        return unseen_s <= 0 or (
            unseen_s <= self._settings.lost_after_s and not _leaves(person.expected(at_s), width, height)
        )

    def _counts(self, person: _Person) -> bool:
        at_once = self._settings.at_once_share * self._sure
        return person.sights > 1 or person.best >= at_once or person.first_s == self._began_s


def _leaves(box: Box, width: int, height: int) -> bool:
    """Whether who was last seen there has gone out of the picture rather than behind something."""
    margin = 0.02 * width
    return box.left < margin or box.right > width - margin or box.top <= 0 or box.bottom >= height - 1
