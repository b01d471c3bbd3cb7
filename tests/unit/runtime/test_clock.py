import asyncio
from datetime import UTC, timedelta

from runtime.clock import SystemClock, cpu_seconds
from tests.fakes.clock import ManualClock


async def test_the_system_clock_is_aware_utc_and_goes_on() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    before = clock.monotonic()
    await clock.sleep(0)
    assert clock.monotonic() >= before
    assert cpu_seconds() > 0


async def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    clock = ManualClock()
    before = clock.now()
    woken: list[float] = []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(clock.monotonic())

    async with asyncio.TaskGroup() as group:
        for seconds in (3.0, 1.0):
            group.create_task(sleeper(seconds))
        await clock.advance(0.9)
        assert (woken, clock.sleepers) == ([], 2)
        await clock.advance(0.1)
        assert woken == [1.0]
        await clock.advance(10)
    assert woken == [1.0, 3.0]
    assert clock.now() - before == timedelta(seconds=11)
