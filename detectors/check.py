"""A model tried before it is trusted: loaded as for use, run on a grey picture, and on a real one where there is one."""

import time
from pathlib import Path

import cv2
import numpy as np

from detectors.detection import Detection
from detectors.drawing import Colour, Picture, captioned, draw_person
from detectors.manifest import Manifest
from detectors.onnx_session import OnnxSession
from detectors.person import PersonModel
from detectors.pose import PoseModel
from detectors.proposal_errors import PictureUnreadable, PictureUnwritable
from streams.camera import CameraId
from streams.frame import Frame

#: pixels of a side where the network takes any
_SIDE = 256
#: blue, green, red
_FOUND: Colour = (40, 40, 230)


def run_once(folder: Path, manifest: Manifest) -> float:
    """Milliseconds that one run took. Raises: DetectorError, if the file is not what the manifest says."""
    session = OnnxSession(folder=folder, manifest=manifest)
    picture = np.full((manifest.input.height or _SIDE, manifest.input.width or _SIDE, 3), 128, np.uint8)
    session.run(picture)  # the first run allocates
    started = time.perf_counter()
    session.run(picture)
    return 1000 * (time.perf_counter() - started)


def look_once(folder: Path, manifest: Manifest, frame: Frame, *, pose_size: int) -> tuple[Detection, ...]:
    """Whom the network sees in a picture. Raises: DetectorError, if the file is not what the manifest says."""
    session = OnnxSession(folder=folder, manifest=manifest)
    if manifest.task == "pose":
        return PoseModel(session).look(frame, size=pose_size)
    return PersonModel(session).look(frame)


def read_picture(path: Path) -> Frame:
    """Raises: PictureUnreadable."""
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise PictureUnreadable(path=path) from error
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if picture is None:
        raise PictureUnreadable(path=path)
    return Frame.of_picture(np.asarray(picture, np.uint8), camera_id=CameraId(0))


def draw_found(frame: Frame, manifest: Manifest, found: tuple[Detection, ...]) -> Picture:
    """The picture with whom the network sees, under a strip with its name and their number."""
    picture = frame.bgr()
    for detection in found:
        draw_person(picture, detection, 1.0, _FOUND, weight=2)
    # OpenCV writes ASCII only
    name = manifest.name.encode("ascii", "replace").decode()
    return captioned(picture, f"{name}: {len(found)} persons")


def write_picture(pictures: list[Picture], path: Path) -> None:
    """One below the other. Raises: PictureUnwritable."""
    done, data = cv2.imencode(".jpg", np.concatenate(pictures))
    if not done:
        raise PictureUnwritable(path=path, reason="too large for a JPEG")
    try:
        path.write_bytes(data.tobytes())
    except OSError as error:
        raise PictureUnwritable(path=path, reason=error.strerror or str(error)) from error
