"""Poses: a frame, or a part of it, in; persons with 17 keypoints each out. MoveNet MultiPose, which ships, gives six at most."""

import math
from typing import Literal

import numpy as np

from detectors.detection import Box, Detection, Pose
from detectors.feeding import Picture
from detectors.onnx_session import OnnxSession
from detectors.rows import detections_of
from streams.frame import Frame

#: networks that take any size take multiples of this
STEP = 32

#: anticlockwise; 3 is one clockwise
QuarterTurns = Literal[0, 1, 3]


class PoseModel:
    """Safe to share between threads: it keeps nothing of a frame."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self._manifest = session.manifest
        #: below it a keypoint is a guess
        self.keypoint_score = session.manifest.thresholds.keypoint
        self.fact = session.fact

    def look(
        self,
        frame: Frame,
        *,
        size: int,
        area: Box | None = None,
        least: float | None = None,
        turned: QuarterTurns = 0,
    ) -> tuple[Detection, ...]:
        """Who is in `area` (the whole picture if None), whose longer side is scaled to `size` pixels.

        A network of one size is always shown pictures of that.
        `least` is the score under which nobody is reported, the manifest's if None. `turned` shows the network the
        part turned by so many quarters anticlockwise: who lies on the right side then stands, which it knows better.
        Boxes and keypoints are in pixels of the frame; the best score comes first. Nothing where the area lies
        outside the picture.
        """
        part = _whole_pixels(area, frame)
        if part[2] - part[0] < 2 or part[3] - part[1] < 2:
            return ()
        fed, form, thresholds = self._manifest.input, self._manifest.form, self._manifest.thresholds
        sides = (fed.width, fed.height) if fed.width else None
        canvas, scale = _fit(frame, part, sides or size, fed.fill, turned)
        answer = self._session.run(canvas)
        found = detections_of(
            form.read(answer, self._manifest.reading(*canvas.shape[:2])),
            form.kind,
            least=thresholds.score if least is None else least,
            overlap=thresholds.overlap if form.doubles else None,
        )
        return tuple(
            _placed(_turned_back(detection, part, scale, turned), part, scale) for detection in found
        )


def _whole_pixels(area: Box | None, frame: Frame) -> tuple[int, int, int, int]:
    """Left, top, right, bottom inside the picture; even, so that luma and chroma are cut at the same place."""
    if area is None:
        return 0, 0, frame.width, frame.height
    left, top = max(0, math.floor(area.left)), max(0, math.floor(area.top))
    right, bottom = min(frame.width, math.ceil(area.right)), min(frame.height, math.ceil(area.bottom))
    return left - left % 2, top - top % 2, right, bottom


def _fit(
    frame: Frame,
    part: tuple[int, int, int, int],
    size: int | tuple[int, int],
    fill: int,
    turned: QuarterTurns,
) -> tuple[Picture, float]:
    """The part, scaled and turned, in the top left corner of a canvas, and the scale.

    A number is the longer side of the picture; the sides of the canvas are then multiples of 32, so that a 16:9 picture
    costs two thirds of what a square canvas costs. A pair is width and height of the canvas.
    """
    width, height = part[2] - part[0], part[3] - part[1]
    if isinstance(size, int):
        scale = size / max(width, height)
    else:
        across, down = (height, width) if turned % 2 else (width, height)
        scale = min(size[0] / across, size[1] / down)
    inner = max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
    picture = np.rot90(frame.crop_rgb(part, inner[0], inner[1]), turned)
    sides = (_round_up(picture.shape[1]), _round_up(picture.shape[0])) if isinstance(size, int) else size
    canvas = np.full((sides[1], sides[0], 3), fill, np.uint8)
    shown = picture[: sides[1], : sides[0]]
    canvas[: shown.shape[0], : shown.shape[1]] = shown
    return canvas, scale


def _round_up(pixels: int) -> int:
    return -(-pixels // STEP) * STEP


def _turned_back(
    detection: Detection, part: tuple[int, int, int, int], scale: float, turned: QuarterTurns
) -> Detection:
    """From pixels of the turned input to those of the input as it was before it was turned."""
    if turned == 0:
        return detection
    assert detection.pose is not None
    width, height = (part[2] - part[0]) * scale, (part[3] - part[1]) * scale
    box, keypoints = detection.box, detection.pose.keypoints.copy()
    x, y = detection.pose.keypoints[:, 0], detection.pose.keypoints[:, 1]
    if turned == 1:
        keypoints[:, 0], keypoints[:, 1] = width - y, x
        back = Box(left=width - box.bottom, top=box.left, right=width - box.top, bottom=box.right)
    else:
        keypoints[:, 0], keypoints[:, 1] = y, height - x
        back = Box(left=box.top, top=height - box.right, right=box.bottom, bottom=height - box.left)
    return Detection(box=back, score=detection.score, pose=Pose(keypoints=keypoints))


def _placed(detection: Detection, part: tuple[int, int, int, int], scale: float) -> Detection:
    """From pixels of the network's input to pixels of the frame."""
    left, top = part[0], part[1]
    box = detection.box
    moved = Box(
        left=box.left / scale + left,
        top=box.top / scale + top,
        right=box.right / scale + left,
        bottom=box.bottom / scale + top,
    )
    assert detection.pose is not None
    keypoints = detection.pose.keypoints.copy()
    keypoints[:, :2] = keypoints[:, :2] / scale + (left, top)
    return Detection(box=moved, score=detection.score, pose=Pose(keypoints=keypoints))
