"""Heads of chains that were signed, as they are read back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.chain import BEGINNING, Digest
from runtime.database import Database
from streams.segment import iso
from vms.signing import store
from vms.signing.signature import is_signed


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    signed_at: datetime
    #: whether its signature is that of a key of this house
    sound: bool
    #: place and link of each chain, by camera and profile: "7/main"
    chains: Mapping[str, tuple[int, Digest]]
    audit: tuple[int, Digest]


async def signed_heads(database: Database) -> Sequence[SignedHead]:
    """In order of time, each with whether it is signed as it says. Raises: DatabaseUnavailable."""
    async with database.connection() as connection:
        keys = {key.id: key.public for key in await store.public_keys(connection)}
        rows = await store.signed(connection)
    return [_read(row["signed_at"], row["statement"], row["signature"], keys[row["key_id"]]) for row in rows]


def _read(at: datetime, statement: str, signature: bytes, public: bytes) -> SignedHead:
    """Of one that was altered nothing is believed."""
    said = json.loads(statement) if is_signed(statement.encode(), signature, public) else {}
    if said.get("at") != iso(at):
        return SignedHead(signed_at=at, sound=False, chains={}, audit=(0, BEGINNING))
    return SignedHead(
        signed_at=at,
        sound=True,
        chains={name: (seq, bytes.fromhex(link)) for name, (seq, link) in said["chains"].items()},
        audit=(said["audit"][0], bytes.fromhex(said["audit"][1])),
    )
