"""Walking, running and standing about. A foot on the ground stays where it is: that carries the body forward."""

import numpy as np

from detectors.simulation.skeleton import PLACE, Array, Skeleton, places
from detectors.simulation.stances import STAND, periodic

#: over one step cycle: hip and knee of a walker, and how far the toes point down, degrees (Winter 2009, chapter 3, in
#: round numbers)
_HIP = ([0, 0.12, 0.3, 0.5, 0.6, 0.75, 0.87, 1], [24, 18, 4, -12, -6, 18, 27, 24])
_KNEE = ([0, 0.12, 0.3, 0.45, 0.6, 0.72, 0.87, 1], [5, 15, 8, 9, 38, 58, 25, 5])
_SOLE = ([0, 0.1, 0.25, 0.42, 0.58, 0.7, 0.85, 1], [-14, 0, 0, 4, 38, 24, -6, -14])


def steps(
    skeleton: Skeleton, cycles: Array, *, yaw: float, reach: float = 1.0, arms: float = 1.0, lean: float = 3.0
) -> Array:
    """Angles (n, angles) of a walker at so many cycles; `reach`: step length, 1 is usual; above 1.3 it is a run."""
    stoop = skeleton.body.stoop
    held = np.tile(STAND, (len(cycles), 1))
    for side, shift in (("l", 0.0), ("r", 0.5)):
        phase = cycles + shift
        held[:, PLACE[f"h{side}f"]] = reach * periodic(phase, *_HIP)
        held[:, PLACE[f"k{side}"]] = reach * periodic(phase, *_KNEE)
        tilt = held[:, PLACE[f"k{side}"]] - held[:, PLACE[f"h{side}f"]]
        held[:, PLACE[f"a{side}"]] = np.clip(reach * periodic(phase, *_SOLE) - tilt, -35, 45)
        held[:, PLACE[f"s{side}f"]] = 2 - reach * arms * 20 * np.cos(2 * np.pi * phase)
        held[:, PLACE[f"e{side}"]] = 12 + reach * arms * (8 - 7 * np.cos(2 * np.pi * (phase + 0.05)))
    held[:, PLACE["st"]] = reach * 6 * np.cos(2 * np.pi * cycles)
    held[:, PLACE["sf"]] = lean + stoop
    held[:, PLACE["nf"]] = 2 - 0.5 * (lean + stoop)
    held[:, PLACE["yaw"]] = yaw
    return held


def stands_about(skeleton: Skeleton, at_s: Array, rng: np.random.Generator, *, yaw: float) -> Array:
    """Angles of somebody who waits."""
    held = np.tile(STAND, (len(at_s), 1))
    sways = {"sf": 2, "ss": 2, "st": 4, "nf": 6, "nt": 22, "slf": 5, "srf": 5, "el": 8, "er": 8, "roll": 0.6}
    for name, degrees in sways.items():
        held[:, PLACE[name]] += degrees * _drift(at_s, rng)
    if rng.random() < 0.2:  # looks at a phone
        held[:, PLACE["el"]], held[:, PLACE["slf"]], held[:, PLACE["nf"]] = 85, 22, 22
    held[:, PLACE["sf"]] += skeleton.body.stoop
    held[:, PLACE["yaw"]] = yaw
    return held


def carried(skeleton: Skeleton, angles: Array, glide: float = 1.0) -> Array:
    """Where the pelvis is (n, 2), from the origin, if the lower foot never slides; `glide` longer for who runs."""
    feet = [i for i, bone in enumerate(skeleton.bones) if bone.name.startswith("foot")]
    rotations, joints = places(skeleton, angles, np.zeros((len(angles), 3)))
    flesh = skeleton.bones[feet[0]].flesh[0]
    ends = [joints[:, i] + rotations[:, i] @ np.array(end) for i in feet for end in (flesh.start, flesh.end)]
    points = np.stack(ends, axis=1)
    lower = points[:, :, 2].argmin(axis=1)
    moved = np.zeros((len(angles), 2))
    frames = np.arange(len(angles) - 1)
    moved[1:] = points[frames, lower[1:], :2] - points[frames + 1, lower[1:], :2]
    return np.asarray(glide * moved.cumsum(axis=0))


def _drift(at_s: Array, rng: np.random.Generator) -> Array:
    waves = [np.sin(2 * np.pi * at_s * rng.uniform(0.05, 0.25) + rng.uniform(0, 6.3)) for _ in range(3)]
    return np.asarray(sum(waves) / 3)
