"""A motion: where the 17 keypoints of one body are over some seconds, in metres, and when the body falls, if it does."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detectors.simulation.ragdoll import FPS
from detectors.simulation.skeleton import Array, Skeleton, keypoints_at, places


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Motion:
    #: (n, 17, 3) metres, z up, at FPS
    keypoints: npt.NDArray[np.float32]
    #: metres: what the shares of the rules are shares of
    height: float
    #: of the fall, seconds: when the balance is lost and when the body has reached the ground; None where nobody falls
    fall_s: tuple[float, float] | None

    @property
    def seconds(self) -> float:
        return (len(self.keypoints) - 1) / FPS

    def at(self, times_s: Array) -> Array:
        """Keypoints (n, 17, 3) at any times; before the beginning and after the end nothing moves."""
        place = np.clip(times_s * FPS, 0, len(self.keypoints) - 1)
        before = np.floor(place).astype(np.int64)
        after = np.minimum(before + 1, len(self.keypoints) - 1)
        share = (place - before)[:, None, None]
        return np.asarray(self.keypoints[before] * (1 - share) + self.keypoints[after] * share, np.float64)


def motion_of(
    skeleton: Skeleton,
    angles: Array,
    root: Array,
    *,
    turns: Array | None = None,
    fall_s: tuple[float, float] | None = None,
) -> Motion:
    keypoints = keypoints_at(skeleton, *places(skeleton, angles, root, turns))
    return Motion(keypoints=keypoints.astype(np.float32), height=skeleton.body.height, fall_s=fall_s)
