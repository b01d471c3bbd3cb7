import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import VmsError
from runtime.tasks import Backoff, supervise
from tests.fakes.clock import ManualClock


class Hiccup(VmsError):
    """It hiccuped. Wait.

    打嗝了。请等待。
    """


class Worse(VmsError):
    """It is worse. Call.

    更糟了。请致电。
    """


def steady() -> Backoff:
    return Backoff(jitter=0.0)


def test_delays_double_up_to_the_most() -> None:
    backoff = steady()
    assert [backoff.next_delay() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    backoff.reset()
    assert backoff.next_delay() == 1


def test_delays_stay_bounded_after_years() -> None:
    backoff = steady()
    for _ in range(5000):
        assert backoff.next_delay() <= 60


@given(luck=st.floats(0, 1), failures=st.integers(0, 50))
def test_jitter_only_shortens_and_never_to_nothing(luck: float, failures: int) -> None:
    backoff = Backoff(random=lambda: luck)
    for _ in range(failures):
        backoff.next_delay()
    assert 0.7 <= backoff.next_delay() <= 60


class Worker:
    """Fails as it is told, each time after so many seconds."""

    def __init__(self, clock: ManualClock, *outcomes: tuple[float, BaseException | None]) -> None:
        self.clock = clock
        self.outcomes: Iterator[tuple[float, BaseException | None]] = iter(outcomes)
        self.started_at: list[float] = []

    async def run_once(self) -> None:
        self.started_at.append(self.clock.monotonic())
        lasts_s, outcome = next(self.outcomes)
        if lasts_s:
            await self.clock.sleep(lasts_s)
        if outcome is not None:
            raise outcome


async def run(clock: ManualClock, worker: Worker, seconds: float) -> list[tuple[str, float]]:
    told: list[tuple[str, float]] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(
            supervise(
                worker.run_once,
                retry_on=(Hiccup,),
                backoff=steady(),
                clock=clock,
                on_failure=lambda error, delay_s: told.append((error.code, delay_s)),
            )
        )
        await clock.advance(seconds)
    return told


async def test_expected_failures_are_tried_again_with_growing_delays() -> None:
    clock = ManualClock()
    worker = Worker(clock, (0, Hiccup()), (0, Hiccup()), (0, Hiccup()), (0, None))
    told = await run(clock, worker, 10)
    assert worker.started_at == [0, 1, 3, 7]
    assert told == [("hiccup", 1), ("hiccup", 2), ("hiccup", 4)]


async def test_a_stable_run_starts_the_delays_anew() -> None:
    clock = ManualClock()
    worker = Worker(clock, (0, Hiccup()), (59, Hiccup()), (60, Hiccup()), (0, None))
    told = await run(clock, worker, 200)
    assert [delay_s for _, delay_s in told] == [1, 2, 1]


@pytest.mark.parametrize("bug", [ZeroDivisionError(), Worse()])
async def test_anything_else_is_a_bug_and_propagates(bug: Exception) -> None:
    clock = ManualClock()
    with pytest.raises(type(bug)):
        await supervise(Worker(clock, (0, bug)).run_once, retry_on=(Hiccup,), backoff=steady(), clock=clock)


@pytest.mark.parametrize("outcomes", [((100.0, None),), ((0.0, Hiccup()), (0.0, None))])
async def test_cancellation_is_never_caught(outcomes: tuple[tuple[float, BaseException | None], ...]) -> None:
    clock = ManualClock()
    worker = Worker(clock, *outcomes)
    task = asyncio.ensure_future(
        supervise(worker.run_once, retry_on=(Hiccup,), backoff=steady(), clock=clock)
    )
    await clock.advance(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(worker.started_at) == 1
