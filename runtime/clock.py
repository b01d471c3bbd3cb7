"""Time, injected: the only module that asks the operating system what time it is.

Wall time is aware UTC; monotonic time is seconds that never go back and have no meaning outside this process.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Wall time: aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment, never going back."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def cpu_seconds() -> float:
    """CPU seconds (user and system, all threads) that this process has used: for figures, never for decisions."""
    return time.process_time()


_conforms: type[Clock] = SystemClock
