"""What tests of every kind share: a real Postgres, and a database of its own for each test.

The server is the embedded one, or the one that VMS_TEST_DATABASE_URL names (so that other versions can be tested); each
test's database is copied from a template that the migrations made.
"""

import asyncio
import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from hypothesis import settings

from runtime.database import Database
from runtime.migrations import migrate, read_migrations
from runtime.postgres import get_server
from vms.places import MIGRATIONS

# How long one example takes depends on what else the machine does; pytest's own limit is for what hangs. The same
# examples every time, so that a change and its tests stand or fall together; `--hypothesis-profile explore` takes others.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("steady")

_TEMPLATE = "vms_test_template"
_numbers = itertools.count(1)


def with_name(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _make_template(url: str) -> None:
    await _execute(url, f"drop database if exists {_TEMPLATE} with (force)", f"create database {_TEMPLATE}")
    database = Database(with_name(url, _TEMPLATE))
    await database.open()
    await migrate(database, read_migrations(MIGRATIONS))
    await database.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server with the template in it."""
    url = os.environ.get("VMS_TEST_DATABASE_URL", "")
    server = None
    if not url:
        # Not below pytest's own temporary folder: a short path for the socket, and nobody tidies it up meanwhile.
        server = get_server(Path(tempfile.mkdtemp(prefix="vms-postgres-")) / "data", cleanup_mode="delete")
        url = server.get_uri()
    asyncio.run(_make_template(url))
    yield url
    if server is not None:
        server.cleanup()
        server.pgdata.parent.rmdir()


@pytest.fixture
async def empty_database_url(postgres_url: str) -> AsyncIterator[str]:
    """A database without a schema."""
    name = f"vms_test_empty_{os.getpid()}_{next(_numbers)}"
    await _execute(postgres_url, f"create database {name}")
    yield with_name(postgres_url, name)
    await _execute(postgres_url, f"drop database {name} with (force)")


@pytest.fixture
async def database_url(postgres_url: str) -> AsyncIterator[str]:
    """A database with the schema as the migrations leave it."""
    name = f"vms_test_{os.getpid()}_{next(_numbers)}"
    await _execute(postgres_url, f"create database {name} template {_TEMPLATE}")
    yield with_name(postgres_url, name)
    await _execute(postgres_url, f"drop database if exists {name} with (force)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()
