"""Where every chain stands, signed every hour: of each camera's recordings, and of the audit.

A chain shows what was changed in it unless every link after the change is computed anew. Whoever does that cannot sign the old heads
again: they have the database, not the key.
"""

from datetime import timedelta

import structlog

from runtime.chain import canonical
from runtime.clock import Clock
from runtime.database import Database, DatabaseUnavailable
from runtime.tasks import Backoff, supervise
from runtime.vault import SecretUnreadable, VaultUnreadable
from streams.segment import in_milliseconds, iso
from vms.signing import store
from vms.signing.keys import SigningKeys

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=1)
_LOOK_S = 60.0


class HeadSigner:
    def __init__(self, *, database: Database, signing: SigningKeys, clock: Clock) -> None:
        self._database = database
        self._signing = signing
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled. Several servers of a house sign once between them."""

        async def work() -> None:
            while True:
                if await self.is_due():
                    await self.sign()
                await self._clock.sleep(_LOOK_S)

        await supervise(
            work,
            retry_on=(DatabaseUnavailable, SecretUnreadable, VaultUnreadable),
            backoff=Backoff(),
            clock=self._clock,
            on_failure=lambda error, _delay_s: log.warning("heads unsigned", error=str(error)),
        )

    async def is_due(self) -> bool:
        """Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            last = await store.last_signed(connection)
        return last is None or self._clock.now() - last >= EVERY

    async def sign(self) -> None:
        """Raises: SecretUnreadable, VaultUnreadable, DatabaseUnavailable."""
        at = in_milliseconds(self._clock.now())
        async with self._database.connection() as connection:
            chains, audit = await store.heads(connection)
        statement = canonical(
            {
                "at": iso(at),
                "chains": {name: [seq, link.hex()] for name, (seq, link) in chains.items()},
                "audit": [audit[0], audit[1].hex()],
            }
        )
        signature = await self._signing.sign(statement.encode())
        async with self._database.connection() as connection:
            await store.add_head(
                connection, at=at, statement=statement, key_id=signature.key_id, signature=signature.value
            )
            await store.forget_heads(connection)
