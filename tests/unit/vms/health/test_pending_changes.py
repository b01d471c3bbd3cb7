"""Changes that wait for the database: bounded, in order, and never a condition that the stream was not in."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.camera import CameraId
from streams.condition import Condition, ConditionState
from vms.health.condition_change import Change, StreamKey, stretches
from vms.health.pending_changes import PendingChanges

START = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
STREAM: StreamKey = (CameraId(1), "main")
OTHER: StreamKey = (CameraId(2), "main")
STATES: list[ConditionState] = ["live", "offline", "frozen"]


def change(second: float, state: ConditionState | None = "live") -> Change:
    at = START + timedelta(seconds=second)
    return Change(at=at, condition=None if state is None else Condition(state=state, since=at))


def shown(changes: list[Change]) -> list[tuple[float, str | None]]:
    return [((each.at - START).total_seconds(), each.condition and each.condition.state) for each in changes]


def test_changes_become_stretches_of_time_and_the_last_one_lasts() -> None:
    found = stretches([change(0, "live"), change(5, "offline"), change(9, None), change(12, "live")])
    assert [
        (s.condition.state, (s.since - START).seconds, s.until and (s.until - START).seconds) for s in found
    ] == [
        ("live", 0, 5),
        ("offline", 5, 9),
        ("live", 12, None),
    ]
    assert stretches([change(3, None)]) == []


def test_a_stream_that_changes_too_often_loses_its_oldest_changes_and_says_so() -> None:
    pending = PendingChanges(most_per_stream=3)
    for second, state in enumerate(("live", "offline", "live", "frozen", "live")):
        pending.add(STREAM, change(second, state))  # type: ignore[arg-type]
    pending.add(OTHER, change(0))
    assert shown(pending.take(9)[STREAM]) == [(0, None), (3, "frozen"), (4, "live")]
    assert (pending.dropped, len(pending)) == (3, 0)


def test_what_could_not_be_written_stands_before_what_came_meanwhile() -> None:
    pending = PendingChanges(most_per_stream=3)
    pending.add(STREAM, change(0, "live"))
    batch = pending.take(9)
    pending.add(STREAM, change(1, "offline"))
    pending.give_back(batch)
    assert shown(pending.take(9)[STREAM]) == [(0, "live"), (1, "offline")]


def test_time_does_not_go_back_within_a_stream() -> None:
    pending = PendingChanges(most_per_stream=9)
    pending.add(STREAM, change(5, "live"))
    pending.add(STREAM, change(1, "offline"))
    pending.add(STREAM, change(7, "live"))
    assert shown(pending.take(9)[STREAM]) == [(5, "live"), (5.000001, "offline"), (7, "live")]


@given(
    st.lists(st.tuples(st.sampled_from([*STATES, None]), st.booleans()), min_size=1, max_size=40),
    st.integers(2, 5),
)
def test_whatever_is_lost_the_newest_is_there_and_nothing_is_claimed_that_was_not_so(
    steps: list[tuple[ConditionState | None, bool]], most: int
) -> None:
    """A write is tried at some steps, and fails at every other of them."""
    pending = PendingChanges(most_per_stream=most)
    written: list[Change] = []
    truth: list[ConditionState | None] = []
    for second, (state, tries) in enumerate(steps):
        truth.append(state)
        pending.add(STREAM, change(second, state))
        if tries and (batch := pending.take(1)):
            if second % 2:
                pending.give_back(batch)
            else:
                written += batch[STREAM]
        assert len(pending) <= most
    written += pending.take(1).get(STREAM, [])
    assert [each.at for each in written] == sorted({each.at for each in written})
    newest = written[-1].condition
    assert (newest and newest.state) == truth[-1]
    for stretch in stretches(written):
        first = int((stretch.since - START).total_seconds())
        end = len(truth) if stretch.until is None else int((stretch.until - START).total_seconds())
        assert {truth[second] for second in range(first, end)} == {stretch.condition.state}
