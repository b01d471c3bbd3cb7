"""Reading a package that may be anything: nothing in it is believed, nothing is unpacked, nothing is decompressed."""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from vms.evidence.errors import PackageUnreadable

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_BLOCK: Final = 1 << 20
_MOST_FILES: Final = 20_000


class Package:
    """The files of a package by their names. Raises PackageUnreadable for what is no package."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise PackageUnreadable(path=path, reason=error.strerror or str(error)) from error
        try:
            with zipfile.ZipFile(self._file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, struct.error, RuntimeError) as error:
            self._file.close()
            raise PackageUnreadable(path=path, reason=str(error) or "it is no zip") from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        try:
            self._check(entries, path.stat().st_size)
        except PackageUnreadable:
            self._file.close()
            raise

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _check(self, entries: list[zipfile.ZipInfo], size: int) -> None:
        if len(entries) > _MOST_FILES:
            raise self._refused(f"it holds {len(entries)} files")
        for entry in entries:
            name = entry.filename
            if name in self._entries:
                raise self._refused(f"it holds {name!r} twice")
            if name.startswith("/") or "\\" in name or ".." in name.split("/") or not name.isprintable():
                raise self._refused(f"it holds a file called {name!r}")
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
                raise self._refused(f"{name!r} is compressed, which ours never are")
            if entry.header_offset + entry.file_size > size:
                raise self._refused(f"{name!r} is longer than the package")
            self._entries[name] = entry
        if sum(entry.file_size for entry in entries) > size:
            raise self._refused("its files overlap")

    def _refused(self, reason: str) -> PackageUnreadable:
        return PackageUnreadable(path=self._path, reason=reason)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file as they are, whatever their check sum says. Raises PackageUnreadable, KeyError."""
        entry = self._entries[name]
        try:
            self._file.seek(entry.header_offset)
            header = _LOCAL.unpack(self._file.read(_LOCAL.size))
            if header[0] != b"PK\3\4":
                raise self._refused(f"{name!r} is not where its directory says")
            self._file.seek(header[9] + header[10], 1)
            left = entry.file_size
            at = self._file.tell()
            while left:
                self._file.seek(at)
                block = self._file.read(min(_BLOCK, left))
                if not block:
                    raise self._refused(f"{name!r} is cut short")
                at, left = at + len(block), left - len(block)
                yield block
        except (struct.error, OSError) as error:
            raise self._refused(f"{name!r}: {error}") from error

    def text(self, name: str, *, most: int) -> str:
        """Raises PackageUnreadable where it is absent, longer than `most` bytes or no text."""
        if name not in self._entries:
            raise self._refused(f"it holds no {name}")
        if self._entries[name].file_size > most:
            raise self._refused(f"{name} is longer than {most >> 20} MB")
        try:
            return b"".join(self.blocks(name)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._refused(f"{name} is no text") from error
