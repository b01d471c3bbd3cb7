"""Where reference pictures are kept: one small PNG a camera and kind of light, in a folder of their own.

To have one taken anew is to remove it: whoever watches the camera notices at its next look.
"""

import logging
from collections.abc import Collection
from pathlib import Path

import cv2
import numpy as np

from streams.camera import CameraId
from streams.picture_signs import HEIGHT, WIDTH, Grey

_log = logging.getLogger(__name__)


class ViewFiles:
    """Blocks on the disk; a disk that refuses costs the memory of a restart and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, camera_id: CameraId, *, colour: bool) -> Path:
        return self._folder / f"{camera_id}-{'day' if colour else 'infrared'}.png"

    def exists(self, camera_id: CameraId, *, colour: bool) -> bool:
        return self.path(camera_id, colour=colour).exists()

    def read(self, camera_id: CameraId, *, colour: bool) -> Grey | None:
        """None where there is none, or none that can be read."""
        try:
            data = self.path(camera_id, colour=colour).read_bytes()
        except OSError:
            return None
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
        if picture is None or picture.shape != (HEIGHT, WIDTH):
            _log.warning("reference picture unreadable: camera=%s", camera_id)
            return None
        return np.asarray(picture, np.float32)

    def write(self, camera_id: CameraId, grey: Grey, *, colour: bool) -> None:
        path = self.path(camera_id, colour=colour)
        png = cv2.imencode(".png", np.clip(np.rint(grey), 0, 255).astype(np.uint8))[1].tobytes()
        half = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            half.write_bytes(png)
            half.replace(path)
        except OSError as error:
            _log.warning("reference picture not kept: camera=%s reason=%s", camera_id, error)

    def remove(self, camera_id: CameraId) -> int:
        """How many there were."""
        paths = [self.path(camera_id, colour=colour) for colour in (True, False)]
        there = [path for path in paths if path.exists()]
        for path in there:
            path.unlink(missing_ok=True)
        return len(there)

    def keep_only(self, cameras: Collection[CameraId]) -> None:
        """Remove those of cameras that are no more."""
        for path in self._folder.glob("*.png"):
            number = path.stem.partition("-")[0]
            if number.isdigit() and CameraId(int(number)) not in cameras:
                path.unlink(missing_ok=True)
