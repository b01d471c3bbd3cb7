"""Writing to the audit and reading it. Whoever changes something writes its line last, in the transaction of the change."""

from datetime import datetime
from typing import TypedDict

from runtime.chain import link
from runtime.clock import Clock
from runtime.database import Connection, Database
from streams.segment import in_milliseconds, iso
from vms.audit import store
from vms.audit.entry import AuditEntry, AuditLine
from vms.audit.verification import Fault, Verification, verify
from vms.signing.signed import SignedHead, signed_heads


async def write(connection: Connection, entry: AuditEntry, *, at: datetime | None = None) -> None:
    """Chain the entry to the last one. It locks the head until the caller's transaction ends: call it last, or transactions
    wait for each other. `at`: the database's time when left out.

    Raises ValueError for a detail that has no canonical form, which is a bug.
    """
    seq, last, now = await store.lock_head(connection)
    at = in_milliseconds(at or now)
    statement = entry.statement(seq + 1, at)
    await store.add_line(
        connection,
        seq=seq + 1,
        at=at,
        statement=statement,
        link=link(last, statement),
        camera_ids=sorted(entry.camera_ids),
        unit_ids=sorted(entry.unit_ids),
    )


class Filters(TypedDict, total=False):
    """Which lines are asked for."""

    author: str | None
    act: str | None
    camera_id: int | None
    unit_id: int | None
    case: str | None
    from_at: datetime | None
    to_at: datetime | None


class Audit:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self, entry: AuditEntry) -> None:
        """An act that changed nothing in the database: a view, a failed try. Raises: DatabaseUnavailable."""
        async with self._database.transaction() as connection:
            await write(connection, entry, at=self._clock.now())

    async def lines(
        self,
        *,
        author: str | None = None,
        act: str | None = None,
        camera_id: int | None = None,
        unit_id: int | None = None,
        case: str | None = None,
        from_at: datetime | None = None,
        to_at: datetime | None = None,
        before_seq: int | None = None,
        limit: int = 100,
    ) -> list[AuditLine]:
        """The latest first; `before_seq` goes on where a page ended. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await store.lines(
                connection,
                author=author,
                act=act,
                camera_id=camera_id,
                unit_id=unit_id,
                case=case,
                from_at=from_at,
                to_at=to_at,
                before_seq=before_seq,
                limit=limit,
            )

    async def verify(self) -> Verification:
        """Walk the whole chain, and hold it against the heads that were signed. Raises: DatabaseUnavailable."""
        heads = await signed_heads(self._database)
        signed = {head.audit[0]: head.audit[1] for head in heads if head.sound}
        async with self._database.transaction() as connection:
            await store.see_one_moment(connection)
            seq, last = await store.head(connection)
            found = await verify(store.lines_in_order(connection), head=(seq, last), signed=signed)
        return found.with_more([_altered_head(head) for head in heads if not head.sound])


def _altered_head(head: SignedHead) -> Fault:
    at = iso(head.signed_at)
    return Fault(
        wrong="signed_head",
        seq=head.audit[0],
        en=f"the head that was signed at {at} was altered",
        zh=f"{at} 签名的链头被改动",
    )
