"""Events that the database could not take yet: a bounded folder of files that survives a crash and a power cut.

One file an event, named so that `ls` shows them in order; written aside, fsynced and renamed, so that a file is whole
or absent.
"""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from alerts.errors import JournalFull, JournalUnwritable
from detectors.event import Event, Pictures
from runtime.disk import sync_folder

_EVENT = TypeAdapter(Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    event: Event
    pictures: Pictures
    path: Path


class Journal:
    """File work is short and blocks; call it from a thread."""

    def __init__(self, folder: Path, *, capacity: int) -> None:
        self._folder = folder
        self._capacity = capacity
        self._refused = folder / "refused"
        self._refused.mkdir(parents=True, exist_ok=True)

    def __len__(self) -> int:
        return sum(1 for _ in self._folder.glob("*.json"))

    def append(self, event: Event, pictures: Pictures) -> None:
        """Raises: JournalFull, JournalUnwritable."""
        if len(self) >= self._capacity:
            raise JournalFull(folder=self._folder, capacity=self._capacity)
        name = f"{event.occurred_at:%Y%m%dT%H%M%S.%f}_{event.id}.json"
        content = json.dumps(
            {
                "event": _EVENT.dump_python(event, mode="json"),
                "snapshot": base64.b64encode(pictures.snapshot).decode(),
                "strip": base64.b64encode(pictures.strip).decode() if pictures.strip else None,
            }
        )
        try:
            _write_whole(self._folder / name, content.encode())
        except OSError as error:
            raise JournalUnwritable(folder=self._folder, reason=error.strerror or str(error)) from error

    def pending(self, limit: int = 100) -> list[JournalEntry]:
        """The oldest `limit` of what waits, in order. A file that cannot be read is set aside in `refused/`."""
        entries = []
        for path in sorted(self._folder.glob("*.json"))[:limit]:
            try:
                content = json.loads(path.read_bytes())
                event = _EVENT.validate_python(content["event"])
                strip = content.get("strip")
                pictures = Pictures(
                    snapshot=base64.b64decode(content["snapshot"]),
                    strip=base64.b64decode(strip) if strip else None,
                )
            except (ValueError, KeyError, TypeError, ValidationError):
                self.set_aside(path)
            else:
                entries.append(JournalEntry(event=event, pictures=pictures, path=path))
        return entries

    def remove(self, entry: JournalEntry) -> None:
        entry.path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> Path:
        """Keep a file that can never be delivered where a person can look at it."""
        return path.rename(self._refused / path.name)


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
