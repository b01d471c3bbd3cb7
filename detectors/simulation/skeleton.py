"""The bones of a body and how they turn: joint angles in, places of keypoints out. The ragdoll is built of the same table.

World: metres, z up. Who stands at yaw 0 faces along -y, the left hand at +x. Angles are degrees; plus is forward or
bending, and away from the middle of the body.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detectors.simulation.body import Body

Array = npt.NDArray[np.float64]

#: of the whole body, then of the joints: hip (flexion, abduction, turn), knee, ankle; spine and neck (flexion, side,
#: turn); shoulder, elbow; left before right
ANGLES = (
    "yaw", "pitch", "roll",
    "hlf", "hla", "hlt", "kl", "al",
    "hrf", "hra", "hrt", "kr", "ar",
    "sf", "ss", "st", "nf", "ns", "nt",
    "slf", "sla", "slt", "el",
    "srf", "sra", "srt", "er",
)  # fmt: skip
PLACE = {name: i for i, name in enumerate(ANGLES)}
WHOLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hinge:
    #: of ANGLES
    name: str
    axis: tuple[float, float, float]
    #: degrees
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flesh:
    """A capsule of a bone, or a ball where both ends are one."""

    #: metres, in the bone's own axes
    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radius: float
    #: share of the body's mass
    mass: float
    friction: float = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Bone:
    name: str
    parent: int
    #: metres, of its joint in the parent's axes
    at: tuple[float, float, float]
    hinges: tuple[Hinge, ...]
    flesh: tuple[Flesh, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    body: Body
    bones: tuple[Bone, ...]
    #: bone and place in it of each of the 17 COCO keypoints
    keypoints: tuple[tuple[int, tuple[float, float, float]], ...]


def skeleton_of(body: Body) -> Skeleton:
    waist = 0.22 * body.trunk
    bones = [_pelvis(body), _chest(body, waist), _head(body, waist)]
    for side, sign in (("l", 1.0), ("r", -1.0)):
        bones += _leg(body, side, sign, len(bones))
    for side, sign in (("l", 1.0), ("r", -1.0)):
        bones += _arm(body, side, sign, waist, len(bones))
    number = {bone.name: i for i, bone in enumerate(bones)}
    return Skeleton(body=body, bones=tuple(bones), keypoints=_keypoints(body, number))


def places(skeleton: Skeleton, angles: Array, root: Array, turns: Array | None = None) -> tuple[Array, Array]:
    """Rotations (n, bones, 3, 3) and joints (n, bones, 3) of poses (n, angles) with the pelvis at `root` (n, 3).

    `turns` (n, 3, 3) replaces yaw, pitch and roll.
    """
    n = len(angles)
    rotations = np.empty((n, len(skeleton.bones), 3, 3))
    joints = np.empty((n, len(skeleton.bones), 3))
    radians = np.radians(angles)
    for i, bone in enumerate(skeleton.bones):
        if bone.parent < 0:
            rotations[:, i] = root_turns(angles) if turns is None else turns
            joints[:, i] = root
            continue
        turn = rotations[:, bone.parent]
        joints[:, i] = joints[:, bone.parent] + turn @ np.array(bone.at)
        for hinge in bone.hinges:
            turn = turn @ _about(hinge.axis, radians[:, PLACE[hinge.name]])
        rotations[:, i] = turn
    return rotations, joints


def root_turns(angles: Array) -> Array:
    """How the pelvis is turned: yaw, then roll, then pitch."""
    yaw, pitch, roll = (np.radians(angles[:, i]) for i in range(WHOLE))
    return np.asarray(_about((0, 0, 1), yaw) @ _about((0, 1, 0), roll) @ _about((1, 0, 0), pitch))


def keypoints_at(skeleton: Skeleton, rotations: Array, joints: Array) -> Array:
    """(n, 17, 3)."""
    return np.stack(
        [joints[:, bone] + rotations[:, bone] @ np.array(at) for bone, at in skeleton.keypoints], axis=1
    )


def lowest(skeleton: Skeleton, rotations: Array, joints: Array) -> Array:
    """(n,) height of the lowest flesh."""
    depths = [
        joints[:, i, 2] + rotations[:, i, 2] @ np.array(end) - flesh.radius
        for i, bone in enumerate(skeleton.bones)
        for flesh in bone.flesh
        for end in (flesh.start, flesh.end)
    ]
    return np.asarray(np.min(depths, axis=0))


def grounded(skeleton: Skeleton, angles: Array, xy: Array, ground: float | Array = 0.0) -> Array:
    """Where the pelvis is (n, 3), if the body touches the ground."""
    root = np.concatenate([xy, np.zeros((len(xy), 1))], axis=1)
    root[:, 2] = ground - lowest(skeleton, *places(skeleton, angles, root))
    return root


def _about(axis: tuple[float, float, float], angle: Array) -> Array:
    """Rotations (n, 3, 3) about an axis of the frame."""
    cos, sin, zero, one = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
    which = next(i for i, part in enumerate(axis) if part)
    sin = sin * axis[which]
    rows = {
        0: ((one, zero, zero), (zero, cos, -sin), (zero, sin, cos)),
        1: ((cos, zero, sin), (zero, one, zero), (-sin, zero, cos)),
        2: ((cos, -sin, zero), (sin, cos, zero), (zero, zero, one)),
    }[which]
    return np.moveaxis(np.array(rows), -1, 0)


def _three(prefix: str, sign: float, ranges: tuple[float, ...], forward: float = -1.0) -> tuple[Hinge, ...]:
    """Flexion, abduction and turn of a ball joint."""
    return (
        Hinge(name=f"{prefix}f", axis=(forward, 0, 0), low=ranges[0], high=ranges[1]),
        Hinge(name=f"{prefix}a", axis=(0, -sign, 0), low=ranges[2], high=ranges[3]),
        Hinge(name=f"{prefix}t", axis=(0, 0, sign), low=ranges[4], high=ranges[5]),
    )


def _pelvis(body: Body) -> Bone:
    wide = 0.8 * body.hip
    flesh = Flesh(
        start=(wide, 0.01, 0.02), end=(-wide, 0.01, 0.02), radius=0.066 * body.height * body.girth, mass=0.142
    )
    return Bone(name="pelvis", parent=-1, at=(0, 0, 0), hinges=(), flesh=(flesh,))


def _chest(body: Body, waist: float) -> Bone:
    wide, high = 0.62 * body.shoulder, 0.82 * (body.trunk - waist)
    radius = 0.066 * body.height * body.girth
    return Bone(
        name="chest",
        parent=0,
        at=(0, 0, waist),
        hinges=(
            Hinge(name="sf", axis=(1, 0, 0), low=-25, high=70),
            Hinge(name="ss", axis=(0, 1, 0), low=-30, high=30),
            Hinge(name="st", axis=(0, 0, 1), low=-35, high=35),
        ),
        flesh=(
            Flesh(start=(wide, 0.01, high), end=(-wide, 0.01, high), radius=radius, mass=0.216),
            Flesh(start=(0.05, 0.0, 0.35 * high), end=(-0.05, 0.0, 0.35 * high), radius=radius, mass=0.139),
        ),
    )


def _head(body: Body, waist: float) -> Bone:
    middle = (0, -0.1 * body.head, body.neck + 0.45 * body.head)
    ball = Flesh(start=middle, end=middle, radius=0.48 * body.head, mass=0.081)
    return Bone(
        name="head",
        parent=1,
        at=(0, 0, body.trunk - waist),
        hinges=(
            Hinge(name="nf", axis=(1, 0, 0), low=-45, high=45),
            Hinge(name="ns", axis=(0, 1, 0), low=-35, high=35),
            Hinge(name="nt", axis=(0, 0, 1), low=-70, high=70),
        ),
        flesh=(ball,),
    )


def _leg(body: Body, side: str, sign: float, first: int) -> list[Bone]:
    height = body.height
    thigh = Bone(
        name=f"thigh_{side}",
        parent=0,
        at=(sign * body.hip, 0, 0),
        hinges=_three(f"h{side}", sign, (-30, 125, -25, 50, -40, 40)),
        flesh=(
            Flesh(
                start=(0, 0, -0.04),
                end=(0, 0, -0.95 * body.thigh),
                radius=0.043 * height * body.girth,
                mass=0.100,
            ),
        ),
    )
    shin = Bone(
        name=f"shin_{side}",
        parent=first,
        at=(0, 0, -body.thigh),
        hinges=(Hinge(name=f"k{side}", axis=(1, 0, 0), low=-2, high=145),),
        flesh=(Flesh(start=(0, 0, 0), end=(0, 0, -body.shin), radius=0.029 * height, mass=0.0465),),
    )
    radius = 0.018 * height
    sole = -body.foot_height + radius
    foot = Bone(
        name=f"foot_{side}",
        parent=first + 1,
        at=(0, 0, -body.shin),
        hinges=(Hinge(name=f"a{side}", axis=(1, 0, 0), low=-35, high=45),),
        flesh=(
            Flesh(start=(0, 0.25 * body.foot_length, sole), end=(0, -0.7 * body.foot_length, sole), radius=radius, mass=0.0145, friction=0.9),
        ),
    )  # fmt: skip
    return [thigh, shin, foot]


def _arm(body: Body, side: str, sign: float, waist: float, first: int) -> list[Bone]:
    upper = Bone(
        name=f"upper_arm_{side}",
        parent=1,
        at=(sign * body.shoulder, 0, 0.97 * (body.trunk - waist)),
        hinges=_three(f"s{side}", sign, (-60, 175, -25, 165, -80, 80)),
        flesh=(
            Flesh(
                start=(0, 0, -0.02),
                end=(0, 0, -0.95 * body.upper_arm),
                radius=0.028 * body.height,
                mass=0.028,
            ),
        ),
    )
    fore = Bone(
        name=f"forearm_{side}",
        parent=first,
        at=(0, 0, -body.upper_arm),
        hinges=(Hinge(name=f"e{side}", axis=(-1, 0, 0), low=0, high=145),),
        flesh=(
            Flesh(start=(0, 0, 0), end=(0, 0, -body.forearm), radius=0.022 * body.height, mass=0.016),
            Flesh(
                start=(0, 0, -body.forearm),
                end=(0, 0, -body.forearm - body.hand),
                radius=0.017 * body.height,
                mass=0.006,
            ),
        ),
    )
    return [upper, fore]


def _keypoints(body: Body, number: dict[str, int]) -> tuple[tuple[int, tuple[float, float, float]], ...]:
    """In the order of COCO: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles."""
    head, up = number["head"], body.neck + 0.42 * body.head
    size = body.head
    found: list[tuple[int, tuple[float, float, float]]] = [(head, (0, -0.55 * size, up))]
    found += [(head, (sign * 0.15 * size, -0.48 * size, up + 0.10 * size)) for sign in (1, -1)]
    found += [(head, (sign * 0.33 * size, -0.05 * size, up + 0.05 * size)) for sign in (1, -1)]
    for bone, length in (("upper_arm", 0.0), ("forearm", 0.0), ("forearm", body.forearm), ("thigh", 0.0)):
        found += [(number[f"{bone}_{side}"], (0, 0, -length)) for side in "lr"]
    for bone, length in (("shin", 0.0), ("shin", body.shin)):
        found += [(number[f"{bone}_{side}"], (0, 0, -length)) for side in "lr"]
    return tuple(found)
