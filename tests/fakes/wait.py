"""Waiting for what must come true, with a limit: never for a number of seconds."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], bool | Awaitable[bool]], *, within_s: float = 30.0) -> None:
    """Return as soon as `condition()` holds. Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while True:
            found = condition()
            if inspect.isawaitable(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)
