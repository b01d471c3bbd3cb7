"""Events on disk while the database is away: in order, whole or absent, bounded."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.errors import JournalFull, JournalUnwritable
from alerts.journal import Journal
from detectors.event import Pictures
from tests.fakes.events import NOON, PICTURES, crowd_event, fall_event


def test_what_was_appended_comes_back_equal_and_oldest_first(tmp_path: Path) -> None:
    journal = Journal(tmp_path, capacity=10)
    late = crowd_event(2, occurred_at=NOON + timedelta(seconds=5))
    early = fall_event(1)
    journal.append(late, Pictures(snapshot=b"late picture"))
    journal.append(early, Pictures(snapshot=b"early picture", strip=b"early strip"))
    entries = Journal(tmp_path, capacity=10).pending()
    assert [entry.event for entry in entries] == [early, late]
    assert [(entry.pictures.snapshot, entry.pictures.strip) for entry in entries] == [
        (b"early picture", b"early strip"),
        (b"late picture", None),
    ]


def test_a_long_queue_is_read_in_parts_oldest_first(tmp_path: Path) -> None:
    journal = Journal(tmp_path, capacity=10)
    events = [fall_event(1, occurred_at=NOON + timedelta(seconds=n)) for n in range(5)]
    for event in events:
        journal.append(event, PICTURES)
    assert [entry.event for entry in journal.pending(limit=3)] == events[:3]


def test_a_removed_entry_is_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path, capacity=10)
    journal.append(fall_event(1), PICTURES)
    journal.remove(journal.pending()[0])
    assert len(journal) == 0


def test_a_full_journal_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    journal = Journal(tmp_path, capacity=1)
    journal.append(fall_event(1), PICTURES)
    with pytest.raises(JournalFull, match="holds 1 events"):
        journal.append(fall_event(1), PICTURES)
    assert len(journal) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"event": {}, "snapshot": ""}', b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_set_aside_and_holds_up_nobody(tmp_path: Path, content: bytes) -> None:
    journal = Journal(tmp_path, capacity=10)
    journal.append(fall_event(1), PICTURES)
    (tmp_path / "00000000T000000.000000_x.json").write_bytes(content)
    assert len(journal.pending()) == 1
    assert [path.read_bytes() for path in (tmp_path / "refused").iterdir()] == [content]


def test_half_a_file_left_by_a_crash_is_not_an_entry(tmp_path: Path) -> None:
    journal = Journal(tmp_path, capacity=10)
    (tmp_path / "20261105T120000.000000_x.part").write_bytes(b'{"event":')
    assert journal.pending() == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path, capacity=10)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(JournalUnwritable, match="No space left"):
        journal.append(fall_event(1), PICTURES)
    assert [path.name for path in tmp_path.iterdir()] == ["refused"]
