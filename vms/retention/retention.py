"""Deleting recordings whose time is over, in bounded steps, and never what is held.

    in one transaction   rows go, the deletion is written down, the files are doomed
    then                 the files go from the disk
    then                 they are doomed no longer

Whoever dies between two of these leaves nothing wrong: a doomed file is unlinked at the next start, before recovery could take it
for one without a row. Deletion and holds take turns by one lock, so that a hold that was placed is never broken.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import asyncpg
import structlog

from runtime.clock import Clock
from runtime.database import Database, DatabaseUnavailable
from runtime.tasks import Backoff, supervise
from streams.camera import CameraId
from streams.errors import RecordingFailed
from streams.segment import ChainedSegment, VolumeId
from streams.store import link_before
from streams.writer import free_bytes
from vms.holds.store import lock_evidence
from vms.retention import store
from vms.retention.settings import RetentionSettings

log = structlog.get_logger(__name__)

_AUTHOR = "vms"
_PRESSURE_EVERY_S = 15.0
_CAMERAS_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep did."""

    segments: int = 0
    bytes: int = 0
    partitions: int = 0
    conditions: int = 0


class Retention:
    def __init__(
        self, *, database: Database, clock: Clock, settings: RetentionSettings, volumes: dict[VolumeId, Path]
    ) -> None:
        """`volumes`: the folders whose files this process may delete."""
        self._database = database
        self._clock = clock
        self._settings = settings
        self._volumes = volumes

    async def run(self) -> None:
        """Until cancelled."""
        swept_at: float | None = None

        async def work() -> None:
            nonlocal swept_at
            while True:
                await self.relieve()
                now = self._clock.monotonic()
                if swept_at is None or now - swept_at >= self._settings.every_s:
                    swept = await self.sweep()
                    swept_at = now
                    if swept != Swept():
                        log.info(
                            "retention",
                            segments=swept.segments,
                            bytes=swept.bytes,
                            conditions=swept.conditions,
                        )
                await self._clock.sleep(min(_PRESSURE_EVERY_S, self._settings.every_s))

        await supervise(
            work,
            retry_on=(DatabaseUnavailable, RecordingFailed),
            backoff=Backoff(),
            clock=self._clock,
            on_failure=lambda error, _delay_s: log.warning("retention waits", error=str(error)),
        )

    async def sweep(self) -> Swept:
        """Delete everything whose time is over. Raises: DatabaseUnavailable, RecordingFailed."""
        await self.unlink_doomed()
        now = self._clock.now()
        segments = size = 0
        async with self._database.connection() as connection:
            due = await store.due(connection, now)
        for camera_id, profile, before in due:
            while True:
                gone = await self._delete(camera_id, profile, before, rule="retention")
                segments += len(gone)
                size += sum(each.segment.bytes for each in gone)
                if len(gone) < self._settings.batch:
                    break
        partitions = await self._drop_partitions(now)
        conditions = await self._prune(now)
        return Swept(segments=segments, bytes=size, partitions=partitions, conditions=conditions)

    async def relieve(self) -> int:
        """Where a disk is nearly full, let the oldest on it go that may; the bytes that were freed.

        Files doomed before go first: while one cannot be removed, no more are given up, which would free nothing.
        Raises: DatabaseUnavailable, RecordingFailed.
        """
        freed = 0
        for volume_id in self._there():
            folder = self._volumes[volume_id]
            while True:
                try:
                    short = self._settings.pressure_bytes - free_bytes(folder)
                except OSError:
                    break  # the folder is not there yet
                if short <= 0:
                    break
                if await self.unlink_doomed():
                    continue
                now_freed = await self.free(short, [volume_id])
                freed += now_freed
                if now_freed == 0:
                    break
        return freed

    async def free(self, wanted: int, volumes: Sequence[VolumeId] | None = None) -> int:
        """Delete the oldest beyond their minimum that nothing holds, until so many bytes are free, or nothing may go.

        On `volumes`, or on all that are this process's. Raises: DatabaseUnavailable, RecordingFailed.
        """
        volumes = self._there() if volumes is None else volumes
        freed = 0
        async with self._database.connection() as connection:
            oldest = await store.oldest(
                connection,
                self._clock.now(),
                timedelta(days=self._settings.alert_keep_days),
                volumes,
                _CAMERAS_AT_ONCE,
            )
        for camera_id, profile, before in oldest:
            gone = await self._delete(
                camera_id, profile, before, rule="full_disk", volumes=volumes, most_bytes=wanted - freed
            )
            freed += sum(each.segment.bytes for each in gone)
            if freed >= wanted:
                break
        if freed:
            log.warning("disk full: recordings deleted before their time", bytes=freed)
        return freed

    async def unlink_doomed(self) -> int:
        """Remove the files whose deletion was written down. Raises: DatabaseUnavailable, RecordingFailed."""
        count = 0
        while True:
            async with self._database.connection() as connection:
                files = await store.doomed(connection, self._there(), self._settings.batch)
                if not files:
                    return count
                await asyncio.to_thread(self._unlink, files)
                await store.forget_doomed(connection, files)
            count += len(files)

    def _there(self) -> list[VolumeId]:
        """Those with anything in them: a disk that is not mounted is an empty folder, and nothing is deleted from it."""
        return [
            volume_id
            for volume_id, folder in self._volumes.items()
            if folder.is_dir() and next(folder.iterdir(), None) is not None
        ]

    def _unlink(self, files: Sequence[tuple[VolumeId, str]]) -> None:
        for volume_id, path in files:
            file = self._volumes[volume_id] / path
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                raise RecordingFailed(path=str(file), reason=error.strerror or str(error)) from error
            for folder in (file.parent, file.parent.parent):
                try:
                    folder.rmdir()  # a day, or a camera, of which nothing is left
                except OSError:
                    break

    async def _delete(
        self,
        camera_id: CameraId,
        profile: str,
        before: datetime,
        *,
        rule: str,
        volumes: Sequence[VolumeId] | None = None,
        most_bytes: int | None = None,
    ) -> list[ChainedSegment]:
        """One transaction, then the files."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            await lock_evidence(connection)
            segments = await store.deletable(
                connection,
                camera_id,
                profile,
                before=before,
                now=now,
                alert_keep=timedelta(days=self._settings.alert_keep_days),
                volumes=self._there() if volumes is None else volumes,
                limit=self._settings.batch,
            )
            segments = _up_to(segments, most_bytes)
            for run in _runs(segments):
                before_link = await link_before(connection, camera_id, profile, run[0].seq)
                deletion_id = await store.add_deletion(
                    connection, run, rule=rule, author=_AUTHOR, at=now, before_link=before_link
                )
                await store.add_doomed(connection, run, deletion_id)
            if segments:
                await store.delete_rows(connection, segments)
        if segments:
            await self.unlink_doomed()
        return segments

    async def _drop_partitions(self, now: datetime) -> int:
        async with self._database.connection() as connection:
            names = await store.empty_partitions(connection, now - timedelta(days=2))
        dropped = 0
        for name in names:
            try:
                async with self._database.transaction() as connection:
                    dropped += await store.drop_partition(connection, name)
            except asyncpg.LockNotAvailableError:
                continue  # somebody reads; the next sweep tries again
        return dropped

    async def _prune(self, now: datetime) -> int:
        pruned = 0
        while True:
            async with self._database.connection() as connection:
                count = await store.prune_conditions(
                    connection, now - timedelta(days=self._settings.condition_days), self._settings.batch
                )
            pruned += count
            if count < self._settings.batch:
                return pruned


def _runs(segments: Sequence[ChainedSegment]) -> list[list[ChainedSegment]]:
    """Those that follow one another in the chain, together."""
    ordered = sorted(segments, key=lambda each: each.seq)
    runs = [[ordered[0]]] if ordered else []
    for earlier, later in pairwise(ordered):
        if later.seq == earlier.seq + 1:
            runs[-1].append(later)
        else:
            runs.append([later])
    return runs


def _up_to(segments: list[ChainedSegment], most_bytes: int | None) -> list[ChainedSegment]:
    """As many of the first as make up so many bytes."""
    if most_bytes is None:
        return segments
    chosen, size = [], 0
    for each in segments:
        if size >= most_bytes:
            break
        chosen.append(each)
        size += each.segment.bytes
    return chosen
