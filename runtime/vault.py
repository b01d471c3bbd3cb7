"""Secrets at rest: encrypted with a key that lies in a file of its own, never in the database.

The file holds one Fernet key a line; the first encrypts, all decrypt, so that a new key can be put in front.
"""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from runtime.errors import VmsError


class VaultUnreadable(VmsError):
    """The key file {path} cannot be used: {reason}. Restore it from your backup: without it the cameras' passwords are lost.

    密钥文件 {path} 无法使用：{reason}。请从备份恢复；没有它，摄像机密码无法还原。
    """


class SecretUnreadable(VmsError):
    """A stored password cannot be decrypted with the key file in use. Restore the key file it was stored with, or enter the password again.

    现有密钥文件无法解密已保存的密码。请恢复当时的密钥文件，或重新填写密码。
    """


class Vault:
    def __init__(self, keys: list[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @classmethod
    def open(cls, path: Path) -> "Vault":
        """Read the key file, or make one that only its owner can read.

        Raises: VaultUnreadable.
        """
        try:
            if not path.exists():
                _write_new(path, Fernet.generate_key())
            return cls([line for line in path.read_bytes().splitlines() if line.strip()])
        except (OSError, ValueError) as error:
            raise VaultUnreadable(path=path, reason=str(error)) from error

    def encrypt(self, secret: str) -> bytes:
        return self._fernet.encrypt(secret.encode())

    def decrypt(self, token: bytes) -> str:
        """Raises: SecretUnreadable."""
        try:
            return self._fernet.decrypt(token).decode()
        except InvalidToken as error:
            raise SecretUnreadable from error


def _write_new(path: Path, key: bytes) -> None:
    # Written aside and linked into place: two processes that start together end up with the same key.
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
