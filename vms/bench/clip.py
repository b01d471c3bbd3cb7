"""A clip as a usual camera sends it: 1080p at 25 frames a second and 4 Mbit/s, H.264, a keyframe every two seconds, no
B-frames. What is to be seen in it: scenes.py.

A grain lies over it that differs in every picture as a sensor's does: without it the bits would go to nothing that a
decoder has to work for, and a still street would be no packets at all.
"""

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.container import OutputContainer
from av.video.stream import VideoStream

#: BGR, of any size
Picture = npt.NDArray[np.uint8]

RATE: Final = 25
GOP: Final = 50
_GRAIN: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    width: int
    height: int
    bits_per_s: int

    def __str__(self) -> str:
        return (
            f"{self.width}x{self.height}, {RATE} frames a second, {self.bits_per_s / 1e6:g} Mbit/s, H.264,"
            f" keyframe every {GOP / RATE:g} s, synthetic"
        )


FULL: Final = Format(width=1920, height=1080, bits_per_s=4_000_000)
#: for a look at whether all of it works
SMALL: Final = Format(width=640, height=360, bits_per_s=500_000)


def kept_clip(name: str) -> Path:
    """Where a clip of this name is kept: encoded once, and nobody else's."""
    folder = Path(tempfile.gettempdir()) / f"vms-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{name}.mp4"


def encode(pictures: Iterable[Picture], target: Path, form: Format) -> None:
    """Pictures at `RATE`, enlarged to the format, each with a grain of its own. What is there is replaced when all is whole."""
    part = target.with_suffix(f".{os.getpid()}.part")
    grain = _grains(form)
    pictures = iter(pictures)
    # The first GOP is sent twice, and dropped once: a camera found its rate long ago.
    run_in = list(islice(pictures, GOP))
    with av.open(str(part), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE, options=_options(form))
        stream.width, stream.height, stream.pix_fmt = form.width, form.height, "yuv420p"
        stream.time_base = Fraction(1, RATE)
        stream.codec_context.gop_size = GOP
        stream.codec_context.bit_rate = form.bits_per_s
        for number, shown in enumerate(chain(run_in, run_in, pictures), -len(run_in)):
            frame = _frame(shown, grain[number % len(grain)], form)
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            _mux(container, stream.encode(frame))
        _mux(container, stream.encode())
    part.replace(target)


def _frame(shown: Picture, grain: Picture, form: Format) -> av.VideoFrame:
    large = cv2.resize(shown, (form.width, form.height), interpolation=cv2.INTER_CUBIC)
    planes = np.asarray(cv2.cvtColor(large, cv2.COLOR_BGR2YUV_I420), np.uint8)
    planes[: form.height] = cv2.add(planes[: form.height], grain)
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")


def _mux(container: OutputContainer, packets: "Iterable[av.Packet[VideoStream]]") -> None:
    """All but the run-in."""
    container.mux([packet for packet in packets if packet.pts is not None and packet.pts >= 0])


def repeat(clip: Path, target: Path, seconds: float) -> None:
    """The clip over and over, bit by bit, until it lasts `seconds`."""
    part = target.with_suffix(f".{os.getpid()}.part")
    with av.open(str(part), "w", format="mp4") as container:
        out = None
        before, length_s = 0, 0.0
        while length_s < seconds:
            with av.open(str(clip)) as source:
                shown = source.streams.video[0]
                out = out or container.add_stream_from_template(shown)
                for packet in source.demux(shown):
                    if packet.pts is not None and packet.dts is not None:
                        packet.pts, packet.dts = packet.pts + before, packet.dts + before
                        packet.stream = out
                        container.mux(packet)
                assert shown.time_base is not None and shown.duration is not None
                before += shown.duration
                length_s = float(before * shown.time_base)
    part.replace(target)


def _options(form: Format) -> dict[str, str]:
    """As the encoder in a camera works: a picture at a time, without looking ahead, so that P-frames are much alike."""
    rate = str(form.bits_per_s)
    parameters = "scenecut=0:rc-lookahead=0:sync-lookahead=0:mbtree=0:sliced-threads=0:bframes=0"
    # A large keyframe is paid for over the seconds after it, not at once.
    buffer = str(4 * form.bits_per_s)
    return {"preset": "veryfast", "x264-params": parameters, "maxrate": rate, "bufsize": buffer}


def _grains(form: Format) -> list[Picture]:
    """A few patterns, of a number that no loop of pictures and no GOP repeats."""
    random = np.random.default_rng(0)
    return [random.integers(0, _GRAIN, (form.height, form.width), np.uint8) for _ in range(7)]
