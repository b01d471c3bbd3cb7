"""The kinds of falls and how each is brought about. What follows is physics: see `ragdoll`.

Slow falls are falls too: whose strength fades over a second sinks to the ground and stays there.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from detectors.simulation.gait import carried, stands_about, steps
from detectors.simulation.motion import Motion, motion_of
from detectors.simulation.ragdoll import FPS, Push, Seat, Tumble, tumble
from detectors.simulation.skeleton import (
    PLACE,
    Array,
    Skeleton,
    grounded,
    places,
    root_turns,
)
from detectors.simulation.stances import LIE_BACK, SIT, blended, stance

#: how the person was before
Before = Literal["walks", "hurries", "stands", "sits", "sits_on_bed", "lies_on_bed", "rises_from_bed"]

_ARMS_AHEAD = stance(slf=95, srf=95, sla=20, sra=20, el=45, er=45, hlf=20, hrf=15, kl=45, kr=35, nf=-20)
_ARMS_BACK = stance(
    slf=-35, srf=-35, sla=50, sra=50, el=30, er=30, hlf=60, hrf=50, kl=35, kr=25, sf=20, nf=25
)
_ARMS_ASIDE = stance(slf=55, srf=55, sla=60, sra=60, el=60, er=65, hlf=25, hrf=20, kl=40, kr=35, nf=15)
_LIMP = stance(slf=10, srf=10, sla=15, sra=15, el=25, er=25, hlf=75, hrf=80, kl=120, kr=115, sf=35, nf=30)
_FOLDED = stance(slf=20, srf=25, sla=15, sra=15, el=50, er=40, hlf=95, hrf=85, kl=125, kr=120, sf=25, nf=20)
_FROM_SEAT = stance(slf=60, srf=50, sla=30, sra=30, el=60, er=60, hlf=45, hrf=35, kl=70, kr=60, nf=20)
_ROLLING = stance(slf=40, srf=55, sla=20, sra=30, el=50, er=50, hlf=35, hrf=45, kl=45, kr=55)


@dataclass(frozen=True, slots=True, kw_only=True)
class FallKind:
    before: Before
    target: Array
    #: newtons, forward and aside; either side for the second where `either`
    force: tuple[float, float]
    either: bool = False
    #: seconds of the push, share of strength at first and later, seconds in which it fades: least and most
    push_s: tuple[float, float] = (0.2, 0.35)
    strength: tuple[float, float] = (0.5, 1.0)
    rest: tuple[float, float] = (0.12, 0.40)
    fades_s: tuple[float, float] = (0.3, 0.6)
    #: seconds in which the body goes over to the target pose: longer is slower
    turns_s: tuple[float, float] = (0.35, 0.35)


FALLS: dict[str, FallKind] = {
    "trip_walking": FallKind(before="walks", target=_ARMS_AHEAD, force=(170, 10), either=True),
    "trip_hurrying": FallKind(before="hurries", target=_ARMS_AHEAD, force=(190, 20), either=True),
    "slip_walking": FallKind(before="walks", target=_ARMS_BACK, force=(-230, 0)),
    "backward_standing": FallKind(before="stands", target=_ARMS_BACK, force=(-190, 15), either=True),
    "sideways_walking": FallKind(before="walks", target=_ARMS_ASIDE, force=(-30, 190), either=True),
    "sideways_standing": FallKind(before="stands", target=_ARMS_ASIDE, force=(5, 180), either=True),
    "faint_standing": FallKind(
        before="stands", target=_LIMP, force=(12, 18), either=True,
        strength=(0.35, 0.45), rest=(0.02, 0.08), fades_s=(0.12, 0.2),
    ),
    "knees_give_way": FallKind(
        before="walks", target=_LIMP, force=(25, 20), either=True,
        strength=(0.4, 0.6), rest=(0.03, 0.1), fades_s=(0.2, 0.35),
    ),
    "sinks_down": FallKind(
        before="stands", target=_FOLDED, force=(10, 25), either=True, push_s=(0.3, 0.6),
        strength=(1.6, 2.2), rest=(0.2, 0.4), fades_s=(1.0, 1.5), turns_s=(0.9, 1.6),
    ),
    "sinks_walking": FallKind(
        before="walks", target=_FOLDED, force=(-15, 25), either=True, push_s=(0.3, 0.6),
        strength=(1.6, 2.2), rest=(0.2, 0.4), fades_s=(1.0, 1.5), turns_s=(0.9, 1.6),
    ),
    "off_chair_sideways": FallKind(
        before="sits", target=_FROM_SEAT, force=(60, 260), either=True, push_s=(0.35, 0.5),
        strength=(0.4, 0.6), rest=(0.05, 0.15), fades_s=(0.25, 0.4),
    ),
    "off_chair_forward": FallKind(
        before="sits", target=_FROM_SEAT, force=(330, 40), either=True, push_s=(0.3, 0.4),
        strength=(0.4, 0.6), rest=(0.05, 0.15), fades_s=(0.25, 0.4),
    ),
    "off_bed_sitting": FallKind(
        before="sits_on_bed", target=_FROM_SEAT, force=(280, 90), either=True, push_s=(0.3, 0.45),
        strength=(0.4, 0.6), rest=(0.05, 0.15), fades_s=(0.25, 0.4),
    ),
    "rising_from_bed": FallKind(before="rises_from_bed", target=_ARMS_ASIDE, force=(110, 130), either=True),
    "rolling_off_bed": FallKind(
        before="lies_on_bed", target=_ROLLING, force=(0, 480), push_s=(0.6, 0.9),
        strength=(0.3, 0.5), rest=(0.1, 0.2), fades_s=(0.4, 0.6),
    ),
}  # fmt: skip

_TRIES = 40
#: the most that the pelvis of who lies is over the ground, in body heights
_DOWN = 0.21
_BED = (2.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """What came before: angles and pelvis at FPS, and what the person sits on."""

    angles: Array
    root: Array
    seat: Seat | None = None


def fall(kind: str, skeleton: Skeleton, rng: np.random.Generator) -> Motion | None:
    """None where nobody fell in many tries. Raises: SimulatorMissing."""
    how = FALLS[kind]
    for _ in range(_TRIES):
        start = _start(how, skeleton, rng)
        tumbled = _tumble(how, start, skeleton, rng)
        if tumbled.rested and tumbled.root[-1, 2] < _DOWN * skeleton.body.height:
            return _joined(start, tumbled, skeleton, rng)
    return None


def _start(how: FallKind, skeleton: Skeleton, rng: np.random.Generator) -> _Start:
    at_s = np.arange(round(rng.uniform(2.2, 4.2) * FPS)) / FPS
    body = skeleton.body
    if how.before in ("walks", "hurries"):
        fast = how.before == "hurries"
        cadence = rng.uniform(0.75, 1.05) * body.pace**0.5 * (1.3 if fast else 1.0)
        reach = rng.uniform(0.8, 1.1) * body.pace * (1.15 if fast else 1.0)
        angles = steps(skeleton, rng.random() + at_s * cadence, yaw=0.0, reach=reach)
        return _Start(angles=angles, root=grounded(skeleton, angles, carried(skeleton, angles)))
    if how.before == "stands":
        angles = stands_about(skeleton, at_s, rng, yaw=0.0)
        return _Start(angles=angles, root=grounded(skeleton, angles, np.zeros((len(angles), 2))))
    if how.before == "lies_on_bed":
        angles = np.tile(LIE_BACK, (len(at_s), 1))
        height = float(rng.uniform(0.4, 0.55))
        root = grounded(skeleton, angles, np.zeros((len(angles), 2)), height + 0.01)
        return _Start(
            angles=angles,
            root=root,
            seat=Seat(wide=_BED[1], deep=_BED[0], height=height, back=0.0, aside=-0.25),
        )
    return _seated(how.before, skeleton, at_s, rng)


def _seated(before: Before, skeleton: Skeleton, at_s: Array, rng: np.random.Generator) -> _Start:
    angles = np.tile(SIT, (len(at_s), 1))
    angles[:, PLACE["sf"]] += skeleton.body.stoop + 4 * np.sin(at_s * rng.uniform(1.2, 2.0))
    angles[:, PLACE["nt"]] += 15 * np.sin(at_s * rng.uniform(0.7, 1.4))
    root = grounded(skeleton, angles, np.zeros((len(angles), 2)))
    height = _seat_height(skeleton, angles[-1], root[-1])
    if before == "rises_from_bed":
        share = np.clip((at_s - at_s[-1] + 1.3) / 1.2, 0, 1)
        angles = blended(angles, stands_about(skeleton, at_s, rng, yaw=0.0), share)
        angles[:, PLACE["sf"]] += 30 * np.sin(np.pi * share)
        feet = carried(skeleton, angles)
        return _Start(angles=angles, root=grounded(skeleton, angles, feet - feet[0]))
    wide, deep = (_BED[0], _BED[1]) if before == "sits_on_bed" else (0.44, 0.44)
    return _Start(angles=angles, root=root, seat=Seat(wide=wide, deep=deep, height=height, back=0.42 * deep))


def _seat_height(skeleton: Skeleton, angles: Array, root: Array) -> float:
    """Just under who sits."""
    rotations, joints = places(skeleton, angles[None], root[None])
    flesh = skeleton.bones[0].flesh[0]
    return float(joints[0, 0, 2] + (rotations[0, 0] @ np.array(flesh.start))[2] - flesh.radius - 0.01)


def _tumble(how: FallKind, start: _Start, skeleton: Skeleton, rng: np.random.Generator) -> Tumble:
    angles, root = start.angles, start.root
    side = float(rng.choice([-1.0, 1.0])) if how.either else 1.0
    scale = rng.uniform(0.8, 1.25)
    target = how.target + rng.normal(size=len(how.target)) * 8
    push = Push(
        force=(scale * how.force[0] + rng.normal() * 10, side * scale * how.force[1] + rng.normal() * 10),
        push_s=float(rng.uniform(*how.push_s)),
        strength=float(rng.uniform(*how.strength)),
        rest=float(rng.uniform(*how.rest)),
        fades_s=float(rng.uniform(*how.fades_s)),
        turns_s=float(rng.uniform(*how.turns_s)),
    )
    return tumble(
        skeleton,
        start=angles[-1],
        speed=(angles[-1] - angles[-2]) * FPS,
        root=root[-1],
        velocity=(root[-1, :2] - root[-4, :2]) * FPS / 3,
        target=target,
        push=push,
        seconds=2.5 + how.turns_s[1],
        seat=start.seat,
    )


def _joined(start: _Start, tumbled: Tumble, skeleton: Skeleton, rng: np.random.Generator) -> Motion:
    """Before, falling, and lying for some seconds: some lie still, some move a little."""
    held = round(rng.uniform(4.0, 6.0) * FPS)
    at_s = np.arange(held) / FPS
    lying = np.tile(tumbled.angles[-1], (held, 1))
    lying[:, PLACE["sf"]] += 0.8 * np.sin(2 * np.pi * at_s / 3.5)
    restless = rng.uniform(0, 10) if rng.random() < 0.5 else 1.0
    for name in ("el", "er", "nt", "kl", "kr"):
        lying[:, PLACE[name]] += restless * np.sin(2 * np.pi * at_s * rng.uniform(0.05, 0.25))
    begun_s = (len(start.angles) - 1) / FPS
    down = np.argmax(tumbled.root[:, 2] < _DOWN * skeleton.body.height)
    return motion_of(
        skeleton,
        np.concatenate([start.angles, tumbled.angles[1:], lying]),
        np.concatenate([start.root, tumbled.root[1:], np.tile(tumbled.root[-1], (held, 1))]),
        turns=np.concatenate(
            [root_turns(start.angles), tumbled.turns[1:], np.tile(tumbled.turns[-1], (held, 1, 1))]
        ),
        fall_s=(begun_s, begun_s + float(down) / FPS + 0.4),
    )
