"""A simulated camera: how high it hangs, where it looks, and what of the world falls where in its picture."""

from dataclasses import dataclass

import numpy as np

from detectors.simulation.skeleton import Array

#: pixels
WIDTH, HEIGHT = 640, 360


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCamera:
    """It hangs over the origin and looks along +y."""

    name: str
    #: metres over the ground
    height_m: float
    #: metres ahead at which its middle ray is 0.7 m over the ground
    aim_m: float
    #: degrees from the left edge of the picture to the right
    fov_deg: float
    #: metres ahead at which people are, least and most
    near_m: float
    far_m: float

    @property
    def focal(self) -> float:
        """Pixels."""
        return WIDTH / 2 / float(np.tan(np.radians(self.fov_deg) / 2))

    def project(self, points: Array) -> Array:
        """Points (..., 3) in metres as (..., 2) in pixels; NaN behind the camera."""
        look = np.array([0.0, self.aim_m, 0.7 - self.height_m])
        look /= np.linalg.norm(look)
        right = np.array([1.0, 0.0, 0.0])
        up = np.cross(right, look)
        seen = points - np.array([0.0, 0.0, self.height_m])
        depth = seen @ look
        depth = np.where(depth > 0.2, depth, np.nan)
        across, down = self.focal * (seen @ right) / depth, self.focal * (seen @ up) / depth
        return np.stack([WIDTH / 2 + across, HEIGHT / 2 - down], axis=-1)

    def half_width_m(self, ahead_m: float) -> float:
        """Metres from the middle of the picture to its edge, on the ground at that distance."""
        return float(np.hypot(ahead_m, self.height_m - 0.7) * np.tan(np.radians(self.fov_deg) / 2))
