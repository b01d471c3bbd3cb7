"""The clip that is measured with: what a usual camera sends, 1080p at 25 frames a second and 4 Mbit/s, H.264, a keyframe
every two seconds, no B-frames.

The synthetic square of the demo, enlarged, with a grain that differs in every picture as a sensor's does: without it
the bits would go to nothing that a decoder has to work for.
"""

import os
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt

from vms.demo.cameras import FOOTAGE

WIDTH: Final = 1920
HEIGHT: Final = 1080
RATE: Final = 25
GOP: Final = 50
BITS_PER_S: Final = 4_000_000
#: changed with whatever changes the picture, so that no old clip is measured
_VERSION: Final = 1
_GRAIN: Final = 6


def bench_clip() -> Path:
    """The clip, encoded at the first call (half a minute) and kept in the folder for temporary files."""
    folder = Path(tempfile.gettempdir()) / f"vms-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    clip = folder / f"1080p25-{_VERSION}.mp4"
    if not clip.exists():
        part = clip.with_suffix(f".{os.getpid()}.part")
        _encode(FOOTAGE / "crowd_street.mp4", part)
        part.replace(clip)
    return clip


def _encode(footage: Path, target: Path) -> None:
    options = {
        "preset": "veryfast",
        "bf": "0",
        "sc_threshold": "0",
        "maxrate": str(BITS_PER_S),
        "bufsize": str(BITS_PER_S),
    }
    with av.open(str(footage)) as source, av.open(str(target), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, RATE)
        stream.codec_context.gop_size = GOP
        stream.codec_context.bit_rate = BITS_PER_S
        number = 0
        grain = _grains()
        for shown in source.decode(video=0):
            planes = shown.reformat(WIDTH, HEIGHT, "yuv420p").to_ndarray()
            # The footage has half the rate: every picture is shown twice, with grain of its own each time.
            for _ in range(2):
                picture = planes.copy()
                picture[:HEIGHT] = cv2.add(picture[:HEIGHT], grain[number % len(grain)])
                frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, RATE)
                container.mux(stream.encode(frame))
                number += 1
        container.mux(stream.encode())


def _grains() -> list[npt.NDArray[np.uint8]]:
    """A few patterns, of a size that no loop of pictures repeats."""
    random = np.random.default_rng(0)
    return [random.integers(0, _GRAIN, (HEIGHT, WIDTH), np.uint8) for _ in range(7)]
