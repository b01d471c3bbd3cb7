"""Disk, database and content compared, camera by camera, as a file system is checked.

A repair does only what loses nothing: a whole file without a row gets one, as recovery does; a file that is missing is written
down as lost, so that the timeline names it and the chain goes across it. Nothing is ever removed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from runtime.chain import BEGINNING
from runtime.clock import Clock
from runtime.database import Database
from streams.errors import VideoUnreadable
from streams.fragment import index_file
from streams.salvage import read_segment
from streams.segment import PART_SUFFIX, SUFFIX, ChainedSegment, VolumeId, parse_segment_path
from streams.store import link_before
from vms.holds.store import lock_evidence
from vms.recordings import store
from vms.recordings.chain import chain_findings, signed_findings
from vms.recordings.errors import RecordingsFolderEmpty
from vms.recordings.finding import Finding, Wrong
from vms.retention import store as retention_store
from vms.segments import PostgresSegments
from vms.signing.signed import signed_heads


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Of whom and of when; None is all."""

    camera_ids: Sequence[int] | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None

    @property
    def whole(self) -> bool:
        return self.start_at is None and self.end_at is None

    def holds(self, at: datetime) -> bool:
        return (self.start_at is None or at >= self.start_at) and (self.end_at is None or at < self.end_at)


class RecordingCheck:
    def __init__(
        self, *, database: Database, folder: Path, volume_id: VolumeId, author: str, clock: Clock
    ) -> None:
        self._database = database
        self._folder = folder
        self._volume_id = volume_id
        self._author = author
        self._clock = clock

    async def run(
        self,
        wanted: Range,
        *,
        content: bool = True,
        repair: bool = False,
        on_file: Callable[[], None] = lambda: None,
    ) -> AsyncIterator[Finding]:
        """Everything that is wrong. `on_file` is called for each file that was looked at. Raises: DatabaseUnavailable."""
        if repair and not await asyncio.to_thread(self._any_recording):
            raise RecordingsFolderEmpty(folder=self._folder)
        async with self._database.connection() as connection:
            chains = await store.chains(connection, wanted.camera_ids)
            doomed = await store.doomed_paths(connection, self._volume_id)
        heads = [each for each in await signed_heads(self._database) if each.sound]
        for camera_id, profile in chains:
            async with (
                self._database.connection() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                seq, last = await store.chain_end(connection, camera_id, profile)
                segments = await store.segments(
                    connection, camera_id, profile, wanted.start_at, wanted.end_at
                )
                bridges = await store.bridges(connection, camera_id, profile)
                follows = (0, BEGINNING)
                if not wanted.whole and segments:
                    first = segments[0].seq
                    follows = (first - 1, await link_before(connection, camera_id, profile, first))
            name = f"{camera_id}/{profile}"
            signed = {head.chains[name][0]: head.chains[name][1] for head in heads if name in head.chains}
            for finding in signed_findings(segments, bridges, signed):
                yield finding
            head = (seq, last) if wanted.whole else None
            for finding in chain_findings(camera_id, profile, segments, bridges, follows=follows, head=head):
                yield finding
            for finding in _overlaps(segments):
                yield finding
            for each in segments:
                if each.segment.volume_id != self._volume_id:
                    continue
                wrong = await asyncio.to_thread(self._look, each, content)
                on_file()
                if wrong is None or not await self._is_there(each):
                    continue  # retention may have taken it meanwhile
                finding = _finding(wrong, each)
                if repair and wrong == "missing":
                    finding = replace(finding, repaired=await self._give_up(each))
                yield finding
        async for finding in self._extra(wanted, doomed, repair):
            yield finding

    def _look(self, each: ChainedSegment, content: bool) -> Wrong | None:
        path = self._folder / each.segment.path
        try:
            if path.stat().st_size != each.segment.bytes:
                return "size"
            if content and index_file(path).sha256 != each.segment.sha256:
                return "content"
        except FileNotFoundError:
            return "missing"
        except (OSError, VideoUnreadable):
            return "content" if path.exists() else "unreadable"
        return None

    def _any_recording(self) -> bool:
        """Whether there is anything at all: a disk that is not mounted has lost nothing."""
        return next(self._folder.glob(f"*/*/*{SUFFIX}"), None) is not None

    async def _is_there(self, each: ChainedSegment) -> bool:
        async with self._database.connection() as connection:
            return await store.is_there(connection, each)

    async def _give_up(self, each: ChainedSegment) -> bool:
        """The file is lost: its row becomes a line of what was deleted. False where others were faster."""
        segment = each.segment
        async with self._database.transaction() as connection:
            await lock_evidence(connection)
            if not await store.is_there(connection, each) or (self._folder / segment.path).exists():
                return False
            before = await link_before(connection, segment.camera_id, segment.profile, each.seq)
            await retention_store.add_deletion(
                connection, [each], rule="lost", author=self._author, at=self._clock.now(), before_link=before
            )
            await retention_store.delete_rows(connection, [each])
        return True

    async def _extra(self, wanted: Range, doomed: set[str], repair: bool) -> AsyncIterator[Finding]:
        rows = PostgresSegments(self._database)
        for day in await asyncio.to_thread(self._days, wanted.camera_ids):
            names = await asyncio.to_thread(self._names, day, wanted)
            known = await rows.known_paths([name for name in names if name.endswith(SUFFIX)])
            for name in names:
                if name in known or name in doomed:
                    continue
                parsed = parse_segment_path(name.removesuffix(PART_SUFFIX))
                assert parsed is not None  # _names gives no others
                finding = Finding(
                    wrong="part" if name.endswith(PART_SUFFIX) else "extra",
                    camera_id=parsed.camera_id,
                    profile=parsed.profile,
                    path=name,
                )
                if repair and finding.wrong == "extra":
                    finding = await self._add(rows, finding)
                yield finding

    async def _add(self, rows: PostgresSegments, finding: Finding) -> Finding:
        try:
            segment = await asyncio.to_thread(read_segment, self._folder, self._volume_id, finding.path)
        except VideoUnreadable:
            return replace(finding, wrong="unreadable")
        await rows.add_segment(segment)
        return replace(finding, repaired=True)

    def _days(self, camera_ids: Sequence[int] | None) -> list[Path]:
        if not self._folder.is_dir():
            return []
        cameras = [
            camera
            for camera in sorted(self._folder.iterdir())
            if camera.is_dir()
            and camera.name.isdecimal()
            and (camera_ids is None or int(camera.name) in camera_ids)
        ]
        return [day for camera in cameras for day in sorted(camera.iterdir()) if day.is_dir()]

    def _names(self, day: Path, wanted: Range) -> list[str]:
        names = (file.relative_to(self._folder).as_posix() for file in day.iterdir())
        parsed = {name: parse_segment_path(name.removesuffix(PART_SUFFIX)) for name in names}
        return sorted(
            name for name, said in parsed.items() if said is not None and wanted.holds(said.start_at)
        )


def _overlaps(segments: Sequence[ChainedSegment]) -> Iterable[Finding]:
    ordered = sorted(segments, key=lambda each: each.segment.start_at)
    for earlier, later in pairwise(ordered):
        if later.segment.start_at < earlier.segment.end_at:
            yield _finding("overlap", later)


def _finding(wrong: Wrong, each: ChainedSegment) -> Finding:
    segment = each.segment
    return Finding(wrong=wrong, camera_id=segment.camera_id, profile=segment.profile, path=segment.path)
