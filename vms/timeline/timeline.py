"""A range of a camera's time as arithmetic: stretches that were recorded, and gaps with a cause. No clock, no I/O.

Stretches and gaps tile the range: what is in no stretch is in a gap, and a gap has one cause. A hole of less than a second
between two files is none: the cameras' clocks are not better than that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Literal
from uuid import UUID

Cause = Literal[
    "deleted_retention",
    "deleted_full_disk",
    "lost",
    "not_scheduled",
    "disk",
    "camera_offline",
    "recording_now",
    "server_down",
    "not_recorded",
]

#: what explains a hole best comes first
_RANK: Final[dict[Cause, int]] = {
    "deleted_retention": 0,
    "deleted_full_disk": 0,
    "lost": 0,
    "not_scheduled": 1,
    #: the disk refused
    "disk": 2,
    "camera_offline": 2,
    "recording_now": 3,
    #: it was watched and seen, and all the same there is nothing: a disk that refused, a stream that could not be written
    "not_recorded": 4,
    #: nobody watched the camera
    "server_down": 5,
}
_SMALLEST: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One file."""

    start_at: datetime
    end_at: datetime
    run_id: UUID
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Over this time a hole would have this cause."""

    start_at: datetime
    end_at: datetime
    cause: Cause
    #: more of it in a word or two: causes of a condition
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Files of one run that follow each other, cut to the range."""

    start_at: datetime
    end_at: datetime
    run_id: UUID
    segments: int
    #: of the whole files
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    start_at: datetime
    end_at: datetime
    cause: Cause
    detail: tuple[str, ...] = ()


def stretches_of(recorded: Sequence[Recorded], start_at: datetime, end_at: datetime) -> list[Stretch]:
    """`recorded` in order of time. What overlaps the stretch before is cut to what is new."""
    stretches: list[Stretch] = []
    run: UUID | None = None
    begins = ends = start_at
    segments = size = 0

    def close() -> None:
        if run is not None:
            stretches.append(Stretch(start_at=begins, end_at=ends, run_id=run, segments=segments, bytes=size))

    # A day has 1,440 files: no object is made for each.
    for each in recorded:
        begin, end = each.start_at, each.end_at
        begin = max(begin, start_at if run is None else ends)
        end = min(end, end_at)
        if end <= begin:
            continue
        if run == each.run_id and begin - ends < _SMALLEST:
            segments += 1
            size += each.bytes
        else:
            close()
            run, begins, segments, size = each.run_id, begin, 1, each.bytes
        ends = end
    close()
    return stretches


def gaps_of(
    stretches: Sequence[Stretch], reasons: Iterable[Reason], start_at: datetime, end_at: datetime
) -> list[Gap]:
    """What lies between the stretches, each piece with the reason that explains it best; nobody watched where there is none."""
    known = sorted(reasons, key=lambda reason: reason.start_at)
    gaps: list[Gap] = []
    ends = {stretch.end_at: stretch.run_id for stretch in stretches}
    starts = {stretch.start_at: stretch.run_id for stretch in stretches}
    for begin, end in _holes(stretches, start_at, end_at):
        pieces = _explained(begin, end, [r for r in known if r.start_at < end and r.end_at > begin])
        before, after = ends.get(begin), starts.get(end)
        if before is not None and after is not None and before != after:
            pieces = _broken_off(pieces)
        gaps += pieces
    return gaps


def _broken_off(pieces: Sequence[Gap]) -> list[Gap]:
    """Another run came after the hole: where the camera still counted as seen, its stream had broken off already."""
    detail = next((piece.detail for piece in pieces if piece.cause == "camera_offline"), ("interrupted",))
    told: list[Gap] = []
    for each in pieces:
        unseen = each.cause == "not_recorded"
        piece = replace(each, cause="camera_offline", detail=detail) if unseen else each
        if told and (told[-1].cause, told[-1].detail) == (piece.cause, piece.detail):
            told[-1] = replace(told[-1], end_at=piece.end_at)
        else:
            told.append(piece)
    return told


def _holes(
    stretches: Sequence[Stretch], start_at: datetime, end_at: datetime
) -> Iterable[tuple[datetime, datetime]]:
    at = start_at
    for stretch in stretches:
        smallest = _SMALLEST if at > start_at else timedelta(0)
        if stretch.start_at - at >= max(smallest, timedelta(microseconds=1)):
            yield at, stretch.start_at
        at = stretch.end_at
    if end_at > at:
        yield at, end_at


def _explained(begin: datetime, end: datetime, reasons: Sequence[Reason]) -> list[Gap]:
    marks = sorted({begin, end, *(m for r in reasons for m in (r.start_at, r.end_at) if begin < m < end)})
    pieces: list[Gap] = []
    for left, right in pairwise(marks):
        here = [reason for reason in reasons if reason.start_at <= left and reason.end_at >= right]
        best = min(here, key=lambda reason: _RANK[reason.cause], default=None)
        cause: Cause = best.cause if best else "server_down"
        detail = best.detail if best else ()
        if pieces and (pieces[-1].cause, pieces[-1].detail) == (cause, detail):
            pieces[-1] = Gap(start_at=pieces[-1].start_at, end_at=right, cause=cause, detail=detail)
        else:
            pieces.append(Gap(start_at=left, end_at=right, cause=cause, detail=detail))
    return pieces
