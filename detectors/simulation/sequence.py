"""A sequence: who does what in front of which camera, drawn from a split by number and seed, and what comes of it in pixels."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from detectors.simulation.camera import HEIGHT, WIDTH, SimulatedCamera
from detectors.simulation.falls import FALLS
from detectors.simulation.motion import Motion
from detectors.simulation.motions import Script
from detectors.simulation.observation import Held, held_of
from detectors.simulation.ordinary import AT_THE_EDGE, ORDINARY, Going
from detectors.simulation.skeleton import Array
from detectors.simulation.split import Split, builds_of

#: share of the sequences in which others walk past, and in which the edge of the picture cuts the person
_IN_COMPANY, _CUT = 0.25, 0.12
#: the least length of a body in the picture, pixels
_LEAST_PX = 42.0
_TRIES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a sequence is to be."""

    number: int
    script: Script
    family: str
    build: str
    camera: SimulatedCamera
    #: who else is there
    others: tuple[Script, ...]
    cut: bool
    #: of everything that is drawn besides the motions
    seed: int

    @property
    def name(self) -> str:
        return f"{self.number:05d} {self.script.kind}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Actor:
    """One body in the picture, frame by frame."""

    #: (n, 17, 2) pixels, in the picture or out of it; NaN behind the camera
    keypoints: Array
    #: metres from the camera (n,)
    away_m: Array
    held: list[Held]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequence:
    #: of the noise
    seed: int
    #: media times (n,), seconds
    at_s: Array
    #: the one that it is about comes first
    actors: tuple[Actor, ...]
    fall_s: tuple[float, float] | None


def plans(split: Split, count: int, seed: int) -> Iterator[Plan]:
    """Half of them fall; kinds come in turn, all else by chance."""
    bodies = builds_of(split)
    falls, ordinary = list(split.falls), list(split.ordinary)
    for number in range(count):
        rng = np.random.default_rng([3, split.salt, seed, number])
        half, falling = divmod(number, 2)
        kind = falls[half % len(falls)] if falling else ordinary[half % len(ordinary)]
        how = ORDINARY.get(kind)
        builds = how.builds if how is not None else ("child", "adult", "elder")
        build = builds[int(rng.integers(len(builds)))]
        others = int(rng.integers(1, 3)) if rng.random() < _IN_COMPANY else 0
        passing = [name for name in ordinary if split.ordinary[name] == "goes by"]
        yield Plan(
            number=number,
            script=_script(kind, int(rng.choice(bodies[build])), rng),
            family=(split.falls if falling else split.ordinary)[kind],
            build=build,
            camera=split.cameras[int(rng.integers(len(split.cameras)))],
            others=tuple(
                _script(str(rng.choice(passing)), int(rng.choice(split.bodies)), rng) for _ in range(others)
            ),
            cut=bool(rng.random() < _CUT),
            seed=int(rng.integers(2**31)),
        )


def stage(plan: Plan, motion: Callable[[Script], Motion | None], fps: float) -> Sequence | None:
    """The plan, carried out; None where nobody fell, or no place in the picture was found in many tries."""
    main = motion(plan.script)
    if main is None:
        return None
    rng = np.random.default_rng([5, plan.seed])
    at_s = np.arange(0.0, main.seconds, 1 / fps)
    placed = _placed(plan, main, at_s, rng)
    if placed is None:
        return None
    actors = [placed]
    for script in plan.others:
        other = motion(script)
        if other is not None:
            actors.append(_passer(plan.camera, other, at_s, rng))
    return Sequence(seed=plan.seed, at_s=at_s, actors=tuple(actors), fall_s=main.fall_s)


def _script(kind: str, body: int, rng: np.random.Generator) -> Script:
    return Script(kind=kind, body=body, seed=zlib.crc32(f"{kind} {rng.integers(2**31)}".encode()))


def _placed(plan: Plan, motion: Motion, at_s: Array, rng: np.random.Generator) -> Actor | None:
    anchor_s = _anchor_s(plan.script.kind, motion)
    looks = [anchor_s] if motion.fall_s is None else [motion.fall_s[0], anchor_s]
    edge = plan.script.kind in AT_THE_EDGE
    for _ in range(_TRIES):
        move = _move(plan.camera, motion, anchor_s, rng, edge=edge or plan.cut)
        pixels = plan.camera.project(move(motion.at(np.array(looks))))
        if _suits(pixels, cut=plan.cut and not edge):
            return _actor(plan.camera, motion, move, at_s)
    return None


def _passer(camera: SimulatedCamera, motion: Motion, at_s: Array, rng: np.random.Generator) -> Actor:
    late_s = float(rng.uniform(-2, 3))
    move = _move(camera, motion, motion.seconds / 2, rng)
    return _actor(camera, motion, move, at_s - late_s)


def _anchor_s(kind: str, motion: Motion) -> float:
    """When the person is where the camera looks."""
    if kind in FALLS:
        return motion.seconds
    how = ORDINARY[kind]
    if kind in AT_THE_EDGE:
        return 0.35 * motion.seconds
    return 0.5 * motion.seconds if isinstance(how, Going) else motion.seconds


def _move(
    camera: SimulatedCamera, motion: Motion, anchor_s: float, rng: np.random.Generator, *, edge: bool = False
) -> Callable[[Array], Array]:
    """Turns the motion anyhow and brings its anchor somewhere in the picture, or to its edge: to a side, or too near."""
    ahead, aside = float(rng.uniform(camera.near_m, camera.far_m)), float(rng.uniform(-0.75, 0.75))
    if edge and rng.random() < 0.7:
        aside = float(rng.uniform(0.75, 1.05) * rng.choice([-1, 1]))
    elif edge:
        ahead = float(rng.uniform(0.5, 1.0)) * camera.near_m
    turn = float(rng.uniform(0, 2 * np.pi))
    spin = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    middle = motion.at(np.array([anchor_s]))[0].mean(axis=0) * (1, 1, 0)
    spot = np.array([aside * camera.half_width_m(ahead), ahead, 0.0])

    def moved(points: Array) -> Array:
        return np.asarray((points - middle) @ spin.T + spot)

    return moved


def _suits(pixels: Array, *, cut: bool) -> bool:
    """Whole in the picture and large enough; or cut by its edge, if that is wanted."""
    if not np.isfinite(pixels).all():
        return False
    inside = _inside(pixels)
    length = np.ptp(pixels[-1], axis=0).max()
    if cut:
        return bool(length > _LEAST_PX and 0.5 < inside[-1].mean() < 1 and inside[0].mean() > 0.4)
    return bool(length > _LEAST_PX and inside.mean() > 0.97)


def _inside(pixels: Array) -> Array:
    x, y = pixels[..., 0], pixels[..., 1]
    return np.asarray((x > 3) & (x < WIDTH - 3) & (y > 3) & (y < HEIGHT - 3))


def _actor(camera: SimulatedCamera, motion: Motion, move: Callable[[Array], Array], at_s: Array) -> Actor:
    keypoints = motion.at(at_s)
    world = move(keypoints)
    away = np.linalg.norm(world.mean(axis=1) - np.array([0, 0, camera.height_m]), axis=1)
    return Actor(keypoints=camera.project(world), away_m=away, held=held_of(keypoints, motion.height))
