"""The doorbell: LISTEN on a connection of its own.

A notification carries nothing that must not be lost; it says that a table has news. A connection that breaks takes its
LISTEN with it, so every (re)connection rings all the bells once: whoever hears one reads the table.
"""

import asyncio
from collections.abc import Callable, Sequence

import asyncpg

from runtime.clock import Clock
from runtime.database import DatabaseUnavailable
from runtime.errors import VmsError
from runtime.tasks import Backoff, supervise


async def listen(
    url: str,
    channels: Sequence[str],
    *,
    on_ring: Callable[[str, str], None],
    clock: Clock,
    on_failure: Callable[[VmsError, float], None] = lambda _error, _delay_s: None,
) -> None:
    """For ever: call `on_ring(channel, payload)` for each notification, and with an empty payload after each connect."""

    async def once() -> None:
        await _listen_once(url, channels, on_ring)

    await supervise(
        once,
        retry_on=(DatabaseUnavailable,),
        backoff=Backoff(first_s=0.2, most_s=5.0),
        clock=clock,
        stable_after_s=10.0,
        on_failure=on_failure,
    )


async def _listen_once(url: str, channels: Sequence[str], on_ring: Callable[[str, str], None]) -> None:
    lost = asyncio.Event()
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise DatabaseUnavailable(reason=str(error) or type(error).__name__) from error
    try:
        connection.add_termination_listener(lambda _connection: lost.set())
        for channel in channels:
            await connection.add_listener(
                channel, lambda _connection, _pid, name, payload: on_ring(name, str(payload))
            )
        for channel in channels:
            on_ring(channel, "")
        await lost.wait()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise DatabaseUnavailable(reason=str(error) or type(error).__name__) from error
    finally:
        connection.terminate()
    raise DatabaseUnavailable(reason="the listening connection was lost")
