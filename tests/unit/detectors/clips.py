"""Real pictures for the networks: frames of the synthetic clips that the demo ships with."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np

from streams.camera import CameraId
from streams.frame import Frame

ROOT = Path(__file__).parents[3]
FOOTAGE = ROOT / "vms" / "demo" / "footage"
MODELS = ROOT / "models"
#: footage beside the project, never part of it
SHARED = ROOT.parent / "shared"
START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def frames_of(path: Path, *, fps: float, from_s: float = 0.0, until_s: float = 1e9) -> Iterator[Frame]:
    """The frames of a clip at about `fps`, chosen by PTS. A frame is good until the next is asked for."""
    due = from_s
    with av.open(str(path)) as container:
        for picture in container.decode(video=0):
            at_s = float((picture.pts or 0) * picture.time_base)
            if at_s > until_s:
                return
            if at_s + 1e-6 >= due:
                due = max(due, at_s - 1 / fps) + 1 / fps
                yield frame_of(picture, at_s)


def frame_of(picture: av.VideoFrame, at_s: float) -> Frame:
    if picture.format.name != "yuv420p":
        picture = picture.reformat(format="yuv420p")
    half = (picture.width + 1) // 2, (picture.height + 1) // 2
    return Frame(
        camera_id=CameraId(1),
        pts_s=at_s,
        wall=START + timedelta(seconds=at_s),
        width=picture.width,
        height=picture.height,
        y=_plane(picture.planes[0], picture.width, picture.height),
        u=_plane(picture.planes[1], *half),
        v=_plane(picture.planes[2], *half),
    )


def plain_frame(width: int, height: int, *, at_s: float = 0.0, luma: int = 128) -> Frame:
    """A grey picture."""
    half = (height + 1) // 2, (width + 1) // 2
    return Frame(
        camera_id=CameraId(1),
        pts_s=at_s,
        wall=START + timedelta(seconds=at_s),
        width=width,
        height=height,
        y=np.full((height, width), luma, np.uint8),
        u=np.full(half, 128, np.uint8),
        v=np.full(half, 128, np.uint8),
    )


def _plane(plane: av.video.plane.VideoPlane, width: int, height: int) -> np.ndarray:
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:height, :width]
