"""How the pose network sees a body whose keypoints are known: noise, doubt, gaps and mistakes, as measured on pictures.

Every figure is a distribution that was measured on rendered clips (`observation_measure`), kept in observed.json by how
the body is held and by how large a part of the picture is looked at. What is drawn from them changes from frame to
frame as slowly as was measured: whom the network loses it loses for some frames, and some people it sees badly at all.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from detectors.detection import ANKLES, HEAD, HIPS, KNEES, SHOULDERS
from detectors.pose import QuarterTurns
from detectors.simulation.errors import ObservationUnreadable
from detectors.simulation.skeleton import Array

Held = Literal["upright", "low", "lying"]
HELD: tuple[Held, ...] = ("upright", "low", "lying")
#: the whole picture; a crop around a person at a small and a large size; the same turned so that who lies stands
LookKind = Literal["whole", "crop_small", "crop_large", "turned_small", "turned_large"]
LOOK_KINDS: tuple[LookKind, ...] = ("whole", "crop_small", "crop_large", "turned_small", "turned_large")
#: longer sides in pixels at which they were measured
LOOK_SIZES: Mapping[LookKind, int] = {
    "whole": 320,
    "crop_small": 160,
    "crop_large": 256,
    "turned_small": 160,
    "turned_large": 256,
}
#: keypoints that are measured together
GROUPS: Mapping[str, tuple[int, ...]] = {
    "head": HEAD,
    "shoulders": SHOULDERS,
    "arms": (7, 8, 9, 10),
    "hips": HIPS,
    "legs": KNEES + ANKLES,
}
#: frames a second at which it was measured
MEASURED_FPS = 8.0
#: shares at which distributions are kept
SHARES = np.linspace(0, 1, 21)
#: of each keypoint, which comes instead of it where left and right are taken for each other
SWAPPED = (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15)

MEASURED = Path(__file__).parent / "observed.json"


class _Figures(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LookFigures(_Figures):
    """Lengths are shares of the longer side of the body's true box."""

    #: sights that were measured
    sights: int
    #: of the person, at SHARES; 0 where not found
    scores: tuple[float, ...]
    #: share of the variance of scores that lies between clips, and correlation of two frames on end within one
    score_between: float
    score_lasting: float
    #: by group of keypoints: how far from the truth, and how sure, at SHARES
    errors: dict[str, tuple[float, ...]]
    keypoint_scores: dict[str, tuple[float, ...]]
    #: correlation of the errors of two frames on end, and of two keypoints
    error_lasting: float
    error_shared: float
    #: rank correlation of error and keypoint score
    error_doubt: float
    #: share of the sights in which left and right are swapped
    swapped: float
    #: by which the box is larger than the true keypoints, left, top, right, bottom: mean and standard deviation
    margins: tuple[tuple[float, float], ...]


class Figures(_Figures):
    #: which network, and on what
    model: str
    clips: str
    #: change of a person's score, as a normal deviate, where the body is half as long; bodies of `size_px` were measured
    size_slope: dict[Held, float]
    size_px: float
    #: detections a frame that are nobody
    ghosts: float
    #: correlation, over subjects, of how well they are seen: in two stances, and in two kinds of look
    stances_alike: float
    looks_alike: float
    looks: dict[Held, dict[LookKind, LookFigures]]


@cache
def measured(path: Path = MEASURED) -> Figures:
    """Raises: ObservationUnreadable."""
    try:
        return Figures.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValidationError) as error:
        raise ObservationUnreadable(path=path, reason=str(error).splitlines()[0]) from error


def standing_turn(keypoints: Array) -> QuarterTurns:
    """By how many quarters a picture with these keypoints (17, 2) is to be turned so that the head is on top."""
    along = keypoints[list(HEAD + SHOULDERS)].mean(axis=0) - keypoints[list(HIPS)].mean(axis=0)
    if abs(along[0]) <= abs(along[1]):
        return 0
    return 1 if along[0] > 0 else 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """One body over the frames of a sequence, as one kind of look sees it; pixels."""

    #: (n,) 0 where not found
    scores: Array
    #: (n, 17, 3) x, y, score
    keypoints: Array
    #: (n, 4) left, top, right, bottom
    boxes: Array


def held_of(keypoints: Array, height: float) -> list[Held]:
    """How a body is held, from its true keypoints (n, 17, 3) in metres."""
    z = keypoints[:, :, 2] / height
    shoulders, hips = keypoints[:, SHOULDERS].mean(axis=1), keypoints[:, HIPS].mean(axis=1)
    trunk = shoulders - hips
    lean = np.degrees(np.arctan2(np.hypot(trunk[:, 0], trunk[:, 1]), trunk[:, 2]))
    hip_height = z[:, HIPS].mean(axis=1) - z.min(axis=1)
    held: list[Held] = []
    for lean_deg, hip, tall in zip(lean, hip_height, np.ptp(z, axis=1), strict=True):
        if tall < 0.34 and lean_deg > 50:
            held.append("lying")
        else:
            held.append("upright" if lean_deg < 40 and hip > 0.38 else "low")
    return held


def eases(figures: Figures, rng: np.random.Generator) -> Mapping[LookKind, Mapping[Held, float]]:
    """How well one body is seen at all, as normal deviates: alike in all stances and kinds of look, as far as measured."""
    drawn = _mixing(len(HELD), figures.stances_alike) @ rng.normal(size=(len(HELD), len(LOOK_KINDS)))
    mixed = drawn @ _mixing(len(LOOK_KINDS), figures.looks_alike).T
    return {
        kind: {held: float(mixed[i, j]) for i, held in enumerate(HELD)} for j, kind in enumerate(LOOK_KINDS)
    }


def observe(
    true: Array,
    held: list[Held],
    kind: LookKind,
    figures: Figures,
    fps: float,
    rng: np.random.Generator,
    *,
    ease: Mapping[Held, float],
) -> Sight:
    """`true`: keypoints (n, 17, 2) in pixels, wherever they are; `ease`: see `eases`."""
    n = len(true)
    low, high = true.min(axis=1), true.max(axis=1)
    length = (high - low).max(axis=1)
    looks = {name: figures.looks[name][kind] for name in HELD}
    of = np.array([HELD.index(name) for name in held])
    base = looks["upright"]
    between = np.array([looks[name].score_between for name in HELD])[of]
    easy = np.array([ease[name] for name in HELD])[of]
    rank = np.sqrt(between) * easy + np.sqrt(1 - between) * _lasting(rng, n, 1, base.score_lasting, fps)[:, 0]
    if kind == "whole":
        slope = np.array([figures.size_slope[name] for name in HELD])[of]
        rank = rank + slope * np.maximum(0.0, np.log2(figures.size_px / np.maximum(length, 1.0)))
    scores = np.empty(n)
    keypoints = np.empty((n, 17, 3))
    boxes = np.empty((n, 4))
    noise = _Noise(rng, n, base, fps)
    for i, name in enumerate(HELD):
        rows = of == i
        if not rows.any():
            continue
        look = looks[name]
        scores[rows] = np.interp(_share(rank[rows]), SHARES, look.scores)
        keypoints[rows] = noise.keypoints(rows, true[rows], length[rows], look)
        margins = np.array(look.margins)
        wide = (margins[:, 0] + margins[:, 1] * noise.box[rows]) * length[rows, None]
        boxes[rows] = np.concatenate([low[rows] - wide[:, :2], high[rows] + wide[:, 2:]], axis=1)
    return Sight(scores=scores, keypoints=keypoints, boxes=boxes)


class _Noise:
    """What is drawn once for a sequence, so that it goes on where the body changes its stance."""

    def __init__(self, rng: np.random.Generator, n: int, base: LookFigures, fps: float) -> None:
        shared = math.sqrt(max(0.0, min(1.0, base.error_shared)))
        own = math.sqrt(1 - shared**2)
        common = _lasting(rng, n, 2, base.error_lasting, fps)[:, None]
        each = _lasting(rng, n, 34, base.error_lasting, fps).reshape(n, 17, 2)
        #: (n, 17, 2) standard normal
        self._errors = shared * common + own * each
        self._doubts = _lasting(rng, n, 17, base.error_lasting, fps)
        self.box = _lasting(rng, n, 4, base.error_lasting, fps)
        self._swaps = _lasting(rng, n, 1, 0.7, fps)[:, 0]

    def keypoints(self, rows: Array, true: Array, length: Array, look: LookFigures) -> Array:
        errors = self._errors[rows]
        size = np.hypot(errors[..., 0], errors[..., 1])
        share = 1 - np.exp(-(size**2) / 2)
        normal = _normal(share)
        doubt = look.error_doubt
        sure = _share(doubt * normal + math.sqrt(1 - doubt**2) * self._doubts[rows])
        placed = np.empty((len(true), 17, 3))
        for group, members in GROUPS.items():
            at = list(members)
            far = np.interp(share[:, at], SHARES, look.errors[group]) * length[:, None]
            along = errors[:, at] / np.maximum(size[:, at], 1e-9)[..., None]
            placed[:, at, :2] = true[:, at] + far[..., None] * along
            placed[:, at, 2] = np.interp(sure[:, at], SHARES, look.keypoint_scores[group])
        swapped = _share(self._swaps[rows]) < look.swapped
        placed[swapped] = placed[swapped][:, SWAPPED]
        return placed


def _lasting(rng: np.random.Generator, n: int, count: int, lasting: float, fps: float) -> Array:
    """(n, count) standard normal, each column slow: correlation `lasting` between two frames at MEASURED_FPS."""
    stays = max(0.0, min(0.999, lasting)) ** (MEASURED_FPS / fps)
    fresh = rng.normal(size=(n, count)) * math.sqrt(1 - stays**2)
    column = rng.normal(size=count)
    found = np.empty((n, count))
    for i in range(n):
        found[i] = column = stays * column + fresh[i] if i else column
    return found


def _mixing(count: int, alike: float) -> Array:
    """Makes independent deviates correlated by `alike`."""
    wanted = np.full((count, count), min(alike, 0.999)) + np.eye(count) * (1 - min(alike, 0.999))
    return np.asarray(np.linalg.cholesky(wanted))


_GRID = np.linspace(-4, 4, 801)
_CUMULATED = np.array([NormalDist().cdf(float(x)) for x in _GRID])


def _share(normal: Array) -> Array:
    return np.asarray(np.interp(normal, _GRID, _CUMULATED))


def _normal(share: Array) -> Array:
    return np.asarray(np.interp(share, _CUMULATED, _GRID))
