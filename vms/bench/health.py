"""A year of health of every camera, and what is asked of it: part of `vms bench registry`. The server runs meanwhile."""

import asyncio
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from runtime.clock import Clock
from runtime.database import Database
from runtime.postgres import get_server
from vms.bench import store
from vms.data_folder import open_data_folder
from vms.health import store as health_store

#: conditions of each camera in a year: down for two hours every 24 days
CHANGES: Final = 30

Query = dict[str, object]


async def write_a_year(data: Path, clock: Clock) -> int:
    """Into the database of the server on that folder. Returns how many conditions."""
    # Found, not started; given back at the end, so that the server stops it.
    postgres = await asyncio.to_thread(get_server, open_data_folder(data).postgres)
    database = Database(postgres.get_uri())
    await database.open()
    try:
        async with database.transaction() as connection:
            # The server writes conditions of its own meanwhile.
            await health_store.lock_writing(connection)
            return await store.write_a_year(connection, clock.now(), changes=CHANGES)
    finally:
        await database.close()
        await asyncio.to_thread(postgres.cleanup)


def pages(draw: random.Random, unit_ids: list[int]) -> Iterator[Query]:
    """Of a unit, of a state that is rare, of one that is common, and by cause, in turn."""
    while True:
        yield {"unit": draw.choice(unit_ids)}
        yield {"state": "offline", "unit": draw.choice(unit_ids)}
        yield {"state": "live"}
        yield {"state": "offline"}
        yield {"cause": "no_change"}


def months(unit_id: int, now: datetime) -> Iterator[Query]:
    """Of a district: this month, and the one before."""
    before = f"{now.year - (now.month == 1)}-{(now.month - 2) % 12 + 1:02}"
    while True:
        yield {"unit": unit_id}
        yield {"unit": unit_id, "month": before}
