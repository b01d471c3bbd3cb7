"""A clock that stands still until a test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

from runtime.clock import Clock


class ManualClock:
    def __init__(self, now: datetime = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)) -> None:
        self._start = now
        self._elapsed_s = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed_s)

    def monotonic(self) -> float:
        return self._elapsed_s

    async def sleep(self, seconds: float) -> None:
        wake = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._elapsed_s + seconds, wake))
        await wake

    @property
    def sleepers(self) -> int:
        return sum(not wake.done() for _, wake in self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Move time on, waking each sleeper at its moment; what they do at once is done when this returns."""
        await _settle()
        until = self._elapsed_s + seconds
        while due := [(at, wake) for at, wake in self._sleepers if at <= until and not wake.done()]:
            at, wake = min(due, key=lambda each: each[0])
            self._elapsed_s = max(self._elapsed_s, at)
            wake.set_result(None)
            await _settle()
        self._elapsed_s = until
        self._sleepers = [each for each in self._sleepers if not each[1].done()]
        await _settle()

    async def jump(self, seconds: float) -> None:
        """Move time on at a stroke, as for a process that was stopped: the sleepers all wake late."""
        await _settle()
        self._elapsed_s += seconds
        await self.advance(0)


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


_conforms: type[Clock] = ManualClock
