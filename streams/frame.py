"""A decoded picture, and the cheap way from its YUV planes to the RGB input of a model.

The planes are views into the decoder's own buffer: nothing is copied until somebody asks for RGB, and then each plane
is resized to the size that is asked for before the colours are converted, which costs a third of converting first.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import cv2
import numpy as np
import numpy.typing as npt

from streams.camera import CameraId

Plane = npt.NDArray[np.uint8]
Picture = npt.NDArray[np.uint8]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """One decoded picture: planar YUV 4:2:0, 8 bit, upright."""

    camera_id: CameraId
    #: media time: seconds since the first packet of the run
    pts_s: float
    #: wall time at which the packet that carried it reached this server
    wall: datetime
    width: int
    height: int
    #: luma (height, width); chroma (ceil(height/2), ceil(width/2)) each
    y: Plane
    u: Plane
    v: Plane

    @classmethod
    def of_picture(
        cls, bgr: Picture, *, camera_id: CameraId, pts_s: float = 0.0, wall: datetime = _EPOCH
    ) -> "Frame":
        """A frame from a still BGR picture of shape (height, width, 3); no camera gave it a time."""
        height, width = bgr.shape[:2]
        even = cv2.copyMakeBorder(bgr, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
        rows, columns = even.shape[:2]
        i420 = np.asarray(cv2.cvtColor(even, cv2.COLOR_BGR2YUV_I420), np.uint8)
        chroma = i420[rows:].reshape(2, rows // 2, columns // 2)
        return cls(
            camera_id=camera_id,
            pts_s=pts_s,
            wall=wall,
            width=width,
            height=height,
            y=i420[:height, :width],
            u=chroma[0],
            v=chroma[1],
        )

    def rgb(self, width: int, height: int) -> Picture:
        """The whole picture as RGB, shape (height, width, 3). Width and height are rounded up to even numbers."""
        return self.crop_rgb((0, 0, self.width, self.height), width, height)

    def bgr(self) -> Picture:
        """The whole picture in its own size as BGR, for drawing and JPEG, shape (height, width, 3)."""
        width, height = self.width + self.width % 2, self.height + self.height % 2
        picture = self.rgb(width, height)[: self.height, : self.width]
        return np.ascontiguousarray(picture[:, :, ::-1])

    def crop_rgb(self, box: tuple[int, int, int, int], width: int, height: int) -> Picture:
        """The part `box` = (left, top, right, bottom) in pixels, resized to RGB of shape (height, width, 3).

        The box is cut to the picture; width and height are rounded up to even numbers.
        """
        left, top = max(0, box[0]), max(0, box[1])
        right, bottom = min(self.width, box[2]), min(self.height, box[3])
        if left >= right or top >= bottom:
            raise ValueError(f"box {box} lies outside a picture of {self.width}x{self.height}")
        width, height = max(2, width + width % 2), max(2, height + height % 2)
        i420 = np.empty((height * 3 // 2, width), np.uint8)
        half = (width // 2, height // 2)
        chroma = (slice(top // 2, (bottom + 1) // 2), slice(left // 2, (right + 1) // 2))
        i420[:height] = _resize(self.y[top:bottom, left:right], (width, height))
        planes = i420[height:].reshape(2, half[1], half[0])
        planes[0] = _resize(self.u[chroma], half)
        planes[1] = _resize(self.v[chroma], half)
        return np.asarray(cv2.cvtColor(i420, cv2.COLOR_YUV2RGB_I420), np.uint8)

    def letterbox(self, width: int, fill: int = 0, *, height: int | None = None) -> tuple[Picture, float]:
        """The picture in the top left corner of an RGB canvas, and the scale picture -> canvas.

        The canvas is `width` wide, and square if `height` is None.
        """
        return self.letterbox_crop((0, 0, self.width, self.height), width, fill, height=height)

    def letterbox_crop(
        self, box: tuple[int, int, int, int], width: int, fill: int = 0, *, height: int | None = None
    ) -> tuple[Picture, float]:
        """Like `letterbox`, of the part `box` in pixels: canvas pixel = (picture pixel - box corner) * scale."""
        height = height or width
        left, top = max(0, box[0]), max(0, box[1])
        right, bottom = min(self.width, box[2]), min(self.height, box[3])
        scale = min(width / max(right - left, 1), height / max(bottom - top, 1))
        inner = round((right - left) * scale), round((bottom - top) * scale)
        inner = min(width, max(2, inner[0] - inner[0] % 2)), min(height, max(2, inner[1] - inner[1] % 2))
        canvas = np.full((height, width, 3), fill, np.uint8)
        canvas[: inner[1], : inner[0]] = self.crop_rgb((left, top, right, bottom), *inner)
        return canvas, scale


def _resize(plane: Plane, size: tuple[int, int]) -> Plane:
    if (plane.shape[1], plane.shape[0]) == size:
        return plane
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), np.uint8)
