"""One subject followed across frames by place alone: nobody is recognised, and who leaves and returns is a new track.

Detections are given to tracks greedily, the best pair first, by where walking on would have brought them: the network
now and then states a second person half a step behind who walks. A fall turns a tall box into a wide one within two frames,
so overlap alone would lose exactly who matters: nearness of the centres, measured in box lengths, counts as well.
Deterministic: the same detections at the same times give the same tracks and ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NewType

from detectors.detection import Box, Detection, Pose, is_twin
from detectors.settings import TrackerSettings

TrackId = NewType("TrackId", int)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    #: counts from 1 within one camera and run
    id: TrackId
    #: where it was last seen, pixels
    box: Box
    pose: Pose | None
    #: of the last detection
    score: float
    #: media time of the first and of the latest sighting, seconds
    first_seen_s: float
    seen_s: float
    #: how often it was seen
    sightings: int
    #: of the centre of the box, smoothed, pixels a second
    velocity: tuple[float, float] = (0.0, 0.0)

    @property
    def length(self) -> float:
        """The longer side of the box, pixels: about a body length, standing or lying."""
        return max(self.box.width, self.box.height)


class Tracker:
    """Follows the subjects of one camera. `restart` forgets them all: PTS begins again with every run."""

    def __init__(self, settings: TrackerSettings) -> None:
        self._settings = settings
        self._tracks: list[Track] = []
        self._last_id = 0

    def restart(self) -> None:
        self._tracks = []

    @property
    def idle(self) -> bool:
        """Nobody is followed, and nobody has just come into sight."""
        return not self._tracks

    def missing(self, detections: Sequence[Detection], at_s: float) -> tuple[Track, ...]:
        """The tracks that none of these detections would continue, most seen first; changes nothing."""
        matched = {track for track, _ in self._match(_without_twins(detections), at_s)}
        rest = [track for i, track in enumerate(self._tracks) if i not in matched and self._counts(track)]
        return tuple(sorted(rest, key=lambda track: (-track.sightings, track.id)))

    def update(self, detections: Sequence[Detection], at_s: float) -> tuple[Track, ...]:
        """The tracks after this frame, ordered by id; those not yet confirmed are left out.

        Who is out of sight keeps the last box and pose until `lost_after_s` has passed; `seen_s` tells.
        """
        distinct = _without_twins(detections)
        pairs = dict(self._match(distinct, at_s))
        kept = [
            _continued(track, distinct[pairs[i]], at_s) if i in pairs else track
            for i, track in enumerate(self._tracks)
            if i in pairs or at_s - track.seen_s <= self._patience(track)
        ]
        taken = set(pairs.values())
        for i, detection in enumerate(distinct):
            if i not in taken and detection.score >= self._settings.start_score:
                kept.append(self._started(detection, at_s))
        self._tracks = kept
        return tuple(track for track in kept if self._counts(track))

    def _counts(self, track: Track) -> bool:
        return track.sightings >= 2 and track.seen_s - track.first_seen_s >= self._settings.confirm_s

    def _patience(self, track: Track) -> float:
        """Seconds that a track is kept unseen: what was seen for a moment only is soon forgotten."""
        return self._settings.lost_after_s if self._counts(track) else self._settings.confirm_s

    def _expected(self, track: Track, unseen_s: float) -> Box:
        """Where it is if it went on as it did; for a moment only: who falls does not go on."""
        on_s = min(unseen_s, self._settings.goes_on_s)
        return track.box.moved(track.velocity[0] * on_s, track.velocity[1] * on_s)

    def _match(self, detections: Sequence[Detection], at_s: float) -> list[tuple[int, int]]:
        """Pairs of indices into the tracks and the detections, each at most once."""
        offers = []
        for i, track in enumerate(self._tracks):
            unseen_s = max(0.0, at_s - track.seen_s)
            settings = self._settings
            reach = min(settings.reach_most, settings.reach + settings.reach_growth * unseen_s) * track.length
            expected = self._expected(track, unseen_s)
            for j, detection in enumerate(detections):
                distance = expected.distance(detection.box)
                if distance <= reach:
                    likeness = expected.overlap(detection.box) + 0.5 * (1 - distance / reach)
                    offers.append((-likeness, track.id, i, j))
        pairs: list[tuple[int, int]] = []
        for _, _, i, j in sorted(offers):
            if all(i != a and j != b for a, b in pairs):
                pairs.append((i, j))
        return pairs

    def _started(self, detection: Detection, at_s: float) -> Track:
        self._last_id += 1
        return Track(
            id=TrackId(self._last_id),
            box=detection.box,
            pose=detection.pose,
            score=detection.score,
            first_seen_s=at_s,
            seen_s=at_s,
            sightings=1,
        )


def _continued(track: Track, detection: Detection, at_s: float) -> Track:
    return replace(
        track,
        box=detection.box,
        pose=detection.pose,
        score=detection.score,
        seen_s=at_s,
        sightings=track.sightings + 1,
        velocity=_velocity(track, detection.box, at_s),
    )


def _velocity(track: Track, box: Box, at_s: float) -> tuple[float, float]:
    """Half of what it was, half of what it is now: one box that jumps is not believed."""
    passed_s = at_s - track.seen_s
    if passed_s <= 0:
        return track.velocity
    was, now = track.box.centre, box.centre
    x, y = ((now[axis] - was[axis]) / passed_s for axis in (0, 1))
    return (track.velocity[0] + x) / 2, (track.velocity[1] + y) / 2


def _without_twins(detections: Sequence[Detection]) -> list[Detection]:
    """One detection per person: the pose network states some people twice. The better score stays."""
    kept: list[Detection] = []
    for detection in sorted(detections, key=lambda d: -d.score):
        if not any(is_twin(detection, other) for other in kept):
            kept.append(detection)
    return kept
