"""Rows of recorded files, as the recorder and recovery ask for them, on Postgres."""

from collections.abc import Sequence

from runtime.database import Database
from streams import store
from streams.segment import Segment


class PostgresSegments:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_segment(self, segment: Segment) -> None:
        """Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            await store.add_segment(connection, segment)

    async def known_paths(self, paths: Sequence[str]) -> set[str]:
        """Those of `paths` that have a row. Raises: DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await store.known_paths(connection, paths)
