"""`person_down`: somebody lies on the ground and does not move. Nobody needs to have seen the fall.

Four things must hold together over the last `dwell_s`; lengths are shares of the person's own length, lying:

1. lying: trunk near the horizontal, box wider than tall;
2. on the ground, hips and all: who kneels or is on all fours has upright thighs under the hips;
3. still: shoulders and body stay where they are; who crawls or exercises does not;
4. seen so: in most of the frames, and hardly ever otherwise.

One finding per lying, whichever tracks show it: who is lost and found again at the same place lies on. None where the
fall was stated already. The lying is over once the same person is upright, or unseen for `forget_s`. It cannot tell a
bed from the ground: a zone that leaves the bed out can.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from detectors.curves import Points, curve_of
from detectors.detection import SHOULDERS, Box
from detectors.event import Curve, Finding
from detectors.posture import Posture, read_posture
from detectors.rules.bounds import Bounds
from detectors.scene import Scene
from detectors.settings import PersonDownSettings
from detectors.tracker import Track, TrackId
from detectors.zones import Zone

VERSION = "person-down-1"

#: times upright, one after another, that end a lying
_RISEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Somebody at the place of a lying, at one instant."""

    at_s: float
    #: lying, hips on the ground
    lies: bool
    posture: Posture
    #: longer side of the box, pixels
    length: float
    #: pixels of the frame: of the box, and of the shoulders where they are seen
    centre: tuple[float, float]
    shoulders: tuple[float, float] | None


@dataclass(slots=True, kw_only=True)
class Lying:
    """One stretch of lying at one place."""

    track: TrackId
    #: where the person was last seen lying
    box: Box
    began_s: float
    seen_s: float
    #: of the last `dwell_s`
    sights: deque[Sight] = field(default_factory=deque)
    #: upright sights on end
    upright: int = 0
    #: stated, here or as a fall
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """How somebody lay over the last `dwell_s`."""

    #: since the beginning of the lying, seconds
    lying_s: float
    #: share of the frames in which the person was seen lying; share of the sights that were so
    seen_share: float
    lying_share: float
    #: how far body or shoulders moved, in body lengths
    moved: float
    #: medians of the sights that lie: trunk from the vertical; width over height of the box; height of the hips, in lengths
    trunk_deg: float
    aspect: float
    hips: float


class PersonDownRule:
    def __init__(self, *, zones: Sequence[Zone], settings: PersonDownSettings, keypoint_score: float) -> None:
        """The zones that carry `person_down` bound the rule; where none does, the whole picture counts."""
        self._settings = settings
        self._bounds = Bounds("person_down", zones)
        self._keypoint_score = keypoint_score
        self._lyings: list[Lying] = []
        #: of the frames of the last `dwell_s`
        self._times: deque[float] = deque()

    def restart(self) -> None:
        self._lyings.clear()
        self._times.clear()

    @property
    def watched(self) -> int:
        """How many lyings are remembered."""
        return len(self._lyings)

    def observe(self, scene: Scene, falls: Sequence[Finding] = ()) -> tuple[Finding, ...]:
        """What this scene adds; `falls` are those that were stated of it."""
        now_s, settings = scene.media_time_s, self._settings
        self._times.append(now_s)
        while now_s - self._times[0] > settings.dwell_s:
            self._times.popleft()
        self._lyings = [each for each in self._lyings if now_s - each.seen_s <= settings.forget_s]
        for track in scene.tracks:
            if track.seen_s == now_s and track.pose is not None:
                self._see(track, scene)
        for fall in falls:
            self._tell(fall, scene)
        found = (self._finding(lying, scene) for lying in self._lyings if lying.seen_s == now_s)
        return tuple(finding for finding in found if finding is not None)

    def _see(self, track: Track, scene: Scene) -> None:
        sight = read_sight(track, self._settings, self._keypoint_score)
        lying = self._lying_of(track) or (self._lying_at(track, scene) if sight.lies else None)
        if lying is None:
            if not sight.lies:
                return
            lying = Lying(track=track.id, box=track.box, began_s=sight.at_s, seen_s=sight.at_s)
            self._lyings.append(lying)
        lying.track = track.id
        lying.upright = lying.upright + 1 if _is_upright(sight.posture, self._settings) else 0
        if lying.upright >= _RISEN:
            self._lyings.remove(lying)
            return
        if sight.lies:
            lying.box, lying.seen_s = track.box, sight.at_s
        lying.sights.append(sight)
        while sight.at_s - lying.sights[0].at_s > self._settings.dwell_s:
            lying.sights.popleft()

    def _lying_of(self, track: Track) -> Lying | None:
        return next((lying for lying in self._lyings if lying.track == track.id), None)

    def _lying_at(self, track: Track, scene: Scene) -> Lying | None:
        """The nearest at the place of a track, of those whose own track is out of sight."""
        present = {other.id for other in scene.tracks if other.seen_s == scene.media_time_s}
        reach = self._settings.reach * track.length
        near = [
            (lying.box.distance(track.box), number)
            for number, lying in enumerate(self._lyings)
            if lying.track not in present and lying.box.distance(track.box) <= reach
        ]
        return self._lyings[min(near)[1]] if near else None

    def _tell(self, fall: Finding, scene: Scene) -> None:
        """A fall was stated: whoever lies there is known."""
        track = next((track for track in scene.tracks if track.id == fall.track), None)
        if track is None:
            return
        lying = self._lying_of(track) or self._lying_at(track, scene)
        if lying is None:
            lying = Lying(track=track.id, box=track.box, began_s=track.seen_s, seen_s=scene.media_time_s)
            self._lyings.append(lying)
        lying.told = True

    def _finding(self, lying: Lying, scene: Scene) -> Finding | None:
        """A finding, unless the person lies where the rule does not count."""
        settings = self._settings
        if lying.told or scene.media_time_s - lying.began_s < settings.dwell_s:
            return None
        rest = rest_of(lying, len(self._times))
        place = self._bounds.place(scene, lying.box.centre)
        if place is None or not self._is_down(rest):
            return None
        lying.told = True
        return Finding(
            kind="person_down",
            zone_id=place.zone_id,
            zone_name=place.zone_name,
            track=lying.track,
            score=round(min(1.0, rest.seen_share * rest.lying_share), 3),
            measurements={
                "lying_s": round(rest.lying_s, 1),
                "seen_share": round(rest.seen_share, 2),
                "lying_share": round(rest.lying_share, 2),
                "moved": round(rest.moved, 3),
                "trunk_deg": round(rest.trunk_deg, 1),
                "aspect": round(rest.aspect, 2),
                "hips": round(rest.hips, 3),
            },
            curves=lying_curves(lying.sights, settings),
        )

    def _is_down(self, rest: Rest) -> bool:
        settings = self._settings
        return (
            rest.seen_share >= settings.seen_share
            and rest.lying_share >= settings.lying_share
            and rest.moved <= settings.most_moved
        )


def read_sight(track: Track, settings: PersonDownSettings, keypoint_score: float) -> Sight:
    assert track.pose is not None
    posture = read_posture(track.seen_s, track.box, track.pose, keypoint_score)
    return Sight(
        at_s=track.seen_s,
        lies=(
            posture.trunk_deg is not None
            and posture.trunk_deg >= settings.lying_deg
            and posture.aspect >= settings.down_aspect
            and posture.hip_height is not None
            and posture.hip_height <= settings.most_hips * track.length
            and (posture.thigh_deg is None or posture.thigh_deg >= settings.thigh_deg)
        ),
        posture=posture,
        length=track.length,
        centre=track.box.centre,
        shoulders=track.pose.middle(SHOULDERS, keypoint_score),
    )


def rest_of(lying: Lying, frames: int) -> Rest:
    """`frames`: how many there were in the time of the sights."""
    sights = lying.sights
    lies = [sight for sight in sights if sight.lies]
    return Rest(
        lying_s=lies[-1].at_s - lying.began_s,
        seen_share=len(lies) / max(1, frames),
        lying_share=len(lies) / len(sights),
        moved=_moved(sights),
        trunk_deg=median(sight.posture.trunk_deg or 0.0 for sight in lies),
        aspect=median(sight.posture.aspect for sight in lies),
        hips=median(_hips(sight) or 0.0 for sight in lies),
    )


def lying_curves(sights: Sequence[Sight], settings: PersonDownSettings) -> tuple[Curve, ...]:
    return (
        curve_of("trunk_deg", _curve(sights, lambda sight: sight.posture.trunk_deg), limit=None, digits=1),
        curve_of(
            "aspect", _curve(sights, lambda sight: sight.posture.aspect), limit=settings.down_aspect, digits=2
        ),
        curve_of("hips", _curve(sights, _hips), limit=settings.most_hips, digits=2),
    )


def _hips(sight: Sight) -> float | None:
    """Height of the hips over the lower edge of the box, in body lengths."""
    hips = sight.posture.hip_height
    return None if hips is None else hips / sight.length


def _moved(sights: Sequence[Sight]) -> float:
    """The most that the middle of the box, the shoulders or the hips moved in x or y, but for the outermost, in lengths."""
    length = median(sight.length for sight in sights)
    shoulders = [sight.shoulders for sight in sights if sight.shoulders]
    traces = [
        [sight.centre[0] for sight in sights],
        [sight.centre[1] for sight in sights],
        [x for x, _ in shoulders],
        [y for _, y in shoulders],
        [height for sight in sights if (height := sight.posture.hip_height) is not None],
    ]
    return max(_middle_range(trace) for trace in traces) / length


def _is_upright(posture: Posture, settings: PersonDownSettings) -> bool:
    upright = posture.trunk_deg is not None and posture.trunk_deg < settings.upright_deg
    return upright and posture.aspect < settings.down_aspect


def _middle_range(values: Sequence[float]) -> float:
    """What the middle four fifths of them span."""
    if len(values) < 2:
        return 0.0
    tenths = quantiles(values, n=10, method="inclusive")
    return tenths[-1] - tenths[0]


def _curve(sights: Sequence[Sight], measure: Callable[[Sight], float | None]) -> Points:
    return [(sight.at_s, measure(sight)) for sight in sights]
