"""What a camera may show, as encoded packets: a scene with a sensor's noise and somebody who walks, and what can go wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from streams.packet import MediaPacket, StreamInfo
from tests.fakes.clips import encode_pictures
from tests.fakes.packets import media_of

#: pictures a second, pictures from keyframe to keyframe, pictures of a clip
RATE, GOP, PICTURES = 5, 10, 70
_SIZE = (320, 180)

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    info: StreamInfo
    #: in the order of decoding, a GOP after another
    media: list[MediaPacket]


def scene(seed: int = 1, *, colour: bool = True) -> npt.NDArray[np.float32]:
    """Some walls, windows and poles, BGR."""
    draw = np.random.default_rng(seed)
    width, height = _SIZE
    picture = np.full((height, width, 3), 110, np.uint8)
    for _ in range(90):
        corner = draw.integers(0, (width, height))
        other = corner + draw.integers(8, 60, 2)
        grey = int(draw.integers(40, 210))
        tint = draw.integers(-30, 30, 3) if colour else 0
        shade = np.clip(grey + np.zeros(3) + tint, 0, 255)
        cv2.rectangle(picture, corner.tolist(), other.tolist(), shade.tolist(), -1)
    return picture.astype(np.float32)


def pictures_of(
    view: npt.NDArray[np.float32],
    *,
    noise: float = 2.0,
    walks: bool = True,
    change: Callable[[Picture], Picture] = lambda picture: picture,
    count: int = PICTURES,
) -> list[Picture]:
    """The view with noise, and somebody who crosses it; `change` is done to each picture."""
    grain = np.random.default_rng(7)
    made = []
    for number in range(count):
        picture = view + grain.normal(0.0, noise, view.shape[:2])[:, :, None] if noise else view.copy()
        if walks:
            left = 10 + 4 * number
            picture[80:150, left : left + 20] = 60
        made.append(change(np.clip(picture, 0, 255).astype(np.uint8)))
    return made


def encoded(path: Path, pictures: list[Picture], *, codec: str = "h264") -> View:
    keyframes = range(0, len(pictures), GOP)
    info, media = media_of(
        encode_pictures(path, pictures, rate=Fraction(RATE), keyframes=keyframes, codec=codec)
    )
    return View(info=info, media=media)


def with_text(picture: Picture) -> Picture:
    """As cameras write their name and the time over whatever they show."""
    written = picture.copy()
    cv2.putText(written, "CAM 03 2026-03-14", (6, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1)
    return written
