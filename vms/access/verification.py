"""Whether the access register says what the audit says: which entry was changed, removed or put in beside it."""

import json
from collections import defaultdict
from datetime import datetime
from typing import Final, get_args
from uuid import UUID

from runtime.chain import canonical
from runtime.database import Connection
from vms.access import store
from vms.access.access import Act
from vms.access.audited import ended_entry, requested_entry, used_entry
from vms.audit import store as audit_store
from vms.audit.entry import AuditEntry
from vms.audit.verification import Fault

_ACTS: Final = ("access.request", "access.end", *(f"recording.{act}" for act in get_args(Act)))


async def verify_register(connection: Connection) -> list[Fault]:
    """Inside a transaction that sees one moment. The audit's own chain is verified elsewhere."""
    told: defaultdict[str, list[int]] = defaultdict(list)
    async for line in audit_store.lines_of(connection, _ACTS):
        told[canonical({**json.loads(line.statement), "seq": 0})].append(line.seq)
    faults: list[Fault] = []

    def entered(entry: AuditEntry | None, at: datetime, access_id: UUID) -> None:
        seqs = None if entry is None else told.get(entry.statement(0, at))
        if seqs:
            seqs.pop()
        else:
            faults.append(_added("use or end" if entry is None else entry.act, access_id))

    accesses = {}
    async for access in store.every_access(connection):
        accesses[access.id] = access
        entered(requested_entry(access), access.at, access.id)
    async for use in store.every_use(connection):
        of = accesses.get(use.access_id)
        entered(used_entry(of, use) if of else None, use.at, use.access_id)
    async for access_id, at, author in store.every_end(connection):
        of = accesses.get(access_id)
        entered(ended_entry(of, author) if of else None, at, access_id)
    faults.extend(_missing(seq) for seq in sorted(seq for seqs in told.values() for seq in seqs))
    return faults


def _added(act: str, access_id: UUID) -> Fault:
    return Fault(
        wrong="register_added",
        seq=0,
        en=f"access {access_id}: the register says something of it ({act}) that the audit does not",
        zh=f"登记 {access_id}：登记簿中的内容（{act}）与审计记录不符",
    )


def _missing(seq: int) -> Fault:
    return Fault(
        wrong="register_missing",
        seq=seq,
        en=f"line {seq} tells of what the register does not have: an entry was changed or removed",
        zh=f"第 {seq} 条审计记录在登记簿中没有对应内容：登记被修改或删除",
    )
