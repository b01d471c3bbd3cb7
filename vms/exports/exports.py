"""Exports, asked for and made one after another in the background.

An export that a dead server left running is made again from its beginning. What is cancelled stops at the next file.
"""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import structlog

from runtime.clock import Clock
from runtime.database import Database, DatabaseUnavailable
from runtime.errors import VmsError
from runtime.tasks import Backoff, supervise
from streams.camera import CameraId
from streams.errors import RecordingFailed
from streams.segment import Segment
from streams.writer import free_bytes
from vms.access.access import Access
from vms.access.errors import AccessMasked
from vms.access.register import AccessRegister
from vms.exports import store
from vms.exports.errors import (
    ExportCancelled,
    ExportEmpty,
    ExportNoRoom,
    ExportNotDone,
    ExportTooMany,
    ExportUnknown,
)
from vms.exports.export import OPEN, Export
from vms.exports.masking import MaskedAsked, Masker
from vms.exports.material import CameraMaterial, read_material
from vms.exports.packing import Asked, Unsigned, pack_clips, seal_text, write_package
from vms.exports.settings import ExportSettings
from vms.masked.wish import MOST_LETTERS
from vms.signing.keys import SigningKeys
from vms.timeline.reading import Timelines

log = structlog.get_logger(__name__)

_LOOK_S = 5.0
_PROGRESS_S = 1.0
#: clips, and then the package of them, lie on the disk side by side
_TIMES = 2


class Exports:
    def __init__(
        self,
        *,
        database: Database,
        register: AccessRegister,
        timelines: Timelines,
        signing: SigningKeys,
        settings: ExportSettings,
        folder: Path,
        path_of: Callable[[Segment], Path],
        software: str,
        clock: Clock,
        masker: Masker,
    ) -> None:
        self._database = database
        self._register = register
        self._timelines = timelines
        self._signing = signing
        self._settings = settings
        self._folder = folder
        self._path_of = path_of
        self._software = software
        self._clock = clock
        self._masker = masker
        self._asked = asyncio.Event()
        self._cancelled: set[UUID] = set()

    async def request(
        self,
        access_id: UUID | None,
        camera_ids: Sequence[CameraId],
        start_at: datetime,
        end_at: datetime,
        *,
        masked: MaskedAsked | None = None,
    ) -> Export:
        """Enter an export under an access; it waits until it is made. `masked`: of masked copies.

        The originals of a camera with privacy masks need an access for unmasked pictures.

        Raises: AccessError, CameraUnknown, TimelineRangeInvalid, ExportEmpty, ExportNoRoom, ExportTooMany, DatabaseUnavailable.
        """
        cameras = tuple(dict.fromkeys(camera_ids))
        span = {"camera_ids": cameras, "start_at": start_at, "end_at": end_at}
        access = await self._register.check(access_id, **span)  # type: ignore[arg-type]
        material = await read_material(self._database, self._timelines, cameras, start_at, end_at)
        if (masked is None or masked.originals) and not access.unmasked:
            for each in material:
                if each.masks:
                    raise AccessMasked(camera_id=each.camera_id, access_id=access.id)
        size = sum(each.bytes for each in material)
        if size == 0:
            raise ExportEmpty
        self._check_room(size)
        async with self._database.connection() as connection:
            waiting = await store.waiting(connection)
        if waiting >= self._settings.most_waiting:
            raise ExportTooMany(waiting=waiting, most=self._settings.most_waiting)
        await self._register.use(access.id, act="export", **span)  # type: ignore[arg-type]
        export = Export(
            id=uuid4(),
            access_id=access.id,
            camera_ids=cameras,
            start_at=start_at,
            end_at=end_at,
            state="waiting",
            made_at=self._clock.now(),
            all_bytes=size,
            masked=masked,
        )
        async with self._database.connection() as connection:
            await store.add_export(connection, export)
        self._asked.set()
        return export

    async def find(self, export_id: UUID) -> Export:
        """Raises: ExportUnknown, DatabaseUnavailable."""
        async with self._database.connection() as connection:
            export = await store.export(connection, export_id)
        if export is None:
            raise ExportUnknown(export_id=export_id)
        return export

    async def list(self, limit: int = 100) -> list[Export]:
        """The latest first. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await store.exports(connection, limit)

    async def cancel(self, export_id: UUID) -> Export:
        """Raises: ExportUnknown, ExportNotDone where it is over already, DatabaseUnavailable."""
        export = await self.find(export_id)
        async with self._database.connection() as connection:
            if not await store.cancel(connection, export_id, self._clock.now()):
                raise ExportNotDone(export_id=export_id, state=export.state)
        self._cancelled.add(export_id)
        return await self.find(export_id)

    async def file(self, export_id: UUID) -> Path:
        """The file to hand out, which is written down as a use of its access.

        Raises: ExportUnknown, ExportNotDone, AccessError, DatabaseUnavailable.
        """
        export = await self.find(export_id)
        path = self._folder / export.file_name
        if export.state != "done" or not path.is_file():
            raise ExportNotDone(export_id=export_id, state=export.state)
        await self._register.use(
            export.access_id,
            act="download",
            camera_ids=export.camera_ids,
            start_at=export.start_at,
            end_at=export.end_at,
        )
        return path

    async def run(self) -> None:
        """Make what waits, until cancelled."""

        async def work() -> None:
            async with self._database.connection() as connection:
                await store.wait_again(connection)
            while True:
                self._asked.clear()
                while await self.make_next():
                    pass
                await self._remove_old()
                try:
                    async with asyncio.timeout(_LOOK_S):
                        await self._asked.wait()
                except TimeoutError:
                    continue

        await supervise(
            work,
            retry_on=(DatabaseUnavailable,),
            backoff=Backoff(),
            clock=self._clock,
            on_failure=lambda error, _delay_s: log.warning("exports wait", error=str(error)),
        )

    async def wait_for(self, export_id: UUID) -> Export:
        """Until it is over; it is made here if no server makes it. Raises: ExportUnknown, DatabaseUnavailable."""
        while True:
            export = await self.find(export_id)
            if export.state not in OPEN:
                return export
            if not await self.make_next():
                await self._clock.sleep(_PROGRESS_S)

    async def make_next(self) -> bool:
        """Make the one that has waited longest; False where none does. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            export = await store.take_next(connection, self._clock.now())
        if export is None:
            return False
        log.info("export begins", export=str(export.id), cameras=len(export.camera_ids))
        self._cancelled.discard(export.id)
        # What an attempt before left may not be whole.
        await asyncio.to_thread(shutil.rmtree, self._work(export.id), True)
        try:
            await self._make(export)
        except DatabaseUnavailable:
            raise
        except ExportCancelled:
            log.info("export cancelled", export=str(export.id))
        except VmsError as error:
            log.warning("export failed", export=str(export.id), error=str(error))
            async with self._database.connection() as connection:
                await store.fail(connection, export.id, self._clock.now(), error.as_json())
        else:
            log.info("export done", export=str(export.id))
        await asyncio.to_thread(shutil.rmtree, self._work(export.id), True)
        return True

    async def _make(self, export: Export) -> None:
        registered = await self._register.find(export.access_id)
        material = await read_material(
            self._database, self._timelines, export.camera_ids, export.start_at, export.end_at
        )
        asked = Asked(
            start_at=export.start_at,
            end_at=export.end_at,
            made_at=self._clock.now(),
            head={
                "export": str(export.id),
                "made_by": registered.access.person,
                "software": self._software,
                "access": registered.access.as_json(),
            },
        )
        unsigned = await self._watch(export, asked, material, _signed_for(export, registered.access))
        keys = await self._signing_key()
        seal = seal_text(unsigned, keys[0])
        signature = await self._signing.sign(seal.encode())
        target = self._folder / export.file_name
        size, sha256 = await asyncio.to_thread(
            write_package, unsigned, target, seal=seal, signature=signature.value, key_pem=keys[1]
        )
        async with self._database.connection() as connection:
            if not await store.finish(connection, export.id, self._clock.now(), size, sha256):
                await asyncio.to_thread(target.unlink, True)
                raise ExportCancelled(export_id=export.id)

    async def _watch(
        self,
        export: Export,
        asked: Asked,
        material: Sequence[CameraMaterial],
        masked: MaskedAsked | None,
    ) -> Unsigned:
        """Cut in a thread, and write down how far it is."""
        done, export_id = 0, export.id

        def on_bytes(count: int) -> None:
            nonlocal done
            if export_id in self._cancelled:
                raise ExportCancelled(export_id=export_id)
            done += count

        work = asyncio.ensure_future(
            asyncio.to_thread(
                pack_clips,
                asked,
                material,
                self._work(export_id),
                path_of=self._path_of,
                on_bytes=on_bytes,
                masked=None if masked is None else (self._masker, masked),
            )
        )
        try:
            while not work.done():
                await asyncio.wait([work], timeout=_PROGRESS_S)
                async with self._database.connection() as connection:
                    if not await store.note_progress(connection, export_id, done):
                        self._cancelled.add(export_id)  # by another process
            return await work
        except OSError as error:
            path = self._work(export_id)
            raise RecordingFailed(path=str(path), reason=error.strerror or str(error)) from error
        finally:
            if not work.done():
                self._cancelled.add(export_id)
                await asyncio.wait([work])

    async def _signing_key(self) -> tuple[str, str]:
        await self._signing.begin()
        key = (await self._signing.public_keys())[0]
        return key.id, key.pem

    def _work(self, export_id: UUID) -> Path:
        return self._folder / f"work-{export_id}"

    def _check_room(self, size: int) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            free = free_bytes(self._folder) - self._settings.keep_free_bytes
        except OSError as error:
            raise ExportNoRoom(needed=size * _TIMES >> 20, free=0) from error
        if free < size * _TIMES:
            raise ExportNoRoom(needed=size * _TIMES >> 20, free=max(0, free) >> 20)

    async def _remove_old(self) -> None:
        before = self._clock.now() - timedelta(days=self._settings.keep_days)
        async with self._database.connection() as connection:
            old = await store.expire(connection, before)
        for export in old:
            await asyncio.to_thread((self._folder / export.file_name).unlink, True)


def _signed_for(export: Export, access: Access) -> MaskedAsked | None:
    """With a watermark that says whose copy it is, where none was asked for."""
    if export.masked is None or export.masked.watermark:
        return export.masked
    watermark = f"{access.person} {access.organisation} {export.made_at:%Y-%m-%d %H:%M}Z {access.id}"
    return replace(export.masked, watermark=watermark[:MOST_LETTERS])
