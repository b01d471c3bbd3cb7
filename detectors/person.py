"""Persons by a network that answers with boxes, points or a density map: a frame in, detections out. It counts; it does not
see how anybody lies.

Which network it is, and how its answer is laid out, its manifest says; see decoding for the forms.
"""

from detectors.detection import Box, Detection
from detectors.onnx_session import OnnxSession
from detectors.rows import detections_of, without_poses
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
        """Who is in the picture, in pixels of the frame, best score first; `least`: another score than the manifest's.

        A point is a box without a size. Of a density map each block is a detection that weighs the persons in it.
        """
        fed, form, thresholds = self._manifest.input, self._manifest.form, self._manifest.thresholds
        canvas, scale = frame.letterbox(fed.width, fed.fill, height=fed.height)
        rows = form.read(self._session.run(canvas), self._manifest.reading(fed.height, fed.width))
        found = detections_of(
            without_poses(rows) if form.kind == "poses" else rows,
            "boxes" if form.kind == "poses" else form.kind,
            least=thresholds.score if least is None else least,
            overlap=thresholds.overlap if form.doubles else None,
        )
        return tuple(
            _placed(detection, scale, frame)
            for detection in found
            if form.kind in ("boxes", "poses") or _inside(detection.box, scale, frame)
        )


def _inside(box: Box, scale: float, frame: Frame) -> bool:
    """Whether it lies in the picture, not on the canvas beside it."""
    x, y = box.centre
    return 0 <= x < frame.width * scale and 0 <= y < frame.height * scale


def _placed(detection: Detection, scale: float, frame: Frame) -> Detection:
    """From pixels of the network's input to pixels of the frame, cut to the picture."""
    box = detection.box
    cut = Box(
        left=max(0.0, box.left / scale),
        top=max(0.0, box.top / scale),
        right=min(float(frame.width), box.right / scale),
        bottom=min(float(frame.height), box.bottom / scale),
    )
    return Detection(box=cut, score=detection.score, weight=detection.weight)
