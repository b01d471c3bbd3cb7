"""The audit on Postgres: nobody changes a line, and whoever does it all the same, as a superuser, is found out."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from runtime.database import Database
from tests.fakes.clock import ManualClock
from vms.audit.audit import Audit, write
from vms.audit.entry import AuditEntry
from vms.audit.verification import Verification

#: what makes a line unguarded: only a superuser, or the owner of the table, can
OPEN_UP = "alter table audit_entry disable trigger all"
#: the statements of the README that give the audit to another role
ROLE = Path("vms/audit/README.md").read_text("utf-8").split("```sql\n")[1].split("```")[0]


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database=database, clock=ManualClock())


async def filled(audit: Audit, count: int = 6) -> None:
    for number in range(1, count + 1):
        await audit.note(
            AuditEntry(
                author="王芳" if number % 2 else "李强",
                act="camera.change" if number < 5 else "hold.place",
                target=f"camera {number}",
                camera_ids=[number, 100],
                unit_ids=[1],
                case="A-7" if number == 6 else "",
                detail={"name": ["东口", "西口"]},
            )
        )


async def tampered(database: Database, audit: Audit, *statements: str) -> Verification:
    async with database.connection() as connection:
        for statement in (OPEN_UP, *statements):
            await connection.execute(statement)
    return await audit.verify()


async def test_lines_are_numbered_and_chained(audit: Audit) -> None:
    await filled(audit)
    lines = await audit.lines()
    assert [line.seq for line in lines] == [6, 5, 4, 3, 2, 1]
    assert (lines[0].author, lines[0].act, lines[0].case_number) == ("李强", "hold.place", "A-7")
    verification = await audit.verify()
    assert (verification.sound, verification.lines) == (True, 6)


async def test_an_empty_audit_is_sound(audit: Audit) -> None:
    assert (await audit.verify()).sound


async def test_lines_written_at_once_make_one_chain(database: Database, audit: Audit) -> None:
    await asyncio.gather(*(audit.note(AuditEntry(author="a", act="x.y")) for _ in range(40)))
    verification = await audit.verify()
    assert (verification.sound, verification.lines) == (True, 40)


async def test_an_act_that_is_rolled_back_leaves_no_line_and_no_hole(
    database: Database, audit: Audit
) -> None:
    await filled(audit, 1)
    with pytest.raises(RuntimeError):
        async with database.transaction() as connection:
            await write(connection, AuditEntry(author="a", act="x.y"), at=datetime(2026, 1, 1, tzinfo=UTC))
            raise RuntimeError
    await filled(audit, 1)
    assert [line.seq for line in await audit.lines()] == [2, 1]
    assert (await audit.verify()).sound


@pytest.mark.parametrize(
    ("filters", "seqs"),
    [
        ({"author": "王芳"}, [5, 3, 1]),
        ({"act": "hold"}, [6, 5]),
        ({"act": "camera.change"}, [4, 3, 2, 1]),
        ({"act": "cam"}, []),
        ({"camera_id": 3}, [3]),
        ({"camera_id": 100, "before_seq": 3}, [2, 1]),
        ({"unit_id": 1, "limit": 2}, [6, 5]),
        ({"case": "A-7"}, [6]),
        ({"from_at": datetime(2000, 1, 1, tzinfo=UTC), "to_at": datetime(2001, 1, 1, tzinfo=UTC)}, []),
    ],
)
async def test_lines_are_found(audit: Audit, filters: dict[str, object], seqs: list[int]) -> None:
    await filled(audit)
    assert [line.seq for line in await audit.lines(**filters)] == seqs  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entry set at = now()",
        "delete from audit_entry where seq = 3",
        "truncate audit_entry",
        "update access_use set at = now()",
        "truncate access_use",
    ],
)
async def test_nobody_changes_or_removes_a_line(database: Database, audit: Audit, statement: str) -> None:
    await filled(audit)
    async with database.connection() as connection:
        if "access_use" in statement and "truncate" not in statement:
            # a row trigger needs a row
            await connection.execute(
                "insert into access values ('00000000-0000-0000-0000-000000000001', now(), 'a', 'b', 'c', 'duty', '', '',"
                " false, now(), now() + interval '1 hour', now() + interval '1 hour')"
            )
            await connection.execute(
                "insert into access_use (access_id, at, act, camera_ids, start_at, end_at) values"
                " ('00000000-0000-0000-0000-000000000001', now(), 'playback', '{1}', now(), now())"
            )
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute(statement)
    assert (await audit.verify()).sound


async def test_a_changed_line_is_found(database: Database, audit: Audit) -> None:
    await filled(audit)
    found = await tampered(
        database, audit, "update audit_entry set statement = replace(statement, '东口', '南口') where seq = 3"
    )
    assert [(fault.wrong, fault.seq) for fault in found.faults] == [("changed", 3)]


async def test_a_column_that_says_something_else_is_found(database: Database, audit: Audit) -> None:
    await filled(audit)
    found = await tampered(
        database, audit, "update audit_entry set at = at - interval '1 day', camera_ids = '{9}' where seq = 2"
    )
    assert [(fault.wrong, fault.seq) for fault in found.faults] == [("columns", 2), ("columns", 2)]
    assert [word in found.faults[0].en or word in found.faults[1].en for word in ("at", "cameras")] == [
        True,
        True,
    ]


async def test_a_removed_line_is_found(database: Database, audit: Audit) -> None:
    await filled(audit)
    found = await tampered(database, audit, "delete from audit_entry where seq in (2, 3)")
    assert [(fault.wrong, fault.seq) for fault in found.faults] == [("removed", 2)]
    assert "2 to 3" in found.faults[0].en


async def test_lines_cut_off_at_the_end_are_found(database: Database, audit: Audit) -> None:
    await filled(audit)
    found = await tampered(database, audit, "delete from audit_entry where seq > 4")
    assert [(fault.wrong, fault.seq) for fault in found.faults] == [("cut_off", 5)]


async def test_a_line_put_in_at_the_end_is_found(database: Database, audit: Audit) -> None:
    await filled(audit)
    found = await tampered(
        database,
        audit,
        "insert into audit_entry (seq, at, statement, link, camera_ids, unit_ids)"
        " select 7, at, replace(statement, '\"seq\":6', '\"seq\":7'), link, camera_ids, unit_ids"
        " from audit_entry where seq = 6",
    )
    assert [fault.wrong for fault in found.faults] == ["changed", "head"]


async def test_two_lines_that_changed_places_are_found(database: Database, audit: Audit) -> None:
    await filled(audit)
    found = await tampered(
        database,
        audit,
        "update audit_entry set seq = -seq + 1000 where seq in (2, 3)",
        "update audit_entry set seq = case seq when 998 then 3 else 2 end where seq > 900",
    )
    assert {fault.seq for fault in found.faults if fault.wrong == "changed"} >= {2, 3}


async def test_a_statement_that_is_no_json_cannot_be_written(database: Database, audit: Audit) -> None:
    await filled(audit, 2)
    with pytest.raises(asyncpg.DataError):
        await tampered(database, audit, "update audit_entry set statement = 'rubbish' where seq = 1")
    assert (await audit.verify()).sound


async def test_an_application_that_does_not_own_the_audit_writes_it_and_cannot_open_it_up(
    database: Database, audit: Audit
) -> None:
    """The statements of the README, all rolled back: roles belong to the whole server."""
    async with database.connection() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute("create role vms; grant all on all tables in schema public to vms")
            await connection.execute(ROLE)
            await connection.execute("set local role vms")
            await write(connection, AuditEntry(author="a", act="x.y"))
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="owner"):
                await connection.execute(OPEN_UP)
        finally:
            await transaction.rollback()
