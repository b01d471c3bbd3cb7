"""A new key for the cameras' passwords and the signing keys: every one of them encrypted anew, and the old keys dropped when that is done.

    key file: old          database: under old      before
    key file: new, old     database: under old      1: the new key is on disk before anything is under it
    key file: new, old     database: under new      2: all in one transaction
    key file: new          database: under new      3: the old keys are dropped

Whoever dies between two lines leaves a house that reads everything; the next rotation goes on from there, with the key
that is already in front. A running server takes the new key by itself (Vault), and nobody can register or change a camera
while it lasts.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from runtime.database import Database
from runtime.vault import KeyFact, SecretUnreadable, Vault
from streams.store import passwords, renew_passwords, ring_cameras
from vms.audit.audit import write
from vms.audit.entry import AuditEntry
from vms.cameras import store
from vms.signing.store import renew_secret, secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    key: KeyFact
    #: one that was begun before and not done
    resumed: bool
    #: passwords that are under the new key now; that no key could read before, and none can now
    renewed: int
    unreadable: int


class KeyRotation:
    def __init__(self, *, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def rotate(self, *, author: str = "vms") -> Rotation:
        """Raises: VaultUnreadable, VaultUnwritable, DatabaseUnavailable; then everything is readable as before."""
        async with self._database.transaction() as connection:
            await store.lock_cameras(connection)
            resumed = len(self._vault.keys) > 1
            if not resumed:
                self._vault.add_key()
            old = await passwords(connection)
            renewed = await asyncio.to_thread(self._renew, old)
            await renew_passwords(connection, renewed)
            for before, after in (await asyncio.to_thread(self._renew, await secrets(connection))).items():
                await renew_secret(connection, before, after)
            await ring_cameras(connection)
            key = self._vault.keys[0].id
            await write(connection, AuditEntry(author=author, act="password_key.rotate", target=f"key {key}"))
        self._vault.drop_old_keys()
        return Rotation(
            key=self._vault.keys[0],
            resumed=resumed,
            renewed=len(renewed),
            unreadable=len(old) - len(renewed),
        )

    def _renew(self, tokens: Sequence[bytes]) -> dict[bytes, bytes]:
        """The new token of each that can be read. What cannot be is left alone: its key may come back from a backup."""
        renewed = {}
        for token in tokens:
            try:
                renewed[token] = self._vault.renew(token)
            except SecretUnreadable:
                continue
        return renewed
