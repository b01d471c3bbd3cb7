"""The SQL of signing keys: one statement a function; the caller owns the transaction."""

from datetime import datetime

import asyncpg

from runtime.database import Connection
from vms.signing.signature import PublicKey


async def lock_keys(connection: Connection) -> None:
    """One maker of keys at a time, until the transaction ends."""
    await connection.execute("lock table signing_key in share row exclusive mode")


async def secret_in_use(connection: Connection) -> tuple[str, bytes] | None:
    """Id and encrypted secret of the key that signs."""
    row = await connection.fetchrow("select id, secret from signing_key where retired_at is null")
    return None if row is None else (row["id"], row["secret"])


async def public_keys(connection: Connection) -> list[PublicKey]:
    """The one that signs first, then the latest."""
    rows = await connection.fetch(
        "select id, public_key, made_at, retired_at from signing_key order by retired_at desc nulls first"
    )
    return [_public(row) for row in rows]


async def add_key(connection: Connection, *, id: str, public: bytes, secret: bytes, at: datetime) -> None:
    await connection.execute(
        "insert into signing_key (id, public_key, secret, made_at) values ($1, $2, $3, $4)",
        id,
        public,
        secret,
        at,
    )


async def retire_key(connection: Connection, at: datetime) -> None:
    """The one in use, if there is one."""
    await connection.execute(
        "update signing_key set retired_at = greatest($1, made_at) where retired_at is null", at
    )


async def secrets(connection: Connection) -> list[bytes]:
    """Every one, encrypted."""
    return [row["secret"] for row in await connection.fetch("select secret from signing_key")]


async def renew_secret(connection: Connection, before: bytes, after: bytes) -> None:
    await connection.execute("update signing_key set secret = $2 where secret = $1", before, after)


def _public(row: asyncpg.Record) -> PublicKey:
    return PublicKey(
        id=row["id"], public=row["public_key"], made_at=row["made_at"], retired_at=row["retired_at"]
    )
