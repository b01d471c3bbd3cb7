"""A body that falls by physics: MuJoCo moves the same bones that `skeleton` turns. Only this module imports MuJoCo.

Who is pushed, or whose strength fails, tries for a moment to hold a target pose: weak springs in the joints, which let go
soon after the ground is reached. What comes of it is not chosen but simulated.
"""

from dataclasses import dataclass

import numpy as np

from detectors.simulation.errors import SimulatorMissing
from detectors.simulation.skeleton import ANGLES, PLACE, WHOLE, Array, Flesh, Skeleton, root_turns

try:
    import mujoco
except ImportError:
    mujoco = None

#: frames a second of what comes out, and steps of physics for each
FPS, _STEPS = 25, 20
#: newton metres per radian of an adult's joints, by their first letters
_STRENGTH = {"h": 160.0, "k": 110.0, "a": 30.0, "s": 35.0, "e": 18.0, "n": 25.0, "trunk": 220.0}
_TRUNK = ("sf", "ss", "st")
_DAMPING = {"h": 3.0, "k": 2.0, "a": 1.2, "s": 1.2, "e": 0.8, "n": 1.0, "trunk": 6.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What brings somebody down."""

    #: newtons on the chest of an adult of 70 kg, forward and to the own left, for `push_s`
    force: tuple[float, float]
    push_s: float
    #: share of the strength at first, and what is left later; seconds in which it fades
    strength: float
    rest: float
    fades_s: float
    #: seconds in which the target pose is gone over to
    turns_s: float = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What somebody sits or lies on: a box, centred under the pelvis."""

    #: metres: to the sides, fore and aft, height of the top
    wide: float
    deep: float
    height: float
    #: metres by which its middle is behind the pelvis, and to the left of it
    back: float
    aside: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tumble:
    """At FPS."""

    angles: Array
    turns: Array
    root: Array
    #: whether everything had come to rest at the end
    rested: bool


def tumble(
    skeleton: Skeleton,
    *,
    start: Array,
    speed: Array,
    root: Array,
    velocity: Array,
    target: Array,
    push: Push,
    seconds: float,
    seat: Seat | None = None,
) -> Tumble:
    """`start`, `target`: angles in degrees; `speed`: degrees a second; `root`: where the pelvis is; `velocity`: of it, xy.

    Raises: SimulatorMissing.
    """
    if mujoco is None:
        raise SimulatorMissing
    yaw = float(start[PLACE["yaw"]])
    model = mujoco.MjModel.from_xml_string(_xml(skeleton, seat, root, yaw))
    data = mujoco.MjData(model)
    names = ANGLES[WHOLE:]
    places = np.array([model.joint(name).qposadr[0] for name in names])
    motors = np.array([model.joint(name).dofadr[0] for name in names])
    turn = np.zeros(4)
    mujoco.mju_mat2Quat(turn, root_turns(start[None])[0].ravel())
    data.qpos[:3], data.qpos[3:7] = root, turn
    data.qpos[places], data.qvel[motors] = np.radians(start[WHOLE:]), np.radians(speed[WHOLE:])
    data.qvel[:2] = velocity
    chest = model.body("chest").id
    weight = skeleton.body.mass / 70.0
    strength = weight * np.array([_of_joint(_STRENGTH, name) for name in names])
    force = np.zeros(6)
    force[:2] = weight * (push.force[0] * ahead(yaw) + push.force[1] * leftward(yaw))
    begin, goal = data.qpos[places].copy(), np.radians(target[WHOLE:])
    angles, turns, roots = [], [], []
    for _ in range(round(seconds * FPS)):
        angles.append(_angles(data.qpos[places]))
        turns.append(_matrix(data.qpos[3:7]))
        roots.append(data.qpos[:3].copy())
        for _ in range(_STEPS):
            t = data.time
            share = min(1.0, t / push.turns_s)
            left = push.rest + (push.strength - push.rest) * np.exp(-t / push.fades_s)
            left *= 1 - 0.9 * np.clip((t - 0.65 - push.turns_s) / 0.6, 0, 1)
            wanted = begin * (1 - share) + goal * share
            torque = strength * (wanted - data.qpos[places]) - 0.08 * strength * data.qvel[motors]
            data.qfrc_applied[motors] = left * torque
            data.xfrc_applied[chest] = force if t < push.push_s else 0.0
            mujoco.mj_step(model, data)
    rested = bool(np.isfinite(data.qpos).all() and np.abs(data.qvel).max() < 3.0)
    return Tumble(angles=np.array(angles), turns=np.array(turns), root=np.array(roots), rested=rested)


def ahead(yaw: float) -> Array:
    """Where somebody faces, xy."""
    return np.array([np.sin(np.radians(yaw)), -np.cos(np.radians(yaw))])


def leftward(yaw: float) -> Array:
    return np.array([np.cos(np.radians(yaw)), np.sin(np.radians(yaw))])


def _angles(radians: Array) -> Array:
    return np.concatenate([np.zeros(WHOLE), np.degrees(radians)])


def _matrix(quaternion: Array) -> Array:
    flat = np.zeros(9)
    mujoco.mju_quat2Mat(flat, quaternion)
    return flat.reshape(3, 3)


def _of_joint(table: dict[str, float], name: str) -> float:
    return table["trunk" if name in _TRUNK else name[0]]


def _xml(skeleton: Skeleton, seat: Seat | None, root: Array, yaw: float) -> str:
    children: dict[int, list[int]] = {}
    for i, bone in enumerate(skeleton.bones):
        children.setdefault(bone.parent, []).append(i)

    def body(i: int) -> str:
        bone = skeleton.bones[i]
        joints = (
            '<freejoint name="root"/>'
            if bone.parent < 0
            else "".join(
                f'<joint name="{h.name}" type="hinge" axis="{_text(h.axis)}" range="{h.low} {h.high}"'
                f' damping="{_of_joint(_DAMPING, h.name)}" armature="0.02"/>'
                for h in bone.hinges
            )
        )
        flesh = "".join(_geom(part, skeleton.body.mass) for part in bone.flesh)
        inner = "".join(body(child) for child in children.get(i, ()))
        return f'<body name="{bone.name}" pos="{_text(bone.at)}">{joints}{flesh}{inner}</body>'

    return (
        '<mujoco><compiler angle="degree" autolimits="true"/><option timestep="0.002" integrator="implicitfast"/>'
        '<worldbody><geom name="floor" type="plane" size="30 30 1" friction="1.1 .02 .002"/>'
        f"{_seat(seat, root, yaw)}{body(0)}</worldbody><contact>{_apart(skeleton)}</contact></mujoco>"
    )


def _geom(part: Flesh, mass: float) -> str:
    form = (
        f'type="sphere" pos="{_text(part.start)}"'
        if part.start == part.end
        else f'type="capsule" fromto="{_text(part.start)} {_text(part.end)}"'
    )
    return f'<geom {form} size="{part.radius:.4f}" mass="{part.mass * mass:.3f}" friction="{part.friction} .01 .001"/>'


def _seat(seat: Seat | None, root: Array, yaw: float) -> str:
    if seat is None:
        return ""
    x, y = root[:2] - seat.back * ahead(yaw) + seat.aside * leftward(yaw)
    size = f"{seat.wide / 2:.3f} {seat.deep / 2:.3f} {seat.height / 2:.3f}"
    return f'<geom type="box" pos="{x:.3f} {y:.3f} {seat.height / 2:.3f}" euler="0 0 {yaw:.2f}" size="{size}" friction=".6 .01 .001"/>'


def _apart(skeleton: Skeleton) -> str:
    """Bones that overlap by build do not push each other; MuJoCo leaves out parent and child itself."""
    pairs = [("pelvis", "head"), ("thigh_l", "thigh_r")]
    for side in "lr":
        pairs += [
            ("head", f"upper_arm_{side}"),
            ("pelvis", f"upper_arm_{side}"),
            ("pelvis", f"forearm_{side}"),
        ]
        pairs += [("chest", f"forearm_{side}"), ("chest", f"thigh_{side}"), ("pelvis", f"shin_{side}")]
        pairs += [(f"thigh_{other}", f"forearm_{side}") for other in "lr"]
    return "".join(f'<exclude body1="{one}" body2="{other}"/>' for one, other in pairs)


def _text(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:.4f}" for value in values)
