"""Keys that sign: made when needed, never readable from the database alone, replaced without forgetting the old ones."""

import asyncio
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from runtime.database import Database
from runtime.vault import SecretUnreadable, Vault
from tests.fakes.clock import ManualClock
from vms.audit.audit import Audit
from vms.cameras.key_rotation import KeyRotation
from vms.signing.keys import SigningKeys
from vms.signing.signature import is_signed, key_id_of


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(tmp_path / "secret.key")


@pytest.fixture
def keys(database: Database, vault: Vault) -> SigningKeys:
    return SigningKeys(database=database, vault=vault, clock=ManualClock())


async def test_the_first_signature_makes_the_key(keys: SigningKeys) -> None:
    assert await keys.public_keys() == []
    signature = await keys.sign(b"twenty minutes of four cameras")
    (key,) = await keys.public_keys()
    assert key.id == signature.key_id == key_id_of(key.public)
    assert is_signed(b"twenty minutes of four cameras", signature.value, key.public)
    assert not is_signed(b"twenty minutes of five cameras", signature.value, key.public)
    assert load_pem_public_key(key.pem.encode()).public_bytes_raw() == key.public  # type: ignore[union-attr]


async def test_servers_that_start_together_make_one_key(keys: SigningKeys) -> None:
    signatures = await asyncio.gather(*(keys.sign(b"x") for _ in range(5)))
    assert len({signature.key_id for signature in signatures}) == 1


async def test_a_new_key_signs_and_the_old_one_still_verifies(keys: SigningKeys, database: Database) -> None:
    before = await keys.sign(b"x")
    new = await keys.rotate(author="王芳")
    after = await keys.sign(b"x")
    current, old = await keys.public_keys()
    assert (current, after.key_id) == (new, new.id)
    assert (old.id, old.retired_at is not None) == (before.key_id, True)
    assert is_signed(b"x", before.value, old.public)
    assert not is_signed(b"x", before.value, current.public)
    lines = await Audit(database=database, clock=ManualClock()).lines(act="signing_key")
    assert [line.author for line in lines] == ["王芳", "vms"]


async def test_a_copy_of_the_database_signs_nothing(
    keys: SigningKeys, database: Database, tmp_path: Path
) -> None:
    await keys.sign(b"x")
    thief = SigningKeys(database=database, vault=Vault.open(tmp_path / "other.key"), clock=ManualClock())
    with pytest.raises(SecretUnreadable):
        await thief.sign(b"x")


async def test_a_new_vault_key_covers_signing_keys_too(
    keys: SigningKeys, database: Database, vault: Vault, tmp_path: Path
) -> None:
    before = await keys.sign(b"x")
    await KeyRotation(database=database, vault=vault).rotate()
    fresh = SigningKeys(database=database, vault=Vault.open(tmp_path / "secret.key"), clock=ManualClock())
    assert await fresh.sign(b"x") == before
