"""The scenes that cameras are measured with, made from the synthetic footage of the demo.

A quiet camera is not a still picture: its sensor has grain (clip.py) and the clock in its corner moves. Nobody is in it
at all. A normal one has three people pass now and then; on a busy one there are people all the time, three to fourteen.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final, Literal

import av
import cv2
import numpy as np

from vms.bench.clip import FULL, RATE, SMALL, Format, Picture, encode, kept_clip
from vms.demo.cameras import FOOTAGE

Scene = Literal["quiet", "normal", "busy"]
SCENES: Final[tuple[Scene, ...]] = ("quiet", "normal", "busy")
#: what is to be seen, in words
WORDS: Final[dict[Scene, str]] = {
    "quiet": "nobody",
    "normal": "three people pass in 6 of every 20 s",
    "busy": "three people become fourteen, over and over",
}
#: changed with whatever changes a picture, so that no old clip is measured
_VERSION: Final = 5
#: seconds after which a quiet and a normal scene begin anew, and those without anybody in the normal one
LOOP_S: Final = 20.0
_STILL_S: Final = 14.0
#: pictures of the quiet footage from which, as their median, the people vanish
_EMPTYING: Final = 45
#: seconds of a clip where only a look at whether all works is wanted
_QUICK_S: Final = 4.0


def scene_clip(scene: Scene, *, quick: bool = False) -> Path:
    """The clip of a scene, encoded at the first call (half a minute each) and kept in the folder for temporary files."""
    form = format_of(quick=quick)
    clip = kept_clip(f"{scene}-{form.height}p{RATE}-{_VERSION}")
    if not clip.exists():
        pictures = islice(_pictures(scene), round(_QUICK_S * RATE) if quick else None)
        encode(pictures, clip, form)
    return clip


def format_of(*, quick: bool) -> Format:
    return SMALL if quick else FULL


def _pictures(scene: Scene) -> Iterator[Picture]:
    """At 25 a second."""
    if scene == "busy":
        yield from _twice(FOOTAGE / "crowd_street.mp4")
        return
    yield from _still(LOOP_S if scene == "quiet" else _STILL_S)
    if scene == "normal":
        yield from _twice(FOOTAGE / "quiet_street.mp4")


def _still(seconds: float) -> Iterator[Picture]:
    for number in range(round(seconds * RATE)):
        yield _with_clock(_empty_street(), number // RATE)


@cache
def _empty_street() -> Picture:
    shown = list(islice(_decoded(FOOTAGE / "quiet_street.mp4"), _EMPTYING))
    return np.asarray(np.median(np.stack(shown), axis=0), np.uint8)


def _with_clock(street: Picture, second: int) -> Picture:
    """Over the line of text that the footage has in its corner."""
    picture = street.copy()
    cv2.rectangle(picture, (2, 2), (214, 28), (12, 12, 12), cv2.FILLED)
    text = f"CAM 45 13:25:{second % 60:02}"
    cv2.putText(picture, text, (8, 21), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (235, 235, 235), 1, cv2.LINE_AA)
    return picture


def _twice(footage: Path) -> Iterator[Picture]:
    """Every picture two times: the footage has half the rate of a camera."""
    for picture in _decoded(footage):
        yield picture
        yield picture


def _decoded(footage: Path) -> Iterator[Picture]:
    with av.open(str(footage)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
