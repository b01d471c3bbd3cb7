"""The access register beside the audit: who changes an entry, as a superuser, is found out."""

from datetime import timedelta
from pathlib import Path

import pytest

from runtime.database import Connection, Database
from tests.fakes.clock import ManualClock
from tests.fakes.events import add_camera
from tests.fakes.evidence_desk import desk_in
from vms.access.access import NewAccess
from vms.audit import store
from vms.audit.entry import AuditEntry
from vms.evidence.desk import EvidenceDesk


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> EvidenceDesk:
    """Two accesses: one was used twice and ended."""
    clock = ManualClock()
    desk = desk_in(tmp_path, database, clock)
    async with database.connection() as connection:
        camera_id = await add_camera(connection, "东口")
    asked = NewAccess(
        person="王芳",
        organisation="江岸公安分局",
        reason="老人走失",
        request_type="police",
        document_number="江公调字〔2026〕12号",
        camera_ids=[camera_id],
        start_at=clock.now() - timedelta(hours=2, microseconds=1),
        end_at=clock.now(),
    )
    access = await desk.register.request(asked)
    await desk.register.request(asked)
    for _ in range(2):
        await desk.register.use(
            access.id, act="playback", camera_ids=[camera_id], start_at=asked.start_at, end_at=asked.end_at
        )
    await desk.register.end(access.id, author="李强")
    return desk


async def test_a_register_as_it_was_written_is_sound(desk: EvidenceDesk) -> None:
    found = await desk.verify()
    assert (found.sound, found.lines) == (True, 5)


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        ("update access set reason = 'x' where id = (select access_id from access_end)", "added missing"),
        ("update access_use set end_at = end_at - interval '1 s' where id = 1", "added missing"),
        ("delete from access_use where id = 2", "missing"),
        ("delete from access_end", "missing"),
        (
            "insert into access_use (access_id, at, act, camera_ids, start_at, end_at)"
            " select access_id, at, act, camera_ids, start_at, end_at from access_use where id = 1",
            "added",
        ),
        ("delete from access where id = (select access_id from access_end)", "added added added missing*4"),
    ],
)
async def test_a_register_that_was_tampered_with_is_found(
    database: Database, desk: EvidenceDesk, statement: str, faults: str
) -> None:
    async with database.connection() as connection:
        for table in ("access", "access_use", "access_end", "access_camera"):
            await connection.execute(f"alter table {table} disable trigger all")
        await connection.execute(statement)
    expected = faults.replace("missing*4", "missing missing missing missing")
    found = await desk.verify()
    assert [fault.wrong for fault in found.faults] == [f"register_{word}" for word in expected.split()]


async def test_lines_written_while_it_is_verified_are_no_fault(
    desk: EvidenceDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = store.head

    async def then_another_writes(connection: Connection) -> tuple[int, bytes]:
        found = await head(connection)
        await desk.audit.note(AuditEntry(author="李强", act="camera.change"))
        return found

    monkeypatch.setattr(store, "head", then_another_writes)
    found = await desk.verify()
    assert (found.sound, found.lines) == (True, 5)
