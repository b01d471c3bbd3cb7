"""Asking for recordings, and using what was granted: each a line in the register and one in the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from runtime.clock import Clock
from runtime.database import Connection, Database
from streams.segment import iso
from vms.access import store
from vms.access.access import REQUEST_KINDS, Access, AccessUse, Act, NewAccess
from vms.access.audited import ended_entry, requested_entry, used_entry
from vms.access.errors import (
    AccessCamerasMissing,
    AccessCameraUnknown,
    AccessExpired,
    AccessFieldMissing,
    AccessNeeded,
    AccessNotForCamera,
    AccessNotForRange,
    AccessRangeInvalid,
    AccessTextUnusable,
    AccessTooLong,
    AccessUnknown,
    DocumentNumberMissing,
)
from vms.access.settings import AccessSettings
from vms.access.verification import verify_register
from vms.audit import store as audit_store
from vms.audit.audit import write
from vms.audit.verification import Fault
from vms.cameras.store import unknown_ids

_MOST_TEXT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredAccess:
    access: Access
    uses: tuple[AccessUse, ...]


class AccessRegister:
    def __init__(self, *, database: Database, clock: Clock, settings: AccessSettings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    async def request(self, asked: NewAccess) -> Access:
        """Enter a request into the register. Raises: AccessInvalid, DatabaseUnavailable."""
        now = self._clock.now()
        _check(asked, self._settings)
        access = Access(
            id=uuid4(),
            at=now,
            person=asked.person.strip(),
            organisation=asked.organisation.strip(),
            reason=asked.reason.strip(),
            request_type=asked.request_type,
            document_number=asked.document_number.strip(),
            case_number=asked.case_number.strip(),
            unmasked=asked.unmasked,
            camera_ids=tuple(sorted(set(asked.camera_ids))),
            start_at=asked.start_at,
            end_at=asked.end_at,
            expires_at=now + asked.expires_in,
        )
        async with self._database.transaction() as connection:
            for camera_id in await unknown_ids(connection, access.camera_ids):
                raise AccessCameraUnknown(camera_id=camera_id)
            await store.add_access(connection, access)
            await write(connection, requested_entry(access), at=now)
        return access

    async def use(
        self,
        access_id: UUID | None,
        *,
        act: Act,
        camera_ids: Sequence[int],
        start_at: datetime,
        end_at: datetime,
    ) -> Access:
        """Write down that the access is used, if it is for that; the access.

        Raises: AccessNeeded, AccessUnknown, AccessExpired, AccessNotForCamera, AccessNotForRange, DatabaseUnavailable.
        """
        now = self._clock.now()
        async with self._database.transaction() as connection:
            access = await self._allowed(connection, access_id, camera_ids, start_at, end_at, now)
            use = AccessUse(
                access_id=access.id,
                at=now,
                act=act,
                camera_ids=tuple(sorted(camera_ids)),
                start_at=start_at,
                end_at=end_at,
            )
            await store.add_use(connection, use)
            await write(connection, used_entry(access, use), at=now)
        return access

    async def check(
        self, access_id: UUID | None, *, camera_ids: Sequence[int], start_at: datetime, end_at: datetime
    ) -> Access:
        """As `use`, and nothing is written: for each of the many requests of one playback."""
        async with self._database.connection() as connection:
            return await self._allowed(connection, access_id, camera_ids, start_at, end_at, self._clock.now())

    async def end(self, access_id: UUID, *, author: str) -> Access:
        """From now on it gives nothing any more. Raises: AccessUnknown, AccessExpired, DatabaseUnavailable."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            access = await store.access(connection, access_id)
            if access is None:
                raise AccessUnknown(access_id=access_id)
            if not access.holds_at(now) or not await store.end_access(connection, access_id, now, author):
                raise AccessExpired(access_id=access_id, since=iso(access.ended_at or access.expires_at))
            await write(
                connection,
                ended_entry(access, author),
                at=now,
            )
            ended = await store.access(connection, access_id)
        assert ended is not None
        return ended

    async def find(self, access_id: UUID) -> RegisteredAccess:
        """One with what was done with it. Raises: AccessUnknown, DatabaseUnavailable."""
        async with self._database.connection() as connection:
            access = await store.access(connection, access_id)
            if access is None:
                raise AccessUnknown(access_id=access_id)
            return RegisteredAccess(access=access, uses=tuple(await store.uses(connection, access_id)))

    async def list(
        self,
        *,
        person: str | None = None,
        camera_id: int | None = None,
        unit_id: int | None = None,
        case: str | None = None,
        from_at: datetime | None = None,
        to_at: datetime | None = None,
        limit: int = 100,
    ) -> list[Access]:
        """The latest first. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await store.accesses(
                connection,
                person=person,
                camera_id=camera_id,
                unit_id=unit_id,
                case=case,
                from_at=from_at,
                to_at=to_at,
                limit=limit,
            )

    async def verify(self) -> Sequence[Fault]:
        """What the register and the audit do not both say. Raises: DatabaseUnavailable."""
        async with self._database.transaction() as connection:
            await audit_store.see_one_moment(connection)
            return await verify_register(connection)

    async def _allowed(
        self,
        connection: Connection,
        access_id: UUID | None,
        camera_ids: Sequence[int],
        start_at: datetime,
        end_at: datetime,
        now: datetime,
    ) -> Access:
        if access_id is None:
            raise AccessNeeded
        access = await store.access(connection, access_id)
        if access is None:
            raise AccessUnknown(access_id=access_id)
        if not access.holds_at(now):
            raise AccessExpired(access_id=access_id, since=iso(access.ended_at or access.expires_at))
        for camera_id in camera_ids:
            if camera_id not in access.camera_ids:
                raise AccessNotForCamera(access_id=access_id, camera_id=camera_id)
        if start_at < access.start_at or end_at > access.end_at or end_at <= start_at:
            raise AccessNotForRange(access_id=access_id, start=iso(access.start_at), end=iso(access.end_at))
        return access


def _check(asked: NewAccess, settings: AccessSettings) -> None:
    for field in ("person", "organisation", "reason"):
        if not getattr(asked, field).strip():
            raise AccessFieldMissing(field=field)
    for field in ("person", "organisation", "reason", "document_number", "case_number"):
        text = getattr(asked, field)
        if len(text) > _MOST_TEXT or any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
            raise AccessTextUnusable(field=field, most=_MOST_TEXT)
    if REQUEST_KINDS[asked.request_type].needs_document and not asked.document_number.strip():
        raise DocumentNumberMissing
    if not asked.camera_ids:
        raise AccessCamerasMissing
    if not timedelta(0) < asked.end_at - asked.start_at <= timedelta(days=settings.most_days):
        raise AccessRangeInvalid(most=settings.most_days)
    if not timedelta(0) < asked.expires_in <= timedelta(hours=settings.most_hours):
        raise AccessTooLong(most=settings.most_hours)
