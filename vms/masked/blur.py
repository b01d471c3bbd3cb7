"""Making somebody unrecognisable: blocks as large as a good part of a head, smoothed, and in few shades.

A light blur can be undone; what the mean of a block takes away cannot. The larger somebody is in the picture, the larger the
blocks. Planes are changed where they lie.
"""

import cv2
import numpy as np
import numpy.typing as npt

from streams.frame import Frame, Plane
from streams.mask import Polygon
from vms.masked.cover import Boxes

#: blocks that the longer side of a covered box has at most, and the height of the picture
BLOCKS_A_BOX = 8
BLOCKS_A_PICTURE = 36
#: shades that are left apart, of 256
SHADE = 8


def blur(frame: Frame, boxes: Boxes, region: Polygon | None = None) -> None:
    """Cover the boxes, but for what lies in the region; the frame's planes must be its own."""
    if not len(boxes):
        return
    for block, covered in _levels(boxes, frame.height):
        where = _where(covered, frame.width, frame.height, region)
        for plane in (frame.y, frame.u, frame.v):
            shape = plane.shape[1], plane.shape[0]
            mask = where if plane is frame.y else _halved(where, shape)
            _cover(plane, mask, max(2.0, block * plane.shape[0] / frame.height))


def block_of(longer: float, height: int) -> float:
    """Pixels of a block over a box with that longer side, in a picture of that height: a power of two times the least."""
    least = max(8.0, height / BLOCKS_A_PICTURE)
    return float(least * 2.0 ** max(0, np.ceil(np.log2(max(longer, 1.0) / BLOCKS_A_BOX / least))))


def _levels(boxes: Boxes, height: int) -> list[tuple[float, Boxes]]:
    """Small blocks first: who is large and near stays under large ones."""
    longer = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    blocks = np.array([block_of(float(each), height) for each in longer])
    return [(float(block), boxes[blocks == block]) for block in np.unique(blocks)]


def _where(boxes: Boxes, width: int, height: int, region: Polygon | None) -> Plane:
    """255 where it is covered."""
    where = np.zeros((height, width), np.uint8)
    edges = np.clip(boxes, 0, (width, height, width, height))
    for left, top, right, bottom in np.concatenate(
        [np.floor(edges[:, :2]), np.ceil(edges[:, 2:])], axis=1
    ).astype(int):
        where[top:bottom, left:right] = 255
    if region is not None:
        corners: npt.NDArray[np.float64] = np.array(region) * (width, height)
        cv2.fillPoly(where, [np.round(corners).astype(np.int32)], (0,))
    return where


def _halved(where: Plane, shape: tuple[int, int]) -> Plane:
    """For the planes of colour, of which a pixel is that of four: covered where one of the four is."""
    rows, columns = where.shape
    even = np.pad(where, ((0, rows % 2), (0, columns % 2)))
    quarter: Plane = even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2).max(axis=(1, 3))
    return quarter[: shape[1], : shape[0]]


def _cover(plane: Plane, where: Plane, block: float) -> None:
    x, y, width, height = cv2.boundingRect(where)
    if not width or not height:
        return
    rows, columns = plane.shape
    size = max(1, round(columns / block)), max(1, round(rows / block))
    # the grid is that of the whole picture: it does not move with somebody, which would give more of them away
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (3, 3), 0.8)
    small = small // SHADE * SHADE + SHADE // 2
    large = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR)
    part = slice(y, y + height), slice(x, x + width)
    np.copyto(plane[part], large[part], where=where[part] > 0)
