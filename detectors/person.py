"""Persons by NanoDet: a frame in, boxes out. It counts; it does not see how anybody stands or lies."""

from collections.abc import Sequence

import cv2
import numpy as np

from detectors.detection import Box, Detection
from detectors.onnx_session import Answer, OnnxSession
from streams.frame import Frame


class PersonModel:
    """Safe to share between threads: it keeps nothing of a frame."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self._thresholds = session.manifest.thresholds
        self._size = session.manifest.input.width
        self.fact = session.fact

    def look(self, frame: Frame) -> tuple[Detection, ...]:
        """Who is in the picture, in pixels of the frame, best score first."""
        canvas, scale = frame.letterbox(self._size)
        found = decode(self._session.run(canvas), self._thresholds.score, self._thresholds.overlap)
        return tuple(
            Detection(box=_placed(detection.box, scale, frame), score=detection.score) for detection in found
        )


def decode(answer: Answer, least: float, overlap: float) -> list[Detection]:
    """Rows (left, top, right, bottom, score) as detections, duplicates suppressed, best score first."""
    rows = answer[answer[:, 4] >= least]
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    return [
        Detection(
            box=Box(left=float(row[0]), top=float(row[1]), right=float(row[2]), bottom=float(row[3])),
            score=float(row[4]),
        )
        for row in rows[_without_duplicates(rows, overlap)]
    ]


def _without_duplicates(rows: Answer, overlap: float) -> Sequence[int]:
    if not len(rows):
        return []
    boxes = np.concatenate([rows[:, :2], rows[:, 2:4] - rows[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), rows[:, 4].tolist(), 0.0, overlap)
    return [int(i) for i in np.asarray(kept).reshape(-1)]


def _placed(box: Box, scale: float, frame: Frame) -> Box:
    """From pixels of the network's input to pixels of the frame, cut to the picture."""
    return Box(
        left=max(0.0, box.left / scale),
        top=max(0.0, box.top / scale),
        right=min(float(frame.width), box.right / scale),
        bottom=min(float(frame.height), box.bottom / scale),
    )
