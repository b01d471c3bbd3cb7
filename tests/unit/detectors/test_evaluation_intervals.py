"""Against published tables: Garwood 1936 for counts; Newcombe 1998 (Statistics in Medicine 17, 857) for shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.intervals import count_interval, poisson_at_most, quantile, rate_interval, share_interval


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (2, 0.2422, 7.225),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (20, 12.217, 30.888),
        (50, 37.111, 65.919),
        (100, 81.364, 121.627),
    ],
)
def test_a_count_has_garwoods_interval(count: int, low: float, high: float) -> None:
    interval = count_interval(count)
    assert interval.low == pytest.approx(low, abs=1e-3)
    assert interval.high == pytest.approx(high, abs=1e-3)


@pytest.mark.parametrize(
    ("found", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (6, 6, 0.6097, 1.0),
    ],
)
def test_a_share_has_wilsons_interval(found: int, of: int, low: float, high: float) -> None:
    interval = share_interval(found, of)
    assert interval is not None
    assert interval.low == pytest.approx(low, abs=1e-4)
    assert interval.high == pytest.approx(high, abs=1e-4)


def test_nothing_tried_and_nothing_watched_have_no_interval() -> None:
    assert share_interval(0, 0) is None
    assert rate_interval(0, 0.0) is None


def test_no_false_alarm_in_an_hour_still_allows_88_a_day() -> None:
    interval = rate_interval(0, 1 / 24)
    assert interval is not None
    assert interval.low == 0.0
    assert interval.high == pytest.approx(3.689 * 24, abs=0.01)


@given(st.integers(min_value=0, max_value=400))
def test_the_tails_of_a_count_hold_what_they_promise(count: int) -> None:
    interval = count_interval(count)
    assert interval.low <= count < interval.high
    assert poisson_at_most(count, interval.high) == pytest.approx(0.025, rel=1e-6)
    if count:
        assert 1 - poisson_at_most(count - 1, interval.low) == pytest.approx(0.025, rel=1e-6)


@given(st.integers(min_value=1, max_value=5000), st.data())
def test_the_interval_of_a_share_holds_the_share(of: int, data: st.DataObject) -> None:
    found = data.draw(st.integers(min_value=0, max_value=of))
    interval = share_interval(found, of)
    assert interval is not None
    assert 0 <= interval.low <= found / of <= interval.high <= 1


def test_quantiles_lie_between_neighbours() -> None:
    assert quantile([], 0.5) is None
    assert quantile([3.0], 0.95) == 3.0
    assert quantile([4.0, 1.0, 2.0, 3.0], 0.5) == 2.5
    assert quantile([0.0, 10.0], 0.95) == pytest.approx(9.5)
