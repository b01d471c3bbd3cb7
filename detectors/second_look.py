"""Looking again for those whom the pose network lost: who lies is often not found in the whole picture, but in a crop.

A crop that is not much larger than the person finds less: the network wants some ground around the body. Who is not found
at one size often is at another, and who lies may be found when the crop is turned by a quarter, so that the body stands:
the ways of looking take turns, and the one that found somebody is tried first the next time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from detectors.detection import Detection, is_twin
from detectors.detector import PoseDetector
from detectors.pose import QuarterTurns
from detectors.settings import DetectorSettings
from detectors.tracker import Track, TrackId
from streams.frame import Frame

_TURNS: tuple[QuarterTurns, ...] = (0, 1, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way of looking."""

    #: longer side of what the network sees, pixels
    size: int
    turned: QuarterTurns


@dataclass(slots=True, kw_only=True)
class _Search:
    """How one track is looked for."""

    #: ways that were tried since it was last found
    tried: int = 0
    #: the way that found it last
    found_by: _Way | None = None


class SecondLooks:
    """The second looks of one channel."""

    def __init__(self, settings: DetectorSettings) -> None:
        self._settings = settings
        # Both sizes upright before either is turned: who sits, stoops or stands half hidden is lost, too.
        self._ways = [_Way(size=size, turned=turned) for turned, size in product(_TURNS, settings.crop_sizes)]
        self._searches: dict[TrackId, _Search] = {}
        self._frames = 0

    def restart(self) -> None:
        self._searches.clear()

    def look(
        self, frame: Frame, pose: PoseDetector, missing: Sequence[Track], known: Sequence[Detection]
    ) -> tuple[list[Detection], int]:
        """Who of `missing` is found beside those `known` on this frame, and how often the network ran.

        At most `second_looks` are looked for on one frame; over some frames everybody has a turn.
        """
        self._frames += 1
        self._searches = {track.id: self._searches.get(track.id, _Search()) for track in missing}
        found: list[Detection] = []
        chosen = self._in_turn(missing)
        for track in chosen:
            found += self._look_for(frame, pose, track, [*known, *found])
        return found, len(chosen)

    def _in_turn(self, missing: Sequence[Track]) -> Sequence[Track]:
        if not missing:
            return ()
        first = self._frames % len(missing)
        return [*missing[first:], *missing[:first]][: self._settings.second_looks]

    def _look_for(
        self, frame: Frame, pose: PoseDetector, track: Track, known: Sequence[Detection]
    ) -> list[Detection]:
        search = self._searches[track.id]
        way = (
            search.found_by
            if search.found_by and not search.tried
            else self._ways[search.tried % len(self._ways)]
        )
        reach = self._settings.crop_margin * track.length
        detections = pose.look(
            frame,
            size=way.size,
            area=track.box.grown(reach),
            least=self._settings.turned_look_score if way.turned else self._settings.second_look_score,
            turned=way.turned,
        )
        new = [
            detection
            for detection in detections
            if track.box.distance(detection.box) <= reach
            and not any(is_twin(detection, other) for other in known)
        ]
        if new:
            search.found_by, search.tried = way, 0
        else:
            search.tried += 1
        return new[:1]
