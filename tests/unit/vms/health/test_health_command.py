"""`vms health` in words: shares are cut, times are short, and what nobody watched is stated."""

from datetime import UTC, datetime

import pytest

from vms.cli.health import print_downtime, print_units, share, span
from vms.health.availability import Availability, Downtime, Month, Seconds, UnitSeconds

MONTH = Month.of("2026-10", now=datetime(2026, 11, 5, tzinfo=UTC), zone=UTC)


def test_a_share_is_cut_and_not_rounded() -> None:
    assert share(Seconds(watched_s=2_678_400, down_s=1)) == "99.999 %"
    assert share(Seconds(watched_s=100)) == "100.000 %"
    assert share(Seconds()) == "–"


def test_times_are_said_in_two_units() -> None:
    assert [span(seconds) for seconds in (5, 125, 7_500, 180_000)] == [
        "5 s",
        "2 min 5 s",
        "2 h 5 min",
        "2 d 2 h",
    ]


def test_units_and_causes_are_told_with_what_nobody_watched(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = Seconds(cameras=2, watched_s=1000, down_s=100, unwatched_s=60)
    found = Availability(
        month=MONTH,
        unit=None,
        total=seconds,
        units=[UnitSeconds(id=1, path="示范社区", seconds=seconds)],
        downtime=[Downtime(state="offline", cause="unreachable", cameras=1, seconds=100)],
        worst=(),
    )
    print_units(found)
    print_downtime(found)
    said = capsys.readouterr().out
    for word in ("示范社区", "2026-10", "90.000 %", "1 min 40 s", "1 min 0 s", "not watched", "unreachable"):
        assert word in said, word
