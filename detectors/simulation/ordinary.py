"""What people do near the ground, or fast, without falling: the kinds and the stances that they go through.

The fast ones matter most. Who drops onto a chair, throws himself into push-ups or lies back on a bed goes down as fast
as many who fall; were they slow, speed alone would tell falls from the rest.
"""

from dataclasses import dataclass

import numpy as np

from detectors.simulation.body import BUILDS, Build
from detectors.simulation.gait import carried, stands_about, steps
from detectors.simulation.motion import Motion, motion_of
from detectors.simulation.ragdoll import FPS
from detectors.simulation.skeleton import PLACE, WHOLE, Array, Skeleton, grounded
from detectors.simulation.stances import (
    BEND,
    CARRY,
    CRAWL,
    CROUCH,
    HALF_LYING,
    IN_THE_AIR,
    KNEEL,
    LIE_BACK,
    LIE_SIDE,
    ON_HEELS,
    ON_KNEES,
    PUSH_HIGH,
    PUSH_LOW,
    REACH_UP,
    SIT,
    SIT_FORWARD,
    SIT_GROUND,
    SIT_LEANING,
    SPRAWL,
    STAND,
    SWEEP_LEFT,
    SWEEP_RIGHT,
    TIE_SHOE,
    Key,
    blended,
    through,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Comes up walking, then goes through the stances."""

    keys: tuple[Key, ...]
    #: how many times as fast as written: least and most
    speed: tuple[float, float] = (0.85, 1.2)
    #: degrees by which one turns before, as one does before sitting down
    turn: float = 0.0
    #: metres over the ground of what is lain on, from that time of the keys on
    bed: tuple[float, float] | None = None
    builds: tuple[Build, ...] = BUILDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """Only goes, for some seconds."""

    #: share of an adult's step length and of the usual cadence
    reach: float = 1.0
    cadence: float = 0.95
    lean: float = 3.0
    #: how much farther than the feet carry: who runs flies
    glide: float = 1.0
    #: seconds; stops at `stops_s` to wait, if that is given
    seconds: float = 7.0
    stops_s: float | None = None
    builds: tuple[Build, ...] = BUILDS


def _bounce(first: float, pairs: int, period: float, one: Array, other: Array) -> tuple[Key, ...]:
    return tuple((first + i * period, other if i % 2 else one) for i in range(2 * pairs))


ORDINARY: dict[str, Doing | Going] = {
    # chairs
    "sits_down": Doing(keys=((0, STAND), (1.3, SIT), (6, SIT_LEANING)), turn=150),
    "drops_onto_sofa": Doing(keys=((0, STAND), (0.5, SIT), (0.8, SPRAWL), (5.5, SPRAWL)), turn=150),
    "drops_onto_stool": Doing(keys=((0, STAND), (0.45, SIT), (0.7, SIT_LEANING), (5.5, SIT)), turn=150),
    "sits_and_stands": Doing(
        keys=((0, STAND), (1.0, SIT), (2.4, SIT_FORWARD), (3.2, STAND), (4.2, STAND), (5.0, SIT), (6.5, SIT)), turn=160
    ),
    # on the ground
    "sits_on_the_ground": Doing(keys=((0, STAND), (1.1, CROUCH), (2.2, SIT_GROUND), (6.5, SIT_GROUND))),
    "drops_onto_the_ground": Doing(keys=((0, STAND), (0.5, CROUCH), (0.9, SIT_GROUND), (5.5, SIT_GROUND))),
    "lies_down_slowly": Doing(
        keys=((0, STAND), (1.6, KNEEL), (3.0, SIT_GROUND), (4.2, HALF_LYING), (5.4, LIE_BACK), (9.0, LIE_BACK))
    ),
    "lies_down_on_the_side": Doing(
        keys=((0, STAND), (1.2, KNEEL), (2.2, CRAWL), (3.6, LIE_SIDE), (8.0, LIE_SIDE)), speed=(0.8, 1.0)
    ),
    "lies_back_on_bed": Doing(
        keys=((0, STAND), (1.2, SIT), (2.6, SIT), (3.6, HALF_LYING), (4.4, LIE_BACK), (8.0, LIE_BACK)),
        turn=150, bed=(0.5, 2.6),
    ),
    # exercises
    "push_ups": Doing(
        keys=((0, STAND), (0.8, KNEEL), (1.3, CRAWL), *_bounce(1.9, 4, 0.6, PUSH_HIGH, PUSH_LOW), (7.0, CRAWL), (7.8, KNEEL), (8.6, STAND)),
        speed=(0.9, 1.3),
    ),
    "throws_into_push_ups": Doing(
        keys=((0, STAND), (0.4, CROUCH), (0.75, PUSH_HIGH), *_bounce(1.25, 4, 0.5, PUSH_LOW, PUSH_HIGH), (5.6, CRAWL), (6.4, KNEEL), (7.2, STAND)),
        builds=("child", "adult"),
    ),
    "burpees": Doing(
        keys=((0, STAND), (0.45, CROUCH), (0.85, PUSH_HIGH), (1.25, PUSH_LOW), (1.65, PUSH_HIGH), (2.05, CROUCH), (2.4, REACH_UP), (2.9, STAND),
              (3.35, CROUCH), (3.75, PUSH_HIGH), (4.15, PUSH_LOW), (4.55, PUSH_HIGH), (4.95, CROUCH), (5.3, REACH_UP), (6.2, STAND)),
        builds=("adult",),
    ),
    "squats": Doing(keys=((0, STAND), (0.6, CROUCH), (3.4, CROUCH), (4.1, STAND), (4.8, STAND), (5.3, CROUCH), (6.6, CROUCH))),
    "drops_into_a_squat": Doing(keys=((0, STAND), (0.35, CROUCH), (4.5, CROUCH), (5.2, STAND), (6.0, STAND))),
    "jumps": Doing(
        keys=((0, STAND), (0.5, CROUCH), (0.8, REACH_UP), (1.05, IN_THE_AIR), (1.5, STAND), (2.2, CROUCH), (2.5, REACH_UP), (3.2, STAND), (3.9, CROUCH), (4.2, REACH_UP), (5, STAND), (6, STAND))
    ),
    "hops": Doing(keys=((0, STAND), *_bounce(0.4, 8, 0.35, IN_THE_AIR, STAND), (6.4, STAND)), builds=("child",)),
    # work
    "ties_a_shoe": Doing(keys=((0, STAND), (0.8, TIE_SHOE), (3.6, TIE_SHOE), (4.3, STAND), (6, STAND))),
    "picks_up": Doing(
        keys=((0, STAND), (0.7, BEND), (1.1, BEND), (1.9, STAND), (3.0, STAND), (3.6, BEND), (3.9, BEND), (4.6, STAND), (6, STAND))
    ),
    "lifts_a_box": Doing(keys=((0, STAND), (0.8, CROUCH), (1.5, CROUCH), (2.4, CARRY), (4.0, CARRY), (4.8, CROUCH), (5.4, CROUCH), (6.2, STAND))),
    "sweeps": Doing(keys=((0, STAND), *_bounce(0.8, 4, 0.7, SWEEP_LEFT, SWEEP_RIGHT))),
    "kneels_and_crawls": Doing(keys=((0, STAND), (0.8, KNEEL), (1.6, CRAWL), (4.2, CRAWL), (5.0, KNEEL), (6, STAND), (6.6, STAND))),
    "drops_to_the_knees": Doing(keys=((0, STAND), (0.5, ON_KNEES), (2.4, ON_HEELS), (4.0, ON_KNEES), (5.2, KNEEL), (6.2, STAND))),
    "looks_under_a_bed": Doing(keys=((0, STAND), (0.7, ON_KNEES), (1.3, CRAWL), (3.5, CRAWL), (4.3, ON_KNEES), (5.4, STAND), (6.2, STAND))),
    # going
    "runs": Going(reach=1.35, cadence=1.5, lean=10, glide=1.35),
    "child_runs": Going(reach=1.4, cadence=1.9, lean=9, glide=1.4, builds=("child",)),
    "passes_by": Going(),
    "walks_and_waits": Going(stops_s=3.0, seconds=8.0),
    "leaves_the_picture": Going(reach=1.05, seconds=6.0),
    "hurries_out": Going(reach=1.25, cadence=1.2, lean=6, glide=1.1, seconds=5.0),
}  # fmt: skip

#: of kinds that are shown at the edge of the picture
AT_THE_EDGE = frozenset({"leaves_the_picture", "hurries_out"})


def ordinary(kind: str, skeleton: Skeleton, rng: np.random.Generator) -> Motion:
    how = ORDINARY[kind]
    return _go(how, skeleton, rng) if isinstance(how, Going) else _do(how, skeleton, rng)


def _go(how: Going, skeleton: Skeleton, rng: np.random.Generator) -> Motion:
    at_s = np.arange(round(how.seconds * FPS)) / FPS
    pace = skeleton.body.pace
    cycles = rng.random() + at_s * how.cadence * rng.uniform(0.9, 1.1) * pace**0.5
    arms = 1.8 if how.glide > 1.2 else 1.0
    angles = steps(skeleton, cycles, yaw=0.0, reach=how.reach * pace, arms=arms, lean=how.lean)
    if how.stops_s is not None:
        waits = stands_about(skeleton, at_s, rng, yaw=float(rng.uniform(-80, 80)))
        angles = blended(angles, waits, np.clip((at_s - how.stops_s) / 0.8, 0, 1))
    xy = carried(skeleton, angles, how.glide)
    return motion_of(skeleton, angles, grounded(skeleton, angles, xy))


def _do(how: Doing, skeleton: Skeleton, rng: np.random.Generator) -> Motion:
    speed = float(rng.uniform(*how.speed)) * (0.85 if skeleton.body.build == "elder" else 1.0)
    coming_s = np.arange(round(rng.uniform(1.6, 2.8) * FPS)) / FPS
    pace = skeleton.body.pace
    coming = steps(
        skeleton,
        rng.random() + coming_s * rng.uniform(0.8, 1.05) * pace**0.5,
        yaw=0.0,
        reach=rng.uniform(0.85, 1.05) * pace,
    )
    coming = blended(
        coming, np.tile(STAND, (len(coming), 1)), np.clip((coming_s - coming_s[-1] + 1.1) / 1.1, 0, 1)
    )
    keys = tuple((at_s / speed, _own(held, rng)) for at_s, held in how.keys)
    at_s = np.arange(round(keys[-1][0] * FPS)) / FPS
    angles = np.concatenate([coming, through(keys, at_s)])
    share = np.clip((np.arange(len(angles)) - len(coming) + 40) / 40, 0, 1)
    angles[:, PLACE["yaw"]] += how.turn * share * share * (3 - 2 * share)
    xy = carried(skeleton, angles)
    xy[len(coming) :] = xy[len(coming)]
    ground = np.zeros(len(angles))
    if how.bed is not None:
        height, from_s = how.bed
        ground[len(coming) :] = height * np.clip((at_s - from_s / speed) / 0.8, 0, 1)
    return motion_of(skeleton, angles, grounded(skeleton, angles, xy, ground))


def _own(held: Array, rng: np.random.Generator) -> Array:
    """Nobody holds a stance exactly."""
    changed = held + rng.normal(size=len(held)) * 2
    changed[:WHOLE] = held[:WHOLE]
    return changed
