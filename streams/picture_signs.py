"""Figures of one small picture, from which its condition is judged: arithmetic on arrays, no decoder, no clock.

- `same`: the share of single pixels that are as they were in the picture before. They are picked, not averaged: a sensor's
  noise, and an encoder's, changes many pixels of every keyframe, and in averages it would be lost. What is clipped to
  black or white has no noise, and is left out.
- `found`: the share of the reference picture's tiles with structure that are still where they were. Tiles, because a lorry
  or a crowd covers some and a camera that was turned moves all; gradients, because light changes brightness but not
  where edges are.
- `sharp`: how much of the reference's fine detail is left, in the middle one of those of its tiles
  that have most of it.
- `alike`: how well the picture and its reference agree when both are blurred to a few cells: out of focus they do.
"""

from dataclasses import dataclass, replace
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from streams.frame import Frame

Grey = npt.NDArray[np.float32]

#: columns and rows of the small picture, and of its tiles
WIDTH, HEIGHT = 160, 90
_COLUMNS, _ROWS = 8, 6
#: columns and rows of a tile
_TILE = (WIDTH // _COLUMNS, HEIGHT // _ROWS)
#: by how many pixels of the small picture a tile may have moved: a mast sways, and 4 of 160 are not 2 degrees of most lenses
_SWAY = 4
#: from that correlation on a tile is found where it was
_FOUND = 0.5
#: the least mean gradient, grey levels a pixel, of a tile that has structure, and of one in which there is anything at all
_STRUCTURE, _TEXTURE = 2.0, 1.2
#: least tiles with structure that a picture can be a reference with: more than those that only text is written on
_LEAST_TILES = 12
#: grey levels beyond which a pixel counts as clipped, and the least share of others that can be compared
_BLACK, _WHITE, _LEAST_PIXELS = 24, 232, 0.05
#: columns and rows to which pictures are blurred
_COARSE = (16, 9)
#: standard deviation of chroma from which on a picture has colour: by infrared it has none
_COLOUR = 1.0
#: share of a picture that text may cover
_TEXT = 0.03


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallPicture:
    """What is kept of one picture."""

    #: (90, 160): means of luma
    grey: Grey
    #: single pixels of luma, some fifteen thousand
    picked: npt.NDArray[np.uint8]
    #: whether it has colour; by infrared it has none
    colour: bool

    @classmethod
    def of(cls, frame: Frame) -> Self:
        step = max(1, frame.height // HEIGHT)
        # some pixels a cell are enough for a mean: of a large picture not all need be read
        stride = max(1, frame.height // 360)
        grey = cv2.resize(frame.y[::stride, ::stride], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        return cls(
            grey=np.asarray(grey, np.float32),
            picked=frame.y[step // 2 :: step, step // 2 :: step].copy(),
            colour=max(float(plane[::step, ::step].std()) for plane in (frame.u, frame.v)) > _COLOUR,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSigns:
    #: grey level that all but the lightest 3 % stay under: in the dark it is low, whatever text is written on the picture
    light: float
    #: share of tiles in which there is anything at all
    textured: float
    #: share of pixels that are as in the picture before; None where that cannot be compared
    same: float | None = None
    #: against the reference; None where there is none
    found: float | None = None
    sharp: float | None = None
    alike: float | None = None
    #: how far apart its light and dark parts are, as a multiple of the reference's
    contrast: float | None = None


class Structure:
    """What a picture is compared by."""

    def __init__(self, grey: Grey) -> None:
        self.edges = _gradients(grey)
        self.fine = _tile_means(np.abs(cv2.Laplacian(grey, cv2.CV_32F)))
        self.coarse = np.asarray(cv2.resize(grey, _COARSE, interpolation=cv2.INTER_AREA), np.float32)
        #: (6, 8): what a privacy mask touches, which is blacker than any camera's black, has edges that are not the view's
        self.masked = _tile_means(np.asarray(grey < 1.0, np.float32)) > 0.0
        gradients = _tile_means(self.edges)
        self.textured = (gradients >= _TEXTURE) & ~self.masked
        #: tiles by which a picture can be known again
        self.structured = (gradients >= _STRUCTURE) & ~self.masked

    @property
    def is_enough(self) -> bool:
        """Whether a picture could be known again by it."""
        return int(np.count_nonzero(self.structured)) >= _LEAST_TILES

    def found_in(self, other: "Structure") -> float:
        """The share of its tiles that are in `other` where they are here."""
        near = _correlations(_tiles(self.edges), _tiles(other.edges)) >= _FOUND
        wide = np.pad(other.edges, _SWAY, mode="edge")
        moved = sum(
            self._is_found(wide, int(row), int(column))
            for row, column in np.argwhere(self.structured & ~near)
        )
        tiles = int(np.count_nonzero(self.structured))
        return (int(np.count_nonzero(self.structured & near)) + moved) / max(tiles, 1)

    def left_in(self, other: "Structure") -> float:
        """How much of its fine detail there is in `other`."""
        fine = self.fine[self.structured]
        if not fine.size:
            return 1.0
        # Where there is little detail, noise takes its place.
        finest = fine >= np.median(fine)
        return float(np.median(other.fine[self.structured][finest] / np.maximum(fine[finest], 1e-3)))

    def _is_found(self, wide: Grey, row: int, column: int) -> bool:
        left, top = column * _TILE[0], row * _TILE[1]
        tile = self.edges[top : top + _TILE[1], left : left + _TILE[0]]
        around = wide[top : top + _TILE[1] + 2 * _SWAY, left : left + _TILE[0] + 2 * _SWAY]
        return float(cv2.matchTemplate(around, tile, cv2.TM_CCOEFF_NORMED).max()) >= _FOUND


def signs_of(
    picture: SmallPicture, *, before: SmallPicture | None = None, reference: Structure | None = None
) -> PictureSigns:
    structure = Structure(picture.grey)
    highest = int((1.0 - _TEXT) * picture.grey.size)
    signs = PictureSigns(
        light=float(np.partition(picture.grey, highest, axis=None)[highest]),
        textured=float(structure.textured.sum() / max(1, np.count_nonzero(~structure.masked))),
        same=None if before is None else _same(picture.picked, before.picked),
    )
    if reference is None:
        return signs
    return replace(
        signs,
        found=reference.found_in(structure),
        sharp=reference.left_in(structure),
        alike=float(_correlations(structure.coarse, reference.coarse)),
        contrast=float(structure.coarse.std() / max(float(reference.coarse.std()), 1e-3)),
    )


def _same(picked: npt.NDArray[np.uint8], before: npt.NDArray[np.uint8]) -> float | None:
    if picked.shape != before.shape:
        return None
    between = (picked > _BLACK) & (picked < _WHITE)
    compared = int(np.count_nonzero(between))
    if compared < _LEAST_PIXELS * picked.size:
        return None
    return int(np.count_nonzero((picked == before) & between)) / compared


def _gradients(grey: Grey) -> Grey:
    """How much the picture changes at each pixel, grey levels a pixel."""
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.125)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _tile_means(values: npt.NDArray[np.float32]) -> Grey:
    """(6, 8)."""
    return np.asarray(cv2.resize(values, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA), np.float32)


def _tiles(values: Grey) -> Grey:
    """(6, 8, 15, 20)."""
    return values.reshape(_ROWS, _TILE[1], _COLUMNS, _TILE[0]).swapaxes(1, 2)


def _correlations(one: Grey, other: Grey) -> Grey:
    """Over the last two axes, -1 to 1; about 0 where one of them is flat."""
    one = one - one.mean((-2, -1), keepdims=True)
    other = other - other.mean((-2, -1), keepdims=True)
    norms = np.sqrt((one * one).sum((-2, -1)) * (other * other).sum((-2, -1)))
    return np.asarray((one * other).sum((-2, -1)) / np.maximum(norms, 1e-3), np.float32)
