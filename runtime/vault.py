"""Secrets at rest: encrypted with a key that lies in a file of its own, never in the database.

The file holds one Fernet key a line, each with the moment at which it was made; the first encrypts, all decrypt. A new key
is put in front, every secret is encrypted anew, and then the others are dropped: whoever dies in between leaves a file that
reads all there is. The file is looked at again when it changes, so that a running process takes a new key by itself.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from runtime.clock import Clock, SystemClock
from runtime.disk import sync_folder
from runtime.errors import VmsError


class VaultUnreadable(VmsError):
    """The key file {path} cannot be used: {reason}. Restore it from your backup: without it the cameras' passwords are lost.

    密钥文件 {path} 无法使用：{reason}。请从备份恢复；没有它，摄像机密码无法还原。
    """


class VaultUnwritable(VmsError):
    """The key file {path} cannot be written: {reason}. Nothing was changed: make room there, or correct its permissions.

    无法写入密钥文件 {path}：{reason}。未作任何更改：请腾出空间或修正权限。
    """


class SecretUnreadable(VmsError):
    """A stored password cannot be decrypted with the key file in use. Restore the key file it was stored with, or enter the password again.

    现有密钥文件无法解密已保存的密码。请恢复当时的密钥文件，或重新填写密码。
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFact:
    """What may be said of a key: never the key."""

    #: the first 12 digits of its sha256
    id: str
    #: None where the file does not say
    made_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    secret: bytes
    made_at: datetime | None

    def __repr__(self) -> str:
        return "_Key(…)"

    @property
    def fact(self) -> KeyFact:
        return KeyFact(id=hashlib.sha256(self.secret).hexdigest()[:12], made_at=self.made_at)


class Vault:
    def __init__(self, path: Path, *, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._keys: list[_Key] = []
        #: of this process, those too that have been dropped since: what was read before may be decrypted after
        self._known: list[bytes] = []
        self._fernet: MultiFernet
        self._looked_at: tuple[int, int, int] | None = None
        self._look()

    @classmethod
    def open(cls, path: Path, *, clock: Clock | None = None) -> "Vault":
        """Read the key file, or make one that only its owner can read.

        Raises: VaultUnreadable.
        """
        clock = clock or SystemClock()
        if not path.exists():
            try:
                _write_new(path, [_new_key(clock)])
            except OSError as error:
                raise VaultUnreadable(path=path, reason=str(error)) from error
        return cls(path, clock=clock)

    def encrypt(self, secret: str) -> bytes:
        """Raises: VaultUnreadable."""
        self._look()
        return self._fernet.encrypt(secret.encode())

    def decrypt(self, token: bytes) -> str:
        """Raises: SecretUnreadable, VaultUnreadable."""
        self._look()
        try:
            return self._fernet.decrypt(token).decode()
        except InvalidToken as error:
            raise SecretUnreadable from error

    def renew(self, token: bytes) -> bytes:
        """The same secret under the first key. Raises: SecretUnreadable."""
        return self.encrypt(self.decrypt(token))

    @property
    def keys(self) -> list[KeyFact]:
        """The one that encrypts first. Raises: VaultUnreadable."""
        self._look()
        return [key.fact for key in self._keys]

    def add_key(self) -> None:
        """Put a new key in front; those there are go on decrypting. Raises: VaultUnwritable, VaultUnreadable."""
        self._look()
        self._write([_new_key(self._clock), *self._keys])

    def drop_old_keys(self) -> None:
        """Keep the first only: when nothing is under the others any more. Raises: VaultUnwritable, VaultUnreadable."""
        self._look()
        self._write(self._keys[:1])

    def _write(self, keys: Sequence[_Key]) -> None:
        try:
            _replace(self._path, keys)
        except OSError as error:
            raise VaultUnwritable(path=self._path, reason=error.strerror or str(error)) from error
        self._look()

    def _look(self) -> None:
        """Read the file if it is another than the last time."""
        try:
            status = self._path.stat()
            seen = (status.st_ino, status.st_mtime_ns, status.st_size)
            if seen == self._looked_at:
                return
            keys = [_parse(line) for line in self._path.read_bytes().splitlines() if line.strip()]
            known = list(dict.fromkeys([*(key.secret for key in keys), *self._known]))
            if not keys:
                raise ValueError("it holds no key")
            self._fernet = MultiFernet([Fernet(secret) for secret in known])
        except (OSError, ValueError) as error:
            raise VaultUnreadable(path=self._path, reason=str(error)) from error
        self._keys, self._known, self._looked_at = keys, known, seen


def _new_key(clock: Clock) -> _Key:
    return _Key(secret=Fernet.generate_key(), made_at=clock.now())


def _parse(line: bytes) -> _Key:
    secret, *rest = line.split()
    return _Key(secret=secret, made_at=datetime.fromisoformat(rest[0].decode()) if rest else None)


def _text(keys: Sequence[_Key]) -> bytes:
    return b"".join(
        key.secret
        + (f" {key.made_at.isoformat(timespec='seconds')}".encode() if key.made_at else b"")
        + b"\n"
        for key in keys
    )


def _aside(path: Path, keys: Sequence[_Key]) -> Path:
    """The keys in a file beside, on disk, that only its owner can read."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, _text(keys))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return aside


def _write_new(path: Path, keys: Sequence[_Key]) -> None:
    # Written aside and linked into place: two processes that start together end up with the same key.
    aside = _aside(path, keys)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    sync_folder(path.parent)


def _replace(path: Path, keys: Sequence[_Key]) -> None:
    """Whole or not at all, and on disk when this returns: what is encrypted next must never outlive its key."""
    aside = _aside(path, keys)
    try:
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
