"""What only one process of the house does at a time: whose turn it is, by a lock that dies with its connection."""

import structlog

from runtime.clock import Clock
from runtime.database import Database, DatabaseUnavailable
from runtime.tasks import Backoff, supervise
from vms.cluster import store

#: seconds between two tries of those whose turn it is not, and between two signs of life of the one whose it is
EVERY_S = 2.0

log = structlog.get_logger(__name__)


class Turn:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._mine = False

    def is_mine(self) -> bool:
        return self._mine

    async def run(self) -> None:
        """Until cancelled."""
        await supervise(
            self._once,
            retry_on=(DatabaseUnavailable,),
            backoff=Backoff(first_s=0.5, most_s=10.0),
            clock=self._clock,
            stable_after_s=10.0,
        )

    async def _once(self) -> None:
        async with self._database.connection() as connection:
            while not await store.take_turn(connection):
                await self._clock.sleep(EVERY_S)
            self._mine = True
            log.info("watching over outages")
            try:
                while True:
                    await self._clock.sleep(EVERY_S)
                    await store.ping(connection)
            finally:
                self._mine = False
