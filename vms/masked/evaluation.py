"""How much of the people that somebody labelled is covered: the measure of a masked copy, and its honest limit."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.detection import Box
from detectors.detector import PersonDetector
from streams.remake import Pictures
from vms.masked.copy import cover_of
from vms.masked.errors import LabelsInvalid
from vms.masked.wish import MaskedWish

#: share of a labelled box that has to be covered for somebody to count as covered
ENOUGH = 0.9
#: the upper part of a box in which the head is
HEAD = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    frame: int
    box: Box
    covered: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    persons: int
    #: those of whom at least ENOUGH is covered, and those whose head is as far
    covered: int
    heads: int
    #: mean share of a labelled box, and of all labelled frames' area, that is covered
    mean_covered: float
    picture_covered: float
    missed: tuple[Missed, ...]


def read_boxes(path: Path) -> dict[int, list[Box]]:
    """Labelled persons by the number of the frame, from 0. Raises: LabelsInvalid."""
    boxes: dict[int, list[Box]] = {}
    try:
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                left, top = float(row["x"]), float(row["y"])
                box = Box(left=left, top=top, right=left + float(row["w"]), bottom=top + float(row["h"]))
                boxes.setdefault(int(row["frame"]), []).append(box)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise LabelsInvalid(path=path, reason=str(error)) from error
    if not boxes:
        raise LabelsInvalid(path=path, reason="it labels nobody")
    return boxes


def evaluate(
    video: Path,
    labels: dict[int, list[Box]],
    wish: MaskedWish,
    detector: PersonDetector,
    *,
    on_progress: Callable[[float], None] = lambda _share: None,
) -> Evaluation:
    """Raises VideoUnreadable, NoVideo, LabelsInvalid."""
    cover = cover_of(video, wish, detector, on_progress=on_progress)
    shares: list[float] = []
    heads = 0
    pictures: list[float] = []
    missed: list[Missed] = []
    for number, shown in enumerate(Pictures(video)):
        if number not in labels:
            continue
        width, height = shown.frame.width, shown.frame.height
        where = np.zeros((height, width), bool)
        for left, top, right, bottom in np.clip(
            cover.at(shown.frame.pts_s), 0, (width, height, width, height)
        ).astype(int):
            where[top:bottom, left:right] = True
        pictures.append(float(where.mean()))
        for box in labels[number]:
            share = _share(where, box)
            shares.append(share)
            head = Box(left=box.left, top=box.top, right=box.right, bottom=box.top + HEAD * box.height)
            heads += _share(where, head) >= ENOUGH
            if share < ENOUGH:
                missed.append(Missed(frame=number, box=box, covered=share))
    if not shares:
        raise LabelsInvalid(path=video, reason="none of the labelled frames is in the video")
    return Evaluation(
        persons=len(shares),
        covered=sum(share >= ENOUGH for share in shares),
        heads=heads,
        mean_covered=float(np.mean(shares)),
        picture_covered=float(np.mean(pictures)),
        missed=tuple(missed),
    )


def _share(where: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]", box: Box) -> float:
    height, width = where.shape
    left, right = max(0, round(box.left)), min(width, round(box.right))
    top, bottom = max(0, round(box.top)), min(height, round(box.bottom))
    part = where[top:bottom, left:right]
    return float(part.mean()) if part.size else 1.0
