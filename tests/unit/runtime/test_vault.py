"""Passwords at rest."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from runtime.vault import SecretUnreadable, Vault, VaultUnreadable


def test_what_is_encrypted_comes_back_after_a_restart(tmp_path: Path) -> None:
    token = Vault.open(tmp_path / "key").encrypt("密码 s3cret")
    assert b"s3cret" not in token
    assert Vault.open(tmp_path / "key").decrypt(token) == "密码 s3cret"


def test_the_key_file_is_for_its_owner_only(tmp_path: Path) -> None:
    Vault.open(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_new_key_in_front_encrypts_and_the_old_one_still_decrypts(tmp_path: Path) -> None:
    path = tmp_path / "key"
    old = Vault.open(path).encrypt("s3cret")
    path.write_bytes(Fernet.generate_key() + b"\n" + path.read_bytes())
    rotated = Vault.open(path)
    assert rotated.decrypt(old) == "s3cret"
    new = rotated.encrypt("s3cret")
    path.write_bytes(path.read_bytes().splitlines()[1])
    with pytest.raises(SecretUnreadable):
        Vault.open(path).decrypt(new)


@pytest.mark.parametrize("content", [b"", b"not a key", b"\xff" * 44])
def test_a_key_file_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(VaultUnreadable, match="Restore it from your backup"):
        Vault.open(path)
    assert path.read_bytes() == content
