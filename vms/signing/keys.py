"""Keys that sign: made when first needed, kept encrypted in the database, replaced when asked for.

The secret half lies under the vault's key, which is not in the database: a copy of the database signs nothing.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from runtime.clock import Clock
from runtime.database import Connection, Database
from runtime.vault import Vault
from vms.audit.audit import write
from vms.audit.entry import AuditEntry
from vms.signing import store
from vms.signing.signature import PublicKey, Signature, key_id_of


class SigningKeys:
    def __init__(self, *, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def sign(self, data: bytes) -> Signature:
        """Raises: SecretUnreadable, VaultUnreadable, DatabaseUnavailable."""
        async with self._database.connection() as connection:
            found = await store.secret_in_use(connection)
        if found is None:
            await self.begin()
            return await self.sign(data)
        key_id, secret = found
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._vault.decrypt(secret)))
        return Signature(key_id=key_id, value=private.sign(data))

    async def begin(self) -> None:
        """Make the first key if there is none. Raises: VaultUnreadable, DatabaseUnavailable."""
        async with self._database.transaction() as connection:
            await store.lock_keys(connection)
            if await store.secret_in_use(connection) is None:
                await self._add(connection, author="vms")

    async def rotate(self, *, author: str) -> PublicKey:
        """A new key signs from now on; what the old one signed can still be verified.

        Raises: VaultUnreadable, DatabaseUnavailable.
        """
        async with self._database.transaction() as connection:
            await store.lock_keys(connection)
            await store.retire_key(connection, self._clock.now())
            return await self._add(connection, author=author)

    async def public_keys(self) -> list[PublicKey]:
        """The one that signs first, if there is one yet. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await store.public_keys(connection)

    async def _add(self, connection: Connection, *, author: str) -> PublicKey:
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        now, key_id = self._clock.now(), key_id_of(public)
        secret = self._vault.encrypt(private.private_bytes_raw().hex())
        await store.add_key(connection, id=key_id, public=public, secret=secret, at=now)
        await write(
            connection, AuditEntry(author=author, act="signing_key.make", target=f"key {key_id}"), at=now
        )
        return PublicKey(id=key_id, public=public, made_at=now, retired_at=None)
