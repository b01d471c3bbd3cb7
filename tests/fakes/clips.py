"""Real encoded video for tests, made on the spot: every picture carries its own number as black and white bars."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import PictureType

_BARS = 10


def encode_clip(
    path: Path,
    *,
    codec: str = "h264",
    frames: int = 50,
    rate: int = 25,
    gop: int = 10,
    width: int = 320,
    height: int = 192,
    b_frames: int = 0,
    noise: int = 0,
) -> Path:
    """Write `frames` pictures numbered from 0, in closed GOPs, and return `path`.

    `noise` (up to 30 levels of grey) makes the frames large.
    """
    grain = np.random.default_rng(0)
    encoder = {"h264": "libx264", "hevc": "libx265"}[codec]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(encoder, rate=rate, options=_options(codec, gop, b_frames))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, rate)
        stream.codec_context.gop_size = gop
        for number in range(frames):
            picture = _picture(number, width, height)
            picture += grain.integers(0, noise + 1, picture.shape, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="gray")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def encode_pictures(
    path: Path,
    pictures: Sequence[npt.NDArray[np.uint8]],
    *,
    rate: Fraction,
    keyframes: Collection[int],
    codec: str = "h264",
) -> Path:
    """Write BGR pictures with keyframes at just those numbers, as a camera would, and return `path`."""
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "tune": "zerolatency", "crf": "23"}
        if codec == "hevc":
            options["x265-params"] = "scenecut=0:open-gop=0:log-level=none"
        else:
            options |= {"sc_threshold": "0", "flags": "+cgop"}
        encoder = {"h264": "libx264", "hevc": "libx265"}[codec]
        stream = container.add_stream(encoder, rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = 1 / rate
        stream.codec_context.gop_size = 10 * len(pictures)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, 1 / rate
            frame.pict_type = PictureType.I if number in keyframes else PictureType.NONE
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def number_on(frame: av.VideoFrame) -> int:
    """The number that `encode_clip` drew on the picture."""
    luma = frame.to_ndarray(format="gray")
    bars = np.array_split(luma[luma.shape[0] // 4 : luma.shape[0] // 2], _BARS, axis=1)
    return sum(1 << bit for bit, bar in enumerate(bars) if bar.mean() > 128)


def _picture(number: int, width: int, height: int) -> npt.NDArray[np.uint8]:
    picture = np.zeros((height, width), np.uint8)
    for bit, columns in enumerate(np.array_split(np.arange(width), _BARS)):
        picture[:, columns] = 220 if number >> bit & 1 else 32
    return picture


def _options(codec: str, gop: int, b_frames: int) -> dict[str, str]:
    if codec == "hevc":
        # x265 opens its GOPs by default and talks much; a camera does neither.
        settings = f"keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:bframes={b_frames}:log-level=none"
        return {"preset": "ultrafast", "x265-params": settings}
    return {"preset": "ultrafast", "bf": str(b_frames), "sc_threshold": "0", "flags": "+cgop"}
