"""The SQL of signing keys: one statement a function; the caller owns the transaction."""

from datetime import datetime

import asyncpg

from runtime.chain import Digest
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


async def last_signed(connection: Connection) -> datetime | None:
    at: datetime | None = await connection.fetchval("select max(signed_at) from signed_head")
    return at


async def heads(
    connection: Connection,
) -> tuple[dict[str, tuple[int, Digest]], tuple[int, Digest]]:
    """Where the chains of recordings stand, by camera and profile, and that of the audit."""
    rows = await connection.fetch("select * from segment_chain order by camera_id, profile")
    audit = await connection.fetchrow("select seq, link from audit_head")
    chains = {f"{row['camera_id']}/{row['profile']}": (row["seq"], row["link"]) for row in rows}
    return chains, (audit["seq"], audit["link"])


async def add_head(
    connection: Connection, *, at: datetime, statement: str, key_id: str, signature: bytes
) -> None:
    await connection.execute(
        """
        insert into signed_head (signed_at, statement, key_id, signature) values ($1, $2, $3, $4)
        on conflict do nothing
        """,
        at,
        statement,
        key_id,
        signature,
    )


async def forget_heads(connection: Connection) -> None:
    """Those from before everything that is left; the last one before it stays."""
    await connection.execute(
        """
        delete from signed_head where signed_at < (
            select max(signed_at) from signed_head where signed_at < (select min(start_at) from segment))
        """
    )


async def signed(connection: Connection) -> list[asyncpg.Record]:
    """In order of time."""
    rows: list[asyncpg.Record] = await connection.fetch("select * from signed_head order by signed_at")
    return rows


def _public(row: asyncpg.Record) -> PublicKey:
    return PublicKey(
        id=row["id"], public=row["public_key"], made_at=row["made_at"], retired_at=row["retired_at"]
    )
