"""The data folder: everything that is kept, held by one server at a time.

The lock belongs to the process: a server that was killed leaves none behind.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vms.errors import DataFolderInUse, DataFolderUnusable

#: below this much free space nothing can be started in good faith
_LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFolder:
    path: Path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    @property
    def views(self) -> Path:
        """The reference pictures of cameras."""
        return self.path / "views"

    @property
    def key(self) -> Path:
        return self.path / "secret.key"


def open_data_folder(path: Path) -> DataFolder:
    """Make the folder where it is missing, and check that it can be written and has room.

    Raises: DataFolderUnusable.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        _check_writable(path)
    except OSError as error:
        raise DataFolderUnusable(path=path, reason=error.strerror or str(error)) from error
    return DataFolder(path=path.resolve())


@contextmanager
def held(folder: DataFolder) -> Iterator[None]:
    """Be the one server on this folder. Raises: DataFolderInUse, DataFolderUnusable."""
    try:
        lock = os.open(folder.path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DataFolderUnusable(path=folder.path, reason=error.strerror or str(error)) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise DataFolderInUse(path=folder.path) from error
    finally:
        os.close(lock)


def _check_writable(path: Path) -> None:
    probe = path / f".probe-{os.getpid()}"
    probe.write_bytes(b"\0" * 4096)
    probe.unlink()
    status = os.statvfs(path)
    free = status.f_bavail * status.f_frsize
    if free < _LEAST_FREE_BYTES:
        raise DataFolderUnusable(path=path, reason=f"only {free // 2**20} MB are free, 200 MB are needed")
