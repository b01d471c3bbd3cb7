"""`fall`: somebody who was upright went down fast and stays down. One finding per fall of a track.

Five things must hold together, all measured in the person's own upright height, so that distance to the camera and size
of the picture do not matter:

1. upright not long before: trunk near the vertical, box taller than wide;
2. down now, hips and all: the box has lost its height and become wide, in most of the frames of the last `hold_s`;
3. the way down was short: sitting, kneeling and lying down take their time;
4. it was fast at its end: shoulders and head dropped by `least_fast_drop` within `fall_s` and arrived at the ground;
5. the arms do not carry the body: who does push-ups, scrubs or looks under a bed went down onto the hands and stays on them.

Speed alone would raise on who drops onto a chair, shape alone on who lies in the sun. Who is just fast enough must lie
all the lower and wider: `evidence` adds up the three, and must reach `least_evidence`. The same person can fall again after
being upright again for `rise_s`.

Who lies is sometimes not found by the network at all. Somebody who was upright, was lost from sight while still going
down, faster than anybody sits down, in the open and away from the edges of the picture, and is not seen again for
`lost_s`, has fallen too: `unseen_s` is then among the measurements, and the score is the least there is.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean, median, quantiles

from detectors.curves import fall_curves
from detectors.event import Finding
from detectors.posture import Posture, read_posture
from detectors.rules.bounds import Bounds
from detectors.scene import Scene
from detectors.settings import FallSettings
from detectors.tracker import Track, TrackId
from detectors.zones import Zone

VERSION = "fall-4"

#: a box that is wider still says no more
_WIDEST = 2.5


@dataclass(slots=True, kw_only=True)
class _Watch:
    """What is remembered of one track."""

    postures: deque[Posture] = field(default_factory=deque)
    #: a fall was stated and the person has not been upright since
    stated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """How somebody went from upright to down; lengths in upright heights."""

    #: from the last upright sight to the first down, seconds
    took_s: float
    #: of the shoulders, from upright to where they came to rest
    drop: float
    #: the most that shoulders and top of the body fell within `fall_s`, at the end of the way down
    fast_drop: float
    #: medians while down: trunk from the vertical; height of the box, and its width over its height; height of the hips
    trunk_deg: float
    height: float
    aspect: float
    hips: float
    #: share of the sights since bent over in which an upright arm carries the trunk
    propped: float
    #: seconds since down
    down_s: float
    #: the upright height, pixels
    standing: float
    #: how long nobody was seen in between, if for longer than `fall_s`; seconds
    hidden_s: float = 0.0

    @property
    def evidence(self) -> float:
        """Speed, lowness and width together; how much each counts was learned from simulated falls and what is none."""
        return self.fast_drop + (1.0 - self.height) + min(self.aspect, _WIDEST) / 3


class FallRule:
    def __init__(self, *, zones: Sequence[Zone], settings: FallSettings, keypoint_score: float) -> None:
        """The zones that carry `fall` bound the rule; where none does, the whole picture counts."""
        self._settings = settings
        self._bounds = Bounds("fall", zones)
        self._keypoint_score = keypoint_score
        self._watches: dict[TrackId, _Watch] = {}

    def restart(self) -> None:
        self._watches.clear()

    def observe(self, scene: Scene) -> tuple[Finding, ...]:
        """What this scene adds. Tracks that ended are forgotten."""
        self._watches = {track.id: self._watches.get(track.id, _Watch()) for track in scene.tracks}
        findings = (self._observe_track(scene, track) for track in scene.tracks)
        return tuple(finding for finding in findings if finding is not None)

    def _observe_track(self, scene: Scene, track: Track) -> Finding | None:
        watch = self._watches[track.id]
        if track.seen_s != scene.media_time_s or track.pose is None:
            return self._observe_lost(scene, track, watch)
        posture = read_posture(track.seen_s, track.box, track.pose, self._keypoint_score)
        watch.postures.append(posture)
        while posture.at_s - watch.postures[0].at_s > self._settings.memory_s:
            watch.postures.popleft()
        if watch.stated:
            watch.stated = not self._has_risen(watch.postures)
            return None
        descent = find_descent(watch.postures, self._settings)
        if descent is None or not self._is_fall(descent):
            return None
        return self._state(scene, track, watch, descent)

    def _observe_lost(self, scene: Scene, track: Track, watch: _Watch) -> Finding | None:
        """Lost while going down, and long enough ago to know that nobody rose from there."""
        settings = self._settings
        unseen_s = scene.media_time_s - track.seen_s
        if watch.stated or not watch.postures or not settings.lost_s <= unseen_s <= settings.latest_s:
            return None
        plunge = find_plunge(watch.postures, settings)
        if plunge is None or plunge.took_s > settings.most_s or plunge.fast_drop < settings.least_plunge:
            return None
        if not _in_the_open(scene, track, settings):
            return None
        return self._state(scene, track, watch, plunge, unseen_s=unseen_s)

    def _is_fall(self, descent: Descent) -> bool:
        settings = self._settings
        return (
            descent.took_s - descent.hidden_s <= settings.most_s
            and descent.down_s <= settings.latest_s
            and descent.fast_drop >= settings.least_fast_drop
            and descent.drop >= settings.least_drop
            and descent.hips <= settings.most_hips
            and descent.propped < settings.most_propped
            and descent.evidence >= settings.least_evidence
        )

    def _surplus(self, descent: Descent) -> float:
        """By how much it exceeds what is asked, as a share."""
        fast = descent.fast_drop / self._settings.least_fast_drop
        return min(fast, descent.evidence / self._settings.least_evidence) - 1.0

    def _has_risen(self, postures: Sequence[Posture]) -> bool:
        recent = [p for p in postures if postures[-1].at_s - p.at_s <= self._settings.rise_s]
        return len(recent) >= 3 and all(is_upright(p, self._settings) for p in recent)

    def _state(
        self, scene: Scene, track: Track, watch: _Watch, descent: Descent, *, unseen_s: float | None = None
    ) -> Finding | None:
        """A finding, unless the person lies where the rule does not count."""
        place = self._bounds.place(scene, track.box.centre)
        if place is None:
            return None
        watch.stated = True
        surplus = self._surplus(descent) if unseen_s is None else 0.0
        return Finding(
            kind="fall",
            zone_id=place.zone_id,
            zone_name=place.zone_name,
            track=track.id,
            score=round(min(1.0, 0.5 + surplus / 2), 3),
            measurements={
                "drop": round(descent.drop, 3),
                "fast_drop": round(descent.fast_drop, 3),
                "took_s": round(descent.took_s, 2),
                "trunk_deg": round(descent.trunk_deg, 1),
                "height": round(descent.height, 3),
                "aspect": round(descent.aspect, 2),
                "hips": round(descent.hips, 3),
                "propped": round(descent.propped, 2),
                "down_s": round(descent.down_s, 2),
                "evidence": round(descent.evidence, 3),
                **({} if unseen_s is None else {"unseen_s": round(unseen_s, 2)}),
                **({"hidden_s": round(descent.hidden_s, 2)} if descent.hidden_s else {}),
            },
            curves=fall_curves(watch.postures, descent.standing, self._settings),
        )


def is_upright(posture: Posture, settings: FallSettings) -> bool:
    return (
        posture.trunk_deg is not None
        and posture.trunk_deg < settings.upright_deg
        and posture.aspect < settings.upright_aspect
    )


def is_down(posture: Posture, height: float, settings: FallSettings) -> bool:
    """Whether the body, `height` pixels tall when upright, lies: it lost its height and became wide.

    Who lies with the head towards the camera keeps more of the height, but the trunk then points down the picture.
    """
    if posture.aspect < settings.down_aspect:
        return False
    if posture.height <= settings.down_height * height:
        return True
    flat = posture.trunk_deg is not None and posture.trunk_deg > settings.flat_deg
    return flat and posture.trunk > 0.15 * height and posture.height <= settings.flat_height * height


def is_propped(posture: Posture, height: float, settings: FallSettings) -> bool:
    """Whether an arm stands under its shoulder and carries the trunk of somebody who is down.

    Who sits up on a hand after a fall has the trunk nearer the vertical. Where it points down the picture, the head is
    towards the camera, and arms below it lie stretched out.
    """
    return (
        posture.arm >= settings.least_arm * height
        and posture.trunk_deg is not None
        and settings.least_propped_deg <= posture.trunk_deg <= settings.most_propped_deg
    )


def find_descent(postures: Sequence[Posture], settings: FallSettings) -> Descent | None:
    """The way down that ends in the present stretch of lying; None if there is none, or it is shorter than `hold_s`."""
    now = postures[-1].at_s
    held = [p for p in postures if now - p.at_s <= settings.hold_s]
    uprights = [p for p in postures if now - p.at_s > settings.hold_s and is_upright(p, settings)]
    if len(held) < settings.least_sights or len(uprights) < 3:
        return None
    height = _standing_height(uprights, settings)
    down = [is_down(p, height, settings) for p in held]
    if not down[-1] or sum(down) < settings.hold_share * len(down):
        return None
    since = next(p.at_s for p in reversed(uprights) if p.height > settings.tall_height * height)
    onset = next((p for p in postures if p.at_s > since and _is_low(p, height, settings)), postures[-1])
    if now - onset.at_s < settings.hold_s * 0.9:
        return None
    hidden_s, hidden_drop = _hidden(postures, since, onset.at_s, settings)
    return Descent(
        took_s=onset.at_s - since,
        drop=_drop(postures, held, since) / height,
        fast_drop=max(_fast_drop(postures, onset.at_s, settings), hidden_drop) / height,
        trunk_deg=median([p.trunk_deg for p in held if p.trunk_deg is not None] or [90.0]),
        height=median(p.height for p in held) / height,
        aspect=median(p.aspect for p in held),
        hips=median([p.hip_height for p in held if p.hip_height is not None] or [0.0]) / height,
        propped=_propped(postures, since, onset.at_s, height, settings),
        down_s=now - onset.at_s,
        standing=height,
        hidden_s=hidden_s,
    )


def find_plunge(postures: Sequence[Posture], settings: FallSettings) -> Descent | None:
    """The way down that the last sights show, if they end in it; None if the person was last seen at rest, or upright.

    Seen low for longer than `lost_low_s` is squatting or sitting, and not the way down.
    """
    now = postures[-1].at_s
    uprights = [p for p in postures if is_upright(p, settings)]
    if len(uprights) < 3:
        return None
    height = _standing_height(uprights, settings)
    tall = [p.at_s for p in uprights if p.height > settings.tall_height * height]
    if not tall:
        return None
    low = [p for p in postures if p.at_s > tall[-1] and _is_low(p, height, settings)]
    if not low or low[-1] is not postures[-1] or now - low[0].at_s > settings.lost_low_s:
        return None
    if is_upright(low[-1], settings):
        return None  # half hidden by something in front
    if low[-1].height < settings.lost_height * height:
        return None  # no body, not even seen from its feet: a part of one, or something else
    return Descent(
        took_s=low[0].at_s - tall[-1],
        drop=_drop(postures, low, tall[-1]) / height,
        fast_drop=_fast_drop(postures, now, settings) / height,
        trunk_deg=median([p.trunk_deg for p in low if p.trunk_deg is not None] or [90.0]),
        height=median(p.height for p in low) / height,
        aspect=median(p.aspect for p in low),
        hips=median([p.hip_height for p in low if p.hip_height is not None] or [0.0]) / height,
        propped=fmean(is_propped(p, height, settings) for p in low),
        down_s=now - low[0].at_s,
        standing=height,
    )


def _in_the_open(scene: Scene, track: Track, settings: FallSettings) -> bool:
    """Neither at the edge of the picture, where people leave it, nor where somebody else is: they hide each other."""
    box, edge = track.box, settings.edge * max(scene.width, scene.height)
    inside = (
        box.left > edge
        and box.top > edge
        and box.right < scene.width - edge
        and box.bottom < scene.height - edge
    )
    near = box.grown(0.25 * track.length)
    return inside and not any(
        other.id != track.id and other.seen_s >= track.seen_s and near.overlap(other.box) > 0
        for other in scene.tracks
    )


def _is_low(posture: Posture, height: float, settings: FallSettings) -> bool:
    """Low, wide or not: who collapses is low before lying flat."""
    return posture.height <= settings.down_height * height or is_down(posture, height, settings)


def _standing_height(uprights: Sequence[Posture], settings: FallSettings) -> float:
    """Upper quartile of the last upright seconds, pixels: near enough in time that walking away does not matter."""
    last = uprights[-1].at_s
    heights = [p.height for p in uprights if last - p.at_s <= settings.reference_s]
    return quantiles(heights, n=4)[2] if len(heights) > 1 else heights[0]


def _drop(postures: Sequence[Posture], held: Sequence[Posture], since: float) -> float:
    """Pixels from where the shoulders were when last upright to where they rest."""
    high = [p.shoulder_y for p in postures if since - 0.5 <= p.at_s <= since and p.shoulder_y is not None]
    low = [p.shoulder_y for p in held if p.shoulder_y is not None]
    return median(low) - min(high) if high and low else 0.0


def _fast_drop(postures: Sequence[Posture], onset: float, settings: FallSettings) -> float:
    """Pixels that shoulders and top fell, on average, in the steepest `fall_s` that ends about the onset."""
    best = 0.0
    for end in postures:
        if -0.15 <= end.at_s - onset <= settings.settle_s:
            starts = [p for p in postures if 0 < end.at_s - p.at_s <= settings.fall_s]
            best = max([best, *(_fallen(start, end) for start in starts)])
    return best


def _propped(
    postures: Sequence[Posture], since: float, onset: float, height: float, settings: FallSettings
) -> float:
    """Share of the sights since down, and of those bent over on the way down, in which the arms carry the trunk."""
    bent = settings.least_propped_deg
    sights = [
        p
        for p in postures
        if p.at_s >= onset or (p.at_s > since and p.trunk_deg is not None and p.trunk_deg >= bent)
    ]
    return fmean(is_propped(p, height, settings) for p in sights)


def _hidden(
    postures: Sequence[Posture], since: float, onset: float, settings: FallSettings
) -> tuple[float, float]:
    """The longest time out of sight on the way down, and the pixels fallen in it, as if evenly, within `fall_s`.

    Who was upright and is found lying a second later did not lie down slowly.
    """
    way = [p for p in postures if since <= p.at_s <= onset]
    gaps = [(end.at_s - start.at_s, start, end) for start, end in pairwise(way)]
    longest = max(gaps, key=lambda gap: gap[0], default=None)
    if longest is None or longest[0] <= settings.fall_s:
        return 0.0, 0.0
    hidden_s, start, end = longest
    return hidden_s, _fallen(start, end) * settings.fall_s / hidden_s


def _fallen(start: Posture, end: Posture) -> float:
    """Pixels that the upper body fell between two sights."""
    drop = end.top - start.top
    if start.shoulder_y is None or end.shoulder_y is None:
        return drop
    return (drop + end.shoulder_y - start.shoulder_y) / 2
