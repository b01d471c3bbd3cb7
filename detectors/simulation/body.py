"""Bodies by number: height, mass and proportions, drawn from a seed. Nobody in particular.

Lengths are shares of the height and masses shares of the body's, after D. A. Winter, Biomechanics and Motor Control of
Human Movement, 4th ed. (2009), tables 4.1 and figure 4.1; each body differs from them by a few per cent. Children have
larger heads and shorter legs; the old stoop and are slower (see `gait`).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Build = Literal["child", "adult", "elder"]
BUILDS: tuple[Build, ...] = ("child", "adult", "elder")

#: height in metres: least and most
_HEIGHTS: dict[Build, tuple[float, float]] = {
    "child": (1.00, 1.40),
    "adult": (1.50, 1.92),
    "elder": (1.45, 1.75),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    number: int
    build: Build
    #: metres
    height: float
    #: kilograms
    mass: float
    #: metres, from joint to joint, or to the tip
    thigh: float
    shin: float
    foot_height: float
    foot_length: float
    trunk: float
    neck: float
    head: float
    upper_arm: float
    forearm: float
    hand: float
    #: metres, half of the distance between the joints of both sides
    shoulder: float
    hip: float
    #: thickness of the flesh: 1 is average
    girth: float
    #: degrees that the trunk stoops when standing
    stoop: float
    #: share of an adult's step length and cadence
    pace: float


def sample_body(number: int) -> Body:
    """The same number is always the same body. Every third is a child, every third old."""
    rng = np.random.default_rng([11, number])
    build = BUILDS[number % len(BUILDS)]
    height = float(rng.uniform(*_HEIGHTS[build]))
    child = build == "child"
    bulk = float(rng.uniform(0.82, 1.28))

    def length(share: float) -> float:
        return share * height * float(rng.uniform(0.95, 1.05))

    head = length(0.155 if child else 0.130)
    foot_height, neck = length(0.039), length(0.052)
    trunk = length(0.288)
    legs = height - head - foot_height - neck - trunk
    thigh = legs * float(rng.uniform(0.48, 0.52))
    return Body(
        number=number,
        build=build,
        height=height,
        mass=(16.0 if child else 22.5) * height**2 * bulk,
        thigh=thigh,
        shin=legs - thigh,
        foot_height=foot_height,
        foot_length=length(0.152),
        trunk=trunk,
        neck=neck,
        head=head,
        upper_arm=length(0.186),
        forearm=length(0.146),
        hand=length(0.100),
        shoulder=length(0.105),
        hip=length(0.055),
        girth=bulk**0.5,
        stoop=float(rng.uniform(8, 22)) if build == "elder" else float(rng.uniform(0, 4)),
        pace=float(rng.uniform(0.6, 0.85)) if build == "elder" else float(rng.uniform(0.9, 1.1)),
    )
