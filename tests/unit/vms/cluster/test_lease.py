"""The arithmetic of leases as tables."""

import math
from datetime import UTC, datetime

import pytest

from vms.cluster.lease import Grip, WorkerFacts, fair_share, to_give_back, to_take


@pytest.mark.parametrize(
    ("others", "overlap_s", "ends_s"),
    [(0, 0, math.inf), (1, 0, 115.0), (3, 60, 175.0)],
    ids=["alone it goes on", "with others it ends with its lease", "and what it may overlap"],
)
def test_how_long_a_grip_holds(others: int, overlap_s: float, ends_s: float) -> None:
    assert Grip(asked_s=100.0, others=others, lease_s=15.0, overlap_s=overlap_s).ends_s == ends_s


@pytest.mark.parametrize(
    ("cameras", "capacities", "share"),
    [
        (0, [0], 0),
        (10, [], 0),
        (10, [0], 10),
        (10, [4], 4),
        (10, [0, 0], 5),
        (10, [0, 0, 0], 4),
        (10, [2, 0], 8),
        (10, [2, 2, 0], 6),
        (10, [2, 3], 3),
        (36_000, [64] * 100, 64),
        (100, [64] * 100, 1),
    ],
)
def test_the_fair_share(cameras: int, capacities: list[int], share: int) -> None:
    assert fair_share(cameras, capacities) == share


def test_a_fair_share_leaves_no_camera_that_somebody_has_room_for() -> None:
    for cameras in range(0, 40):
        for capacities in ([0, 0, 0], [1, 5, 0], [3, 3, 9], [7], [2, 2, 2]):
            share = fair_share(cameras, capacities)
            room = sum(to_take(held=0, share=share, capacity=capacity) for capacity in capacities)
            most = sum(capacity or cameras for capacity in capacities)
            assert room >= min(cameras, most), (cameras, capacities)


@pytest.mark.parametrize(
    ("held", "share", "capacity", "more"),
    [(0, 10, 0, 10), (4, 10, 0, 6), (4, 10, 6, 2), (12, 10, 0, 0), (6, 10, 6, 0)],
)
def test_how_many_more_a_worker_takes(held: int, share: int, capacity: int, more: int) -> None:
    assert to_take(held=held, share=share, capacity=capacity) == more


@pytest.mark.parametrize(
    ("held", "share", "capacity", "given"),
    [
        (10, 10, 0, 0),
        (11, 10, 0, 1),
        (100, 50, 0, 5),
        (52, 50, 0, 2),
        (100, 100, 64, 36),
        (3, 5, 0, 0),
    ],
    ids=["fair", "one too many", "slowly", "no more than too many", "beyond its limit at once", "too few"],
)
def test_how_many_a_worker_gives_back(held: int, share: int, capacity: int, given: int) -> None:
    back = to_give_back(list(range(held)), share=share, capacity=capacity)
    assert back == list(range(held - given, held))


def test_the_lag_of_a_worker_is_the_share_that_it_had_no_time_for() -> None:
    def lag(analysed: int, skipped: int) -> float:
        return WorkerFacts(
            name="a", host="h", version="1", capacity=0, cameras=1, analysed=analysed, skipped=skipped,
            seen_at=datetime(2026, 1, 1, tzinfo=UTC), live=True, silent_s=0.0,
        ).lag  # fmt: skip

    assert (lag(0, 0), lag(75, 25), lag(0, 4)) == (0.0, 0.25, 1.0)
