"""Persons by a network that answers with boxes: a frame in, boxes out. It counts; it does not see how anybody lies.

Which network it is, and how its answer is laid out, its manifest says; see decoding for the forms.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from detectors.decoding import FORMS, Answer, Rows
from detectors.detection import Box, Detection
from detectors.onnx_session import OnnxSession
from streams.frame import Frame


class PersonModel:
    """Safe to share between threads: it keeps nothing of a frame."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self._manifest = session.manifest
        self.fact = session.fact

    @property
    def score(self) -> float:
        """From this score on the manifest takes a box for a person."""
        return self._manifest.thresholds.score

    def scale(self, width: int, height: int) -> float:
        """How many pixels of the network's input a pixel of such a frame becomes."""
        fed = self._manifest.input
        return min(fed.width / width, (fed.height or fed.width) / height)

    def look(self, frame: Frame, *, least: float | None = None) -> tuple[Detection, ...]:
        """Who is in the picture, in pixels of the frame, best score first; `least`: another score than the manifest's."""
        fed, thresholds = self._manifest.input, self._manifest.thresholds
        canvas, scale = frame.letterbox(fed.width, fed.fill, height=fed.height)
        rows = self._rows(self._session.run(canvas))
        found = decode(rows, thresholds.score if least is None else least, thresholds.overlap)
        return tuple(
            Detection(box=_placed(detection.box, scale, frame), score=detection.score) for detection in found
        )

    def _rows(self, answer: Answer) -> Rows:
        manifest = self._manifest
        read = FORMS[manifest.decoding].rows
        assert read is not None, "poses are read by PoseModel"
        return read(answer, manifest.input.height, manifest.input.width, manifest.person)


def decode(answer: Rows, least: float, overlap: float) -> list[Detection]:
    """Rows (left, top, right, bottom, score) as detections, duplicates suppressed, best score first."""
    rows = answer[(answer[:, 4] >= least) & np.isfinite(answer).all(axis=1)]
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    return [
        Detection(
            box=Box(left=float(row[0]), top=float(row[1]), right=float(row[2]), bottom=float(row[3])),
            score=float(row[4]),
        )
        for row in rows[_without_duplicates(rows, overlap)]
    ]


def _without_duplicates(rows: Rows, overlap: float) -> Sequence[int]:
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
