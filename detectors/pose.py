"""Poses by MoveNet MultiPose: a frame, or a part of it, in; at most six persons with 17 keypoints each out."""

import math
from typing import Literal

import numpy as np

from detectors.decoding import Answer
from detectors.detection import Box, Detection, Pose
from detectors.feeding import Picture
from detectors.onnx_session import OnnxSession
from streams.frame import Frame

#: MoveNet takes sizes that are multiples of this
STEP = 32

#: anticlockwise; 3 is one clockwise
QuarterTurns = Literal[0, 1, 3]


class PoseModel:
    """Safe to share between threads: it keeps nothing of a frame."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self._least = session.manifest.thresholds.score
        #: below it a keypoint is a guess
        self.keypoint_score = session.manifest.thresholds.keypoint
        self._fill = session.manifest.input.fill
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

        `least` is the score under which nobody is reported, the manifest's if None. `turned` shows the network the
        part turned by so many quarters anticlockwise: who lies on the right side then stands, which it knows better.
        Boxes and keypoints are in pixels of the frame; the best score comes first. Nothing where the area lies
        outside the picture.
        """
        part = _whole_pixels(area, frame)
        if part[2] - part[0] < 2 or part[3] - part[1] < 2:
            return ()
        canvas, scale = _fit(frame, part, size, self._fill, turned)
        found = decode(
            self._session.run(canvas),
            canvas.shape[0],
            canvas.shape[1],
            self._least if least is None else least,
        )
        return tuple(
            _placed(_turned_back(detection, part, scale, turned), part, scale) for detection in found
        )


def decode(answer: Answer, height: int, width: int, least: float) -> list[Detection]:
    """MoveNet's (6, 56) rows as detections in pixels of its input, best first, those under `least` left out."""
    found = []
    for row in answer[np.argsort(-answer[:, 55], kind="stable")]:
        if row[55] < least or not np.isfinite(row).all():
            continue
        keypoints = row[:51].reshape(17, 3)[:, [1, 0, 2]] * np.array([width, height, 1], np.float32)
        top, left, bottom, right = (float(value) for value in row[51:55])
        box = Box(left=left * width, top=top * height, right=right * width, bottom=bottom * height)
        if box.width > 1 and box.height > 1:
            found.append(Detection(box=box, score=float(row[55]), pose=Pose(keypoints=keypoints)))
    return found


def _whole_pixels(area: Box | None, frame: Frame) -> tuple[int, int, int, int]:
    """Left, top, right, bottom inside the picture; even, so that luma and chroma are cut at the same place."""
    if area is None:
        return 0, 0, frame.width, frame.height
    left, top = max(0, math.floor(area.left)), max(0, math.floor(area.top))
    right, bottom = min(frame.width, math.ceil(area.right)), min(frame.height, math.ceil(area.bottom))
    return left - left % 2, top - top % 2, right, bottom


def _fit(
    frame: Frame, part: tuple[int, int, int, int], size: int, fill: int, turned: QuarterTurns
) -> tuple[Picture, float]:
    """The part, scaled to `size` and turned, in the top left corner of a canvas whose sides are multiples of 32.

    A 16:9 picture so costs two thirds of what a square canvas costs.
    """
    width, height = part[2] - part[0], part[3] - part[1]
    scale = size / max(width, height)
    inner = max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
    picture = np.rot90(frame.crop_rgb(part, inner[0], inner[1]), turned)
    canvas = np.full((_round_up(picture.shape[0]), _round_up(picture.shape[1]), 3), fill, np.uint8)
    canvas[: picture.shape[0], : picture.shape[1]] = picture
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
