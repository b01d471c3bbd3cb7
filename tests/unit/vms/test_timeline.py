from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vms.timeline.timeline import Cause, Gap, Reason, Recorded, gaps_of, stretches_of

START = datetime(2026, 11, 5, 8, 0, tzinfo=UTC)
RUN, OTHER = UUID(int=1), UUID(int=2)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def file(begin: float, end: float, run: UUID = RUN) -> Recorded:
    return Recorded(start_at=at(begin), end_at=at(end), run_id=run, bytes=100)


def reason(begin: float, end: float, cause: Cause, *detail: str) -> Reason:
    return Reason(start_at=at(begin), end_at=at(end), cause=cause, detail=detail)


def gaps(files: Sequence[Recorded], *reasons: Reason, end: float = 60) -> list[tuple[float, float, str]]:
    stretches = stretches_of(files, START, at(end))
    return [
        ((gap.start_at - START).total_seconds() / 60, (gap.end_at - START).total_seconds() / 60, gap.cause)
        for gap in gaps_of(stretches, reasons, START, at(end))
    ]


def test_files_of_a_run_are_one_stretch() -> None:
    (stretch,) = stretches_of([file(0, 1), file(1, 2), file(2, 3)], START, at(60))
    assert (stretch.start_at, stretch.end_at, stretch.segments, stretch.bytes) == (at(0), at(3), 3, 300)


def test_another_run_is_another_stretch_without_a_gap_where_it_follows_at_once() -> None:
    files = [file(0, 30), file(30.01, 60, OTHER)]
    assert len(stretches_of(files, START, at(60))) == 2
    assert gaps(files) == []


def test_a_range_cuts_what_reaches_beyond_it() -> None:
    (stretch,) = stretches_of([file(-5, 70)], START, at(60))
    assert (stretch.start_at, stretch.end_at) == (at(0), at(60))


def test_a_hole_has_its_cause() -> None:
    assert gaps([file(0, 10), file(20, 60, OTHER)], reason(5, 30, "camera_offline", "unreachable")) == [
        (10, 20, "camera_offline")
    ]


def test_a_stream_that_broke_off_and_came_back_was_offline() -> None:
    files = [file(0, 10), file(10.2, 30, OTHER), file(40, 60)]
    reasons = (
        reason(0, 32, "not_recorded"),
        reason(32, 38, "camera_offline", "refused"),
        reason(38, 60, "not_recorded"),
    )
    stretches = stretches_of(files, START, at(60))
    found = gaps_of(stretches, reasons, START, at(60))
    assert [(gap.start_at, gap.end_at, gap.cause, gap.detail) for gap in found] == [
        (at(10), at(10.2), "camera_offline", ("interrupted",)),
        (at(30), at(40), "camera_offline", ("refused",)),
    ]


def test_a_hole_within_a_run_was_not_the_camera() -> None:
    assert gaps([file(0, 10), file(20, 60)], reason(0, 60, "not_recorded")) == [(10, 20, "not_recorded")]


def test_nobody_watched_where_nothing_is_known() -> None:
    assert gaps([file(0, 10)]) == [(10, 60, "server_down")]


def test_a_hole_with_several_causes_is_cut_into_pieces() -> None:
    assert gaps(
        [file(50, 60)],
        reason(-100, 10, "deleted_retention"),
        reason(0, 30, "not_recorded"),
        reason(15, 20, "camera_offline"),
        reason(40, 45, "not_scheduled"),
    ) == [
        (0, 10, "deleted_retention"),
        (10, 15, "not_recorded"),
        (15, 20, "camera_offline"),
        (20, 30, "not_recorded"),
        (30, 40, "server_down"),
        (40, 45, "not_scheduled"),
        (45, 50, "server_down"),
    ]


@pytest.mark.parametrize("cause", ["camera_offline", "not_recorded", "server_down", "recording_now"])
def test_what_was_deleted_was_there_before(cause: Cause) -> None:
    assert gaps([], reason(0, 60, cause), reason(0, 60, "deleted_full_disk")) == [
        (0, 60, "deleted_full_disk")
    ]


def test_files_that_overlap_are_told_once() -> None:
    stretches = stretches_of([file(0, 10), file(5, 20, OTHER), file(6, 7)], START, at(60))
    assert [(each.start_at, each.end_at) for each in stretches] == [(at(0), at(10)), (at(10), at(20))]


_minutes = st.integers(-20, 80).map(lambda number: number / 1.0)
_files = st.lists(st.tuples(_minutes, st.floats(0.001, 20), st.sampled_from([RUN, OTHER])), max_size=12)
_reasons = st.lists(
    st.tuples(
        _minutes,
        st.floats(0.001, 40),
        st.sampled_from(["camera_offline", "not_scheduled", "not_recorded", "lost"]),
    ),
    max_size=8,
)


@given(files=_files, reasons=_reasons)
def test_stretches_and_gaps_tile_the_range(
    files: list[tuple[float, float, UUID]], reasons: list[tuple[float, float, Cause]]
) -> None:
    recorded = sorted(
        (file(begin, begin + length, run) for begin, length, run in files), key=lambda each: each.start_at
    )
    stretches = stretches_of(recorded, START, at(60))
    found = gaps_of(stretches, [reason(b, b + n, cause) for b, n, cause in reasons], START, at(60))
    pieces = sorted([*stretches, *found], key=lambda each: each.start_at)
    here = START
    for piece in pieces:
        assert (
            timedelta(0) <= piece.start_at - here < timedelta(seconds=1)
        )  # no overlap, no hole that is told of
        assert piece.end_at > piece.start_at
        here = piece.end_at
    assert at(60) - here < timedelta(seconds=1)
    for one, other in pairwise(pieces):
        if isinstance(one, Gap) and isinstance(other, Gap) and one.end_at == other.start_at:
            assert (one.cause, one.detail) != (other.cause, other.detail)
