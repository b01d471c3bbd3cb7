"""A masked copy of a video: people are looked for in all of it first, then it is changed picture by picture.

frames -> boxes -> cover, and again: frames -> blurred -> black -> watermark -> H.264. Twice through the file, so that what is
covered may begin before somebody is first seen and memory holds boxes and one picture. Blocks; called in a thread.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from detectors.detector import PersonDetector
from detectors.event import ModelFact
from detectors.person_tracker import is_box
from runtime.chain import Digest, canonical
from streams.errors import VideoUnreadable
from streams.frame import Frame
from streams.mask import Mask, mask_of
from streams.remake import CRF, Pictures, Remade, Shown
from vms.masked.blur import BLOCKS_A_BOX, BLOCKS_A_PICTURE, SHADE, blur
from vms.masked.cover import Cover
from vms.masked.errors import MaskedCancelled, MaskedOverItself
from vms.masked.watermark import Watermark
from vms.masked.wish import MaskedWish

#: hears the share that is done, 0 to 1; raises to give up, or answers False
OnProgress = Callable[[float], bool | None]
_BLOCK = 1 << 20
#: share of the work that looking is
_LOOKING = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedCopy:
    path: Path
    bytes: int
    sha256: Digest
    pictures: int
    #: pictures in which people were looked for, and boxes found in them
    looks: int
    sights: int
    #: packets that could not be decoded and are not in the copy
    damaged: int
    duration_s: float
    #: canonical JSON: what it was made from and how
    statement: Mapping[str, object]


def make_masked_copy(
    source: Path,
    target: Path,
    wish: MaskedWish,
    detector: PersonDetector,
    *,
    original: Mapping[str, object] | None = None,
    on_progress: OnProgress = lambda _share: None,
) -> MaskedCopy:
    """Write the masked copy of a video to `target`; nothing is there where it fails.

    `original` says more of what it was made from. Raises VideoUnreadable, NoVideo, VideoUnwritable, MaskedError.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise MaskedOverItself(path=source)
    hear = _hearing(on_progress)
    digest = sha256_of(source)
    statement = statement_of(wish, detector.fact, original={**(original or {}), "sha256": digest.hex()})
    pictures, count, first_s, last_s = Pictures(source), 0, None, 0.0
    with Remade(target, comment=canonical(statement), threads=wish.settings.threads) as remade:
        cover = cover_of(source, wish, detector, on_progress=lambda share: hear(share * _LOOKING))
        painter = Painter(wish, cover)
        for shown in pictures:
            remade.write(painter.over(shown))
            count += 1
            last_s = shown.frame.pts_s
            first_s = last_s if first_s is None else first_s
            if pictures.duration_s > 0:
                hear(_LOOKING + (1 - _LOOKING) * min(1.0, last_s / pictures.duration_s))
    return MaskedCopy(
        path=target,
        bytes=target.stat().st_size,
        sha256=sha256_of(target),
        pictures=count,
        looks=cover.looks,
        sights=cover.sights,
        damaged=pictures.damaged,
        duration_s=last_s - (first_s or 0.0),
        statement=statement,
    )


def cover_of(
    source: Path,
    wish: MaskedWish,
    detector: PersonDetector,
    *,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> Cover:
    """Where people are in a video. Raises VideoUnreadable, NoVideo."""
    settings = wish.settings
    cover = Cover(before_s=settings.before_s, after_s=settings.after_s, margin=settings.margin)
    pictures, last_place = Pictures(source), None
    for shown in pictures:
        at_s = shown.frame.pts_s
        place = int(
            at_s * settings.looks_fps + 1e-3
        )  # by media time: a picture that is late puts no look off
        if place == last_place:
            continue
        last_place = place
        look(cover, shown.frame, detector, settings.score_share)
        if pictures.duration_s > 0:
            on_progress(min(1.0, at_s / pictures.duration_s))
    return cover


def look(cover: Cover, frame: Frame, detector: PersonDetector, score_share: float) -> None:
    found = detector.look(frame, least=detector.score * score_share)
    cover.add(frame.pts_s, [each.box for each in found if is_box(each)])


class Painter:
    """Changes the pictures of one video."""

    def __init__(self, wish: MaskedWish, cover: Cover | None) -> None:
        """`cover`: None where people stay as they are, and only masks and watermark are put over them."""
        self._wish = wish
        self._cover = cover
        self._mask: Mask | None = mask_of(wish.masks)
        self._watermark: Watermark | None = None

    def over(self, shown: Shown) -> Shown:
        """A changed copy. Masks lie over what is blurred, the region lifts no mask, and the watermark lies over all."""
        given = shown.frame
        frame = replace(given, y=given.y.copy(), u=given.u.copy(), v=given.v.copy())
        if self._cover is not None:
            blur(frame, self._cover.at(frame.pts_s), self._wish.region)
        if self._mask is not None:
            frame = self._mask.over(frame)
        if self._wish.watermark:
            if self._watermark is None:
                self._watermark = Watermark(self._wish.watermark, width=frame.width, height=frame.height)
            self._watermark.over(frame)
        return replace(shown, frame=frame)


def statement_of(
    wish: MaskedWish, network: ModelFact, *, original: Mapping[str, object]
) -> dict[str, object]:
    """What was done, without floats: it stands in the file's metadata and in a manifest."""
    settings = wish.settings
    return {
        "original": False,
        "derived_from": dict(original),
        "blur": {
            "kind": "mosaic, smoothed, in few shades",
            "blocks_a_box": BLOCKS_A_BOX,
            "blocks_a_picture": BLOCKS_A_PICTURE,
            "shade": SHADE,
            "margin_percent": round(settings.margin * 100),
            "before_ms": round(settings.before_s * 1000),
            "after_ms": round(settings.after_s * 1000),
            "looks_per_1000_s": round(settings.looks_fps * 1000),
            "score_percent_of_networks_own": round(settings.score_share * 100),
        },
        "network": {"name": network.name, "sha256": network.sha256},
        "region": None if wish.region is None else _corners(wish.region),
        "masks": [_corners(polygon) for polygon in wish.masks],
        "watermark": wish.watermark or None,
        "encoding": f"H.264, x264 crf {CRF}, no sound",
        "look_before_release": "a person must look at it: people whom the network misses are not blurred",
    }


def sha256_of(path: Path) -> Digest:
    """Raises: VideoUnreadable."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise VideoUnreadable(url=str(path), reason=error.strerror or str(error)) from error
    return digest.digest()


def _corners(polygon: "tuple[tuple[float, float], ...]") -> str:
    return " ".join(f"{x:.6g},{y:.6g}" for x, y in polygon)


def _hearing(on_progress: OnProgress) -> Callable[[float], None]:
    def hear(share: float) -> None:
        if on_progress(share) is False:
            raise MaskedCancelled

    return hear
