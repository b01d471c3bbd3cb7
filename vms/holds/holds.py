"""Placing and releasing holds. A hold that was answered with success is in force: deletion takes turns with it."""

from dataclasses import replace

from runtime.clock import Clock
from runtime.database import Database
from streams.segment import iso
from vms.audit.audit import write
from vms.audit.entry import AuditEntry
from vms.cameras.store import unknown_ids
from vms.holds import store
from vms.holds.errors import (
    HoldCameraUnknown,
    HoldFieldMissing,
    HoldNeedsAnother,
    HoldRangeInvalid,
    HoldReleased,
    HoldUnknown,
)
from vms.holds.hold import Hold, NewHold


class Holds:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def place(self, new: NewHold) -> Hold:
        """Raises: HoldFieldMissing, HoldRangeInvalid, HoldCameraUnknown, DatabaseUnavailable."""
        now = self._clock.now()
        # Names are compared when it is released: a space more must not make another person.
        new = replace(
            new, owner=new.owner.strip(), reason=new.reason.strip(), case_number=new.case_number.strip()
        )
        for field in ("camera_ids", "reason", "owner"):
            if not getattr(new, field):
                raise HoldFieldMissing(field="cameras" if field == "camera_ids" else field)
        if new.end_at <= new.start_at or (new.expires_at is not None and new.expires_at <= now):
            raise HoldRangeInvalid
        async with self._database.transaction() as connection:
            for camera_id in await unknown_ids(connection, new.camera_ids):
                raise HoldCameraUnknown(camera_id=camera_id)
            await store.lock_evidence(connection)
            hold_id = await store.add_hold(connection, new, now)
            placed = await store.hold(connection, hold_id)
            assert placed is not None
            await write(
                connection,
                AuditEntry(
                    author=placed.owner,
                    act="hold.place",
                    target=f"hold {hold_id}",
                    camera_ids=placed.camera_ids,
                    case=placed.case_number,
                    detail={
                        "reason": placed.reason,
                        "start_at": iso(placed.start_at),
                        "end_at": iso(placed.end_at),
                        "expires_at": None if placed.expires_at is None else iso(placed.expires_at),
                        "needs_other": placed.needs_other,
                    },
                ),
                at=now,
            )
        return placed

    async def release(self, hold_id: int, *, author: str, reason: str) -> Hold:
        """Raises: HoldUnknown, HoldReleased, HoldNeedsAnother, HoldFieldMissing, DatabaseUnavailable."""
        now = self._clock.now()
        for field, text in (("author", author), ("reason", reason)):
            if not text.strip():
                raise HoldFieldMissing(field=field)
        async with self._database.transaction() as connection:
            hold = await store.hold(connection, hold_id, lock=True)
            if hold is None:
                raise HoldUnknown(hold_id=hold_id)
            if hold.released_by is not None:
                raise HoldReleased(hold_id=hold_id, released_by=hold.released_by)
            if hold.needs_other and author.strip() == hold.owner:
                raise HoldNeedsAnother(hold_id=hold_id, owner=hold.owner)
            await store.release(connection, hold_id, now, author.strip(), reason.strip())
            released = await store.hold(connection, hold_id)
            assert released is not None
            await write(
                connection,
                AuditEntry(
                    author=author.strip(),
                    act="hold.release",
                    target=f"hold {hold_id}",
                    camera_ids=released.camera_ids,
                    case=released.case_number,
                    detail={"reason": reason.strip(), "owner": released.owner},
                ),
                at=now,
            )
        return released

    async def list(self, *, camera_id: int | None = None, all: bool = False, limit: int = 100) -> list[Hold]:
        """The latest first; those in force, or all. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await store.holds(
                connection,
                camera_id=camera_id,
                in_force_at=None if all else self._clock.now(),
                limit=limit,
            )
