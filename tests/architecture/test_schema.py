"""schema.sql is the schema as it stands after every migration: both are applied, and the catalogues compared."""

from pathlib import Path

import asyncpg

from alerts.alert import TRANSITIONS
from runtime.database import Database
from runtime.migrations import migrate, read_migrations
from vms.places import MIGRATIONS

SCHEMA = MIGRATIONS.parent / "schema.sql"

_CATALOGUE = """
    select 'column' as kind, format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
           a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid)) as what
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'p') and a.attnum > 0 and not a.attisdropped
    union all
    select 'constraint', format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace
    union all
    select 'index', pg_get_indexdef(indexrelid)
    from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace = 'public'::regnamespace
    union all
    select 'function', pg_get_functiondef(oid)
    from pg_proc where pronamespace = 'public'::regnamespace
    union all
    select 'trigger', pg_get_triggerdef(t.oid)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not tgisinternal and c.relnamespace = 'public'::regnamespace
    union all
    select 'seed', format('%s %s %s', from_state, verb, to_state) from alert_verb
    union all
    select 'seed', format('%s %s', unit.name, room.name) from room join unit on unit.id = unit_id
"""


async def _catalogue(connection: asyncpg.Connection) -> set[tuple[str, str]]:
    rows = await connection.fetch(_CATALOGUE)
    return {(row["kind"], row["what"]) for row in rows if "schema_migration" not in row["what"]}


async def test_schema_sql_equals_the_migrations(empty_database_url: str, database: Database) -> None:
    from_schema = await asyncpg.connect(empty_database_url)
    try:
        await from_schema.execute(SCHEMA.read_text("utf-8"))
        expected = await _catalogue(from_schema)
    finally:
        await from_schema.close()
    async with database.connection() as connection:
        found = await _catalogue(connection)
    assert len(expected) > 80
    assert found == expected


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert await migrate(database, read_migrations(MIGRATIONS)) == []


async def test_the_lifecycle_in_the_database_is_the_one_in_the_code(database: Database) -> None:
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select from_state, verb, to_state from alert_verb where verb <> 'raise'"
        )
    assert {(row["from_state"], row["verb"]): row["to_state"] for row in rows} == dict(TRANSITIONS)


def test_migrations_are_numbered_without_a_hole() -> None:
    numbers = [migration.number for migration in read_migrations(MIGRATIONS)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert Path(SCHEMA).is_file()
