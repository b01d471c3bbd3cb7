"""One supervisor: what fails as expected is tried again with jittered back-off, what fails as a bug ends the task.

Cancellation is never caught. A caller starts every task in a TaskGroup that it owns.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field

from runtime.clock import Clock
from runtime.errors import VmsError


@dataclass(slots=True, kw_only=True)
class Backoff:
    """Delays that double from `first_s` to `most_s`, each shortened at random by up to `jitter` of itself.

    The jitter keeps a thousand cameras behind one switch from coming back in the same instant.
    """

    first_s: float = 1.0
    most_s: float = 60.0
    jitter: float = 0.3
    random: Callable[[], float] = field(default=random.random, repr=False)
    _failures: int = 0

    def next_delay(self) -> float:
        """Seconds to wait before the next try."""
        whole = min(self.most_s, self.first_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return whole * (1.0 - self.jitter * self.random())

    def reset(self) -> None:
        self._failures = 0


async def supervise(
    run_once: Callable[[], Awaitable[None]],
    *,
    retry_on: tuple[type[VmsError], ...],
    backoff: Backoff,
    clock: Clock,
    stable_after_s: float = 60.0,
    on_failure: Callable[[VmsError, float], None] = lambda _error, _delay_s: None,
) -> None:
    """Run `run_once` until it returns; after an error of `retry_on`, wait and run it again.

    A run that lasted `stable_after_s` seconds resets the back-off. `on_failure` is told the error and the delay.
    Any other exception is a bug and propagates.
    """
    while True:
        started = clock.monotonic()
        try:
            await run_once()
        except retry_on as error:
            if clock.monotonic() - started >= stable_after_s:
                backoff.reset()
            delay_s = backoff.next_delay()
            on_failure(error, delay_s)
            await clock.sleep(delay_s)
        else:
            return


async def finish(work: Coroutine[None, None, None]) -> None:
    """Await `work` to its end, even if the caller is cancelled meanwhile: then it is cancelled after it.

    For what is short and must not be done by half. A second cancellation is not held up.
    """
    begun = asyncio.ensure_future(work)
    try:
        await asyncio.shield(begun)
    except asyncio.CancelledError:
        if not begun.done():
            await begun
        raise
