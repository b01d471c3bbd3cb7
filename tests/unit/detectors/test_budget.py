"""Who goes without first when the machine has not time for everybody."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.budget import Budget, Rank
from tests.fakes.clock import ManualClock


def budget(clock: ManualClock) -> Budget:
    return Budget(threads=2, share=0.9, at_least_every_s=1.0, clock=clock)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 1, tzinfo=UTC))


def allowed(purse: Budget) -> set[Rank]:
    return {rank for rank in Rank if purse.allows(rank, waited_s=0.1)}


def test_while_there_is_enough_everybody_gets_all(clock: ManualClock) -> None:
    assert allowed(budget(clock)) == set(Rank)


def test_still_scenes_go_without_first_and_who_is_followed_last(clock: ManualClock) -> None:
    purse = budget(clock)
    purse.pay(0.9)
    assert allowed(purse) == {Rank.FOLLOWED, Rank.AWAKE}
    purse.pay(0.6)
    assert allowed(purse) == {Rank.FOLLOWED}
    purse.pay(0.6)
    assert allowed(purse) == set()


def test_no_camera_waits_longer_than_it_must(clock: ManualClock) -> None:
    purse = budget(clock)
    purse.pay(9.0)
    for rank in Rank:
        assert purse.allows(rank, waited_s=1.0)
        assert not purse.allows(rank, waited_s=0.9)


async def test_the_purse_fills_by_the_share_of_the_threads_time_and_never_over(clock: ManualClock) -> None:
    purse = budget(clock)
    purse.pay(1.8)
    await clock.advance(0.5)
    assert purse.left == pytest.approx((2 - 1.8 + 0.9) / 2)
    await clock.advance(60)
    assert purse.left == 1.0


async def test_a_debt_is_bounded_so_that_one_bad_minute_is_soon_forgotten(clock: ManualClock) -> None:
    purse = budget(clock)
    purse.pay(500.0)
    assert purse.left == -1.0
    await clock.advance(2.5)
    assert purse.left > 0


@given(st.lists(st.floats(0, 3), max_size=50))
def test_a_higher_rank_never_goes_without_what_a_lower_one_gets(costs: list[float]) -> None:
    purse = budget(ManualClock(datetime(2026, 3, 1, tzinfo=UTC)))
    for cost in costs:
        purse.pay(cost)
        got = allowed(purse)
        assert got in (set(), {Rank.FOLLOWED}, {Rank.FOLLOWED, Rank.AWAKE}, set(Rank))
