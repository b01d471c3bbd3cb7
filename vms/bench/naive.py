"""The loop that everybody writes first: `cv2.VideoCapture`, and every picture through every network. Then the same rules.

It is given what is not usually found in such loops: the same networks in the same session, the same tracker and rules,
pictures that are made small before their colours are changed. It neither chooses pictures nor looks twice at anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from detectors.settings import DetectorSettings
from streams.camera import CameraId
from streams.frame import Frame, Picture
from vms.bench.errors import FootageUnusable

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_PLANE: Final = np.zeros((0, 0), np.uint8)
#: what no camera exceeds: a look is always due
_EVERY: Final = 30.0


def every_picture(settings: DetectorSettings) -> DetectorSettings:
    """The same thresholds, with a look of each network at every picture and no second looks."""
    rates = {"fall_fps": _EVERY, "idle_fps": _EVERY, "crowd_fps": _EVERY, "crowd_idle_fps": _EVERY}
    return settings.model_copy(update={**rates, "second_looks": 0})


def pictures_of(path: Path) -> Iterator[Frame]:
    """Raises: FootageUnusable."""
    capture = cv2.VideoCapture(str(path))
    try:
        if not capture.isOpened():
            raise FootageUnusable(path=path, reason="cv2.VideoCapture does not open it")
        while True:
            read, picture = capture.read()
            if not read:
                return
            pts_s = max(0.0, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
            height, width = picture.shape[:2]
            yield _BgrFrame(
                camera_id=CameraId(0),
                pts_s=pts_s,
                wall=_EPOCH,
                width=width,
                height=height,
                y=_NO_PLANE,
                u=_NO_PLANE,
                v=_NO_PLANE,
                picture=np.asarray(picture, np.uint8),
            )
    finally:
        capture.release()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _BgrFrame(Frame):
    """A picture as OpenCV gives it: interleaved, its planes gone."""

    picture: Picture

    def crop_rgb(self, box: tuple[int, int, int, int], width: int, height: int) -> Picture:
        left, top, right, bottom = box
        size = max(2, width + width % 2), max(2, height + height % 2)
        small = cv2.resize(self.picture[top:bottom, left:right], size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.uint8)
