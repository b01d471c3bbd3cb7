"""Months of a place, and shares of time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from vms.health.availability import Month, Seconds
from vms.health.errors import MonthInvalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # the first of December there


def test_a_month_is_that_of_the_place() -> None:
    month = Month.of("2026-11", now=NOW, zone=SHANGHAI)
    assert month.since == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert month.until == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert Month.of("2025-12", now=NOW, zone=UTC).until == datetime(2026, 1, 1, tzinfo=UTC)


def test_this_month_goes_as_far_as_now() -> None:
    month = Month.of(None, now=NOW, zone=SHANGHAI)
    assert (month.name, month.until) == ("2026-12", NOW)


@pytest.mark.parametrize(
    "name", ["2027-01", "2026-13", "2026-00", "11-2026", "1026-11", "", "２０２６-11", "x" * 900]
)
def test_what_is_no_month_that_has_begun_is_refused_in_words(name: str) -> None:
    with pytest.raises(MonthInvalid, match="Write it as 2026-11") as refused:
        Month.of(name, now=NOW, zone=UTC)
    assert len(str(refused.value)) < 200


def test_the_share_is_of_the_time_that_was_watched() -> None:
    one = Seconds(cameras=1, watched_s=900, down_s=90, degraded_s=9, unwatched_s=100)
    assert one.seen_share == pytest.approx(0.9)
    assert (one + one).seen_share == pytest.approx(0.9)
    assert (one + one).unwatched_s == 200
    assert Seconds(cameras=1, unwatched_s=100).seen_share is None
