"""The same footage made into other footage: another scale, mirrored, faster or slower, darker or lighter, noisier.

So that few minutes of ordinary life can be watched for hours without showing a pipeline twice the same pixels. It makes
no new people and no new actions: what comes of it says how steady the rules are, not how the world is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from streams.frame import Frame, Plane

#: noise is drawn once and cut out anew for every frame
_NOISE_SIZE = 1 << 21
_GREY = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    #: over 1 a part of the picture fills it, under 1 the picture fills a part
    scale: float
    #: where that part is, 0 to 1 both ways
    place: tuple[float, float]
    mirrored: bool
    #: times as fast
    speed: float
    #: added to the luma, and what it is multiplied with
    brightness: float
    contrast: float
    #: standard deviation of what is added to each pixel of the luma
    noise: float
    #: of the noise
    seed: int

    @property
    def text(self) -> str:
        """All of it: what a memory of the varied footage depends on besides the footage."""
        return repr(sorted(asdict(self).items()))


def draw_variation(rng: np.random.Generator) -> Variation:
    return Variation(
        scale=round(float(rng.uniform(0.75, 1.25)), 3),
        place=(round(float(rng.random()), 3), round(float(rng.random()), 3)),
        mirrored=bool(rng.random() < 0.5),
        speed=round(float(rng.uniform(0.8, 1.3)), 3),
        brightness=round(float(rng.uniform(-18, 18)), 1),
        contrast=round(float(rng.uniform(0.85, 1.15)), 3),
        noise=round(float(rng.uniform(0, 7)), 2),
        seed=int(rng.integers(2**31)),
    )


def varied(frames: Iterable[Frame], variation: Variation) -> Iterator[Frame]:
    """Frames with their own pictures and times; the first is at 0 if it was."""
    for number, frame in enumerate(frames):
        planes = [_scaled(plane, variation, i == 0) for i, plane in enumerate((frame.y, frame.u, frame.v))]
        if variation.mirrored:
            planes = [np.ascontiguousarray(plane[:, ::-1]) for plane in planes]
        y = _lit(planes[0], variation, number)
        yield replace(
            frame,
            pts_s=frame.pts_s / variation.speed,
            height=y.shape[0],
            width=y.shape[1],
            y=y,
            u=planes[1],
            v=planes[2],
        )


def _scaled(plane: Plane, variation: Variation, luma: bool) -> Plane:
    """Cut or bordered, not resized: a network resizes what it is given. Sides stay multiples of 4 for luma, 2 for chroma."""
    height, width = plane.shape
    step = 4 if luma else 2
    sides = [step * round(side / variation.scale / step) for side in (height, width)]
    if variation.scale >= 1:
        top, left = (
            step // 2 * int((have - want) * share / (step // 2))
            for have, want, share in zip((height, width), sides, variation.place[::-1], strict=True)
        )
        return plane[top : top + sides[0], left : left + sides[1]]
    above, before = (
        step // 2 * int((want - have) * share / (step // 2))
        for have, want, share in zip((height, width), sides, variation.place[::-1], strict=True)
    )
    fill = _GREY if luma else 128
    grown = np.full(sides, fill, np.uint8)
    grown[above : above + height, before : before + width] = plane
    return grown


def _lit(plane: Plane, variation: Variation, number: int) -> Plane:
    levels = variation.contrast * (np.arange(256) - 128.0) + 128.0 + variation.brightness
    lit = cv2.LUT(plane, levels.clip(0, 255).astype(np.uint8))
    if variation.noise <= 0:
        return np.asarray(lit, np.uint8)
    bank = _noise()
    rng = np.random.default_rng([variation.seed, number])
    first = int(rng.integers(len(bank) - lit.size)) if lit.size < len(bank) else 0
    grain = np.resize(bank[first : first + lit.size], lit.shape)
    return np.asarray(cv2.addWeighted(lit, 1.0, grain, variation.noise, 0.0, dtype=cv2.CV_8U), np.uint8)


@cache
def _noise() -> npt.NDArray[np.float32]:
    """Standard normal."""
    return np.random.default_rng(0).standard_normal(_NOISE_SIZE, np.float32)
