"""The bare parts of analysis, added up: PyAV decodes, the YUV planes become pictures, ONNX Runtime runs. Nothing else.

`python -m vms.bench.bare CLIP WARM_S WINDOW_S FRAMES_PER_S RUNS` reads the clip as fast as a camera sends it, so that the
caches and the clock of the processor are as warm as in the real case. RUNS is JSON: decoding, height, width, runs a frame.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

import av
import numpy as np
from av.video.frame import VideoFrame

from detectors.decoding import FORMS, Decoding
from detectors.manifest import find_manifest
from detectors.onnx_session import OnnxSession
from runtime.clock import SystemClock, cpu_seconds
from streams.camera import CameraId
from streams.frame import Frame, Plane
from vms.places import models_folder

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: decoding, height, width, runs a frame
RunRate = tuple[Decoding, int, int, float]


def measure(
    clip: str, *, warm_s: float, window_s: float, frames_per_s: float, rates: list[RunRate]
) -> dict[str, float]:
    clock = SystemClock()
    sessions = {decoding: _session(decoding) for decoding in ("movenet", "nanodet")}
    owed = [0.0] * len(rates)
    started = clock.monotonic()
    begun: tuple[float, float] | None = None
    frames = place = 0
    for at_s, picture in _paced(clip, clock, started):
        if begun is None and at_s >= warm_s:
            begun, frames = (cpu_seconds(), clock.monotonic()), 0
        if at_s >= warm_s + window_s:
            break
        if int(at_s * frames_per_s) < place:
            continue
        place += 1
        frames += 1
        frame = _frame_of(picture, at_s)
        for index, (decoding, height, width, rate) in enumerate(rates):
            owed[index] += rate
            while owed[index] >= 1.0:
                owed[index] -= 1.0
                sessions[decoding].run(frame.rgb(width, height))
    assert begun is not None, "the window ended before it began"
    return {"cpu_s": cpu_seconds() - begun[0], "wall_s": clock.monotonic() - begun[1], "frames": frames}


def _session(decoding: Decoding) -> OnnxSession:
    return OnnxSession(folder=models_folder(), manifest=find_manifest(models_folder(), FORMS[decoding].task))


def _paced(clip: str, clock: SystemClock, started: float) -> Iterator[tuple[float, VideoFrame]]:
    """Every picture of the clip, over and over, each at its time."""
    before_s = last_s = 0.0
    while True:
        with av.open(clip) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            for picture in container.decode(stream):
                last_s = before_s + (picture.time or 0.0)
                # No event loop here: what is measured is the parts without one.
                time.sleep(max(0.0, started + last_s - clock.monotonic()))
                yield last_s, picture
        before_s = last_s + 0.04


def _frame_of(picture: VideoFrame, pts_s: float) -> Frame:
    y, u, v = (
        cast(Plane, np.frombuffer(memoryview(plane), np.uint8)).reshape(plane.height, plane.line_size)[
            :, : plane.width
        ]
        for plane in picture.planes
    )
    return Frame(
        camera_id=CameraId(1),
        pts_s=pts_s,
        wall=_EPOCH,
        width=picture.width,
        height=picture.height,
        y=y,
        u=u,
        v=v,
    )


if __name__ == "__main__":
    path, warm, window, frames_rate, runs = sys.argv[1:]
    found = measure(
        path,
        warm_s=float(warm),
        window_s=float(window),
        frames_per_s=float(frames_rate),
        rates=[(run[0], run[1], run[2], run[3]) for run in json.loads(runs)],
    )
    print(json.dumps(found))
