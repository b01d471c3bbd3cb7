"""Rows of recorded files, as the recorder and recovery ask for them, on Postgres; each is chained to the one before."""

from collections.abc import Sequence
from datetime import UTC

import asyncpg

from runtime.chain import link
from runtime.database import Connection, Database
from streams import store
from streams.segment import Segment, SegmentName, VolumeId, parse_segment_path


class PostgresSegments:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def volume(self, host: str, folder: str) -> VolumeId:
        """The id of a folder for recordings on a machine. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await store.put_volume(connection, host, folder)

    async def add_segment(self, segment: Segment) -> None:
        """Add the row of a file that is whole and on disk; a second time changes nothing. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            try:
                await _add(connection, segment)
            except asyncpg.CheckViolationError:  # the first of its day: no partition takes it
                await store.make_partition(connection, segment.start_at.astimezone(UTC).date())
                await _add(connection, segment)

    async def known_paths(self, paths: Sequence[str]) -> set[str]:
        """Those of `paths` that have a row, or whose deletion was written down. Raises: DatabaseUnavailable."""
        names = {path: name for path in paths if (name := parse_segment_path(path)) is not None}
        if not names:
            return set()
        async with self._database.connection() as connection:
            known = await store.known_starts(connection, list(names.values()))
            doomed = await store.doomed_among(connection, list(names))
        return {path for path, name in names.items() if path in doomed or _key(name) in known}


def _key(name: SegmentName) -> tuple[object, ...]:
    return (name.camera_id, name.profile, name.start_at)


async def _add(connection: Connection, segment: Segment) -> None:
    async with connection.transaction():
        seq, last = await store.lock_chain(connection, segment.camera_id, segment.profile)
        following = link(last, segment.statement(seq + 1))
        if await store.insert_segment(connection, segment, seq + 1, following):
            await store.move_chain(connection, segment.camera_id, segment.profile, seq + 1, following)
