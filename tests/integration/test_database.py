"""Postgres as the house sees it: outages are named, migrations are applied once, the doorbell survives a restart."""

import asyncio
import sys
from pathlib import Path

import asyncpg
import pytest

from runtime.clock import SystemClock
from runtime.database import Database, DatabaseUnavailable, InvalidDatabaseUrl, without_password
from runtime.listen import listen
from runtime.migrations import Migration, MigrationChanged, SchemaNewer, migrate, read_migrations
from runtime.postgres import embedded_postgres
from tests.conftest import with_name
from tests.fakes.wait import until


async def test_a_closed_port_is_an_outage_with_advice() -> None:
    database = Database("postgresql://vms:secret@127.0.0.1:1/vms", connect_timeout_s=2)
    with pytest.raises(DatabaseUnavailable, match="Check that PostgreSQL runs"):
        await database.open()


@pytest.mark.parametrize("url", ["", "mysql://host/x", "postgresql://host:notaport/x", "just words"])
async def test_an_address_that_is_none_is_refused_as_such(url: str) -> None:
    with pytest.raises((InvalidDatabaseUrl, DatabaseUnavailable)):
        await Database(url, connect_timeout_s=1).open()


async def test_a_database_that_does_not_exist_is_named_without_its_password(postgres_url: str) -> None:
    with pytest.raises(InvalidDatabaseUrl, match="does not exist"):
        await Database(with_name(postgres_url, "nowhere")).open()


def test_passwords_are_left_out_of_messages() -> None:
    assert without_password("postgresql://vms:s3cret@db:5432/x") == "postgresql://vms:***@db:5432/x"
    assert without_password("postgresql://db/x") == "postgresql://db/x"


async def test_a_connection_that_is_cut_in_a_transaction_is_an_outage_and_the_next_one_works(
    database: Database,
) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with database.transaction() as connection:
            await connection.execute("select pg_terminate_backend(pg_backend_pid())")
    async with database.connection() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_a_wrong_statement_is_a_bug_not_an_outage(database: Database) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        async with database.connection() as connection:
            await connection.execute("select * from nowhere")


def migration(number: int, sql: str) -> Migration:
    return Migration(number=number, name=f"{number:04d}_try_it", sql=sql)


async def test_two_servers_that_start_at_once_apply_each_migration_once(empty_database_url: str) -> None:
    migrations = (migration(1, "create table a (x int)"), migration(2, "create table b (x int)"))
    databases = [Database(empty_database_url) for _ in range(3)]
    for database in databases:
        await database.open()
    applied = await asyncio.gather(*(migrate(database, migrations) for database in databases))
    assert sorted(name for names in applied for name in names) == ["0001_try_it", "0002_try_it"]
    for database in databases:
        await database.close()


async def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await database.open()
    with pytest.raises(asyncpg.PostgresError):
        await migrate(database, (migration(1, "create table a (x int); select nonsense"),))
    async with database.connection() as connection:
        assert await connection.fetchval("select to_regclass('a')") is None
    await database.close()


async def test_a_migration_changed_afterwards_and_a_newer_schema_are_refused(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await database.open()
    await migrate(database, (migration(1, "create table a (x int)"), migration(2, "select 1")))
    with pytest.raises(MigrationChanged, match="0001_try_it"):
        await migrate(database, (migration(1, "create table a (x bigint)"),))
    with pytest.raises(SchemaNewer, match="newer than the 1"):
        await migrate(database, (migration(1, "create table a (x int)"),))
    await database.close()


def test_a_hole_in_the_numbers_or_a_strange_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0002_add_thing.sql").write_text("select 1")
    with pytest.raises(ValueError, match="not numbered"):
        read_migrations(tmp_path)
    (tmp_path / "0001-Add.sql").write_text("select 1")
    with pytest.raises(ValueError, match="not named"):
        read_migrations(tmp_path)


async def test_the_doorbell_rings_at_once_on_news_and_again_after_its_connection_was_cut(
    database: Database, database_url: str
) -> None:
    rings: list[tuple[str, str]] = []
    failures: list[str] = []
    task = asyncio.create_task(
        listen(
            database_url,
            ["notification"],
            on_ring=lambda channel, payload: rings.append((channel, payload)),
            clock=SystemClock(),
            on_failure=lambda error, _delay_s: failures.append(error.code),
        )
    )
    await until(lambda: rings == [("notification", "")])
    async with database.connection() as connection:
        await connection.execute("select pg_notify('notification', '[1]')")
    await until(lambda: rings[-1] == ("notification", "[1]"))
    async with database.connection() as connection:
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and query ilike 'listen%'"
        )
    await until(lambda: rings[2:] == [("notification", "")])
    assert failures == ["database_unavailable"]
    task.cancel()


async def test_the_embedded_server_keeps_its_data_from_one_start_to_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    for start in (1, 2):
        async with embedded_postgres(folder, clock=SystemClock()) as url:
            connection = await asyncpg.connect(url)
            await connection.execute("create table if not exists start (n int)")
            await connection.execute("insert into start values ($1)", start)
            assert await connection.fetchval("select count(*) from start") == start
            await connection.close()


async def test_the_embedded_server_is_stopped_by_whoever_comes_after_one_that_was_killed(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "postgres"
    program = (
        "import os, sys; from pathlib import Path; from runtime.postgres import get_server\n"
        "get_server(Path(sys.argv[1])); os._exit(9)"
    )
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(folder))
    assert await killed.wait() == 9
    assert (folder / "postmaster.pid").exists(), "the server runs on without it"
    async with embedded_postgres(folder, clock=SystemClock()):
        pass
    assert not (folder / "postmaster.pid").exists()


async def test_a_connection_that_breaks_between_two_messages_is_an_outage(database: Database) -> None:
    """asyncpg then speaks of its own states, not of the server."""
    with pytest.raises(DatabaseUnavailable, match="cannot switch"):
        async with database.connection():
            raise asyncpg.InternalClientError("cannot switch to state 15; another operation is in progress")
    async with database.connection() as connection:
        assert await connection.fetchval("select 1") == 1
