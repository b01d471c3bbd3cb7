"""Heads of chains, signed: who writes a whole chain anew with links that fit is found out all the same."""

from datetime import timedelta
from pathlib import Path

import pytest

from runtime.chain import BEGINNING, link
from runtime.database import Database
from runtime.vault import Vault
from streams import store as streams_store
from tests.fakes.clock import ManualClock
from tests.integration.test_recordings_check import House, clip, house
from vms.audit.audit import Audit
from vms.audit.entry import AuditEntry
from vms.signing.heads import HeadSigner
from vms.signing.keys import SigningKeys
from vms.signing.signed import signed_heads

__all__ = ["clip", "house"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def signer(database: Database, tmp_path: Path, clock: ManualClock) -> HeadSigner:
    keys = SigningKeys(database=database, vault=Vault.open(tmp_path / "key" / "secret.key"), clock=clock)
    return HeadSigner(database=database, signing=keys, clock=clock)


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()


async def rewrite(database: Database, changed: int) -> None:
    """As a superuser would who knows how links are made: one row changed, and every link from there on made anew."""
    async with database.transaction() as connection:
        rows = await connection.fetch("select * from segment order by seq")
        last = BEGINNING
        for row in rows:
            if row["seq"] == changed:
                await connection.execute("update segment set width = 640 where seq = $1", changed)
            found = await connection.fetchrow("select * from segment where seq = $1", row["seq"])
            last = link(last, streams_store.chained_segment_of(found).segment.statement(row["seq"]))
            await connection.execute("update segment set link = $2 where seq = $1", row["seq"], last)
        await connection.execute("update segment_chain set link = $1", last)


async def test_a_chain_that_is_written_anew_is_found_by_its_signed_head(
    house: House, database: Database, signer: HeadSigner
) -> None:
    await signer.sign()
    assert await house.findings() == []
    await rewrite(database, 2)
    assert await house.findings() == [("signed_head", house.segments[3].path)]


async def test_without_a_signed_head_it_is_not_found(house: House, database: Database) -> None:
    """What the signature is for: the chain alone does not tell."""
    await rewrite(database, 2)
    assert await house.findings() == []


async def test_an_audit_that_is_written_anew_is_found(
    database: Database, signer: HeadSigner, clock: ManualClock
) -> None:
    audit = Audit(database=database, clock=clock)
    for number in range(4):
        await audit.note(AuditEntry(author="王芳", act="camera.change", target=f"camera {number}"))
    await signer.sign()
    assert (await audit.verify()).sound
    async with database.transaction() as connection:
        await connection.execute("alter table audit_entry disable trigger all")
        last = BEGINNING
        for row in await connection.fetch("select seq, statement from audit_entry order by seq"):
            statement = row["statement"].replace("王芳", "李强")
            last = link(last, statement)
            await connection.execute(
                "update audit_entry set statement = $2, link = $3 where seq = $1", row["seq"], statement, last
            )
        await connection.execute("update audit_head set link = $1", last)
    found = await audit.verify()
    assert [fault.wrong for fault in found.faults] == ["signed_head"]


async def test_heads_are_signed_every_hour(
    database: Database, signer: HeadSigner, clock: ManualClock
) -> None:
    assert await signer.is_due()
    await signer.sign()
    assert not await signer.is_due()
    await clock.advance(timedelta(hours=1).total_seconds())
    assert await signer.is_due()
    await signer.sign()
    heads = await signed_heads(database)
    assert [head.sound for head in heads] == [True, True]
    assert heads[1].signed_at - heads[0].signed_at == timedelta(hours=1)


async def test_a_head_that_was_altered_counts_no_more(database: Database, signer: HeadSigner) -> None:
    await signer.sign()
    async with database.connection() as connection:
        await connection.execute("alter table signed_head disable trigger all")
        await connection.execute("update signed_head set statement = replace(statement, 'at', 'ta')")
        await connection.execute(
            "update signed_head set statement = replace(statement, 'ta', 'at') || ' ' where true"
        )
    (head,) = await signed_heads(database)
    assert not head.sound
    found = await Audit(database=database, clock=ManualClock()).verify()
    assert [fault.wrong for fault in found.faults] == ["signed_head"]


async def test_heads_from_before_everything_that_is_left_are_forgotten(
    house: House, database: Database, signer: HeadSigner, clock: ManualClock
) -> None:
    await signer.sign()
    await clock.advance(7200)
    await signer.sign()
    await clock.advance(7200)
    async with database.connection() as connection:
        await connection.execute("delete from segment")
        await connection.execute("select make_segment_partition('2026-03-15')")
        await connection.execute(
            "insert into segment select camera_id, profile, $1, $1, volume_id, run_id, 0, 1, '', 0, 0, null, sha256,"
            " sha256, 9, sha256 from (select $2::bigint camera_id, 'main' profile, $3::int volume_id,"
            " gen_random_uuid() run_id, sha256('x') sha256) one",
            clock.now() + timedelta(days=1),
            house.camera,
            house.volume_id,
        )
    await signer.sign()
    assert len(await signed_heads(database)) == 1
