"""Numbered SQL files, applied once each and in order.

`NNNN_verb_noun.sql`; each runs in a transaction of its own under one advisory lock, so that two servers that start at
once do not run into each other. A file that was applied is never edited: its hash is kept and compared.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from runtime.database import Database, DatabaseError

#: any number will do, as long as every server of this house takes the same one
_LOCK = 0x766D73


class MigrationChanged(DatabaseError):
    """Migration {name} was changed after it had been applied to this database. Restore the file and write a new migration.

    迁移 {name} 在应用到本数据库之后被修改。请还原该文件，另写一个新的迁移。
    """


class SchemaNewer(DatabaseError):
    """This database is at migration {found}, newer than the {known} this program knows. Start a newer version of the program.

    数据库已到迁移 {found}，本程序只认识到 {known}。请使用更新版本的程序。
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path) -> tuple[Migration, ...]:
    """The migrations of a folder in order. Raises ValueError if the numbers are not 1, 2, 3 …"""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_[a-z0-9_]+", path.stem)
        if match is None:
            raise ValueError(f"{path.name} is not named NNNN_verb_noun.sql")
        found.append(Migration(number=int(match[1]), name=path.stem, sql=path.read_text("utf-8")))
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the migrations in {folder} are not numbered 1, 2, 3 …")
    return tuple(found)


async def migrate(database: Database, migrations: tuple[Migration, ...]) -> list[str]:
    """Apply what is missing; returns the names of what was applied.

    Raises: DatabaseUnavailable, MigrationChanged, SchemaNewer.
    """
    applied = [migration.name for migration in migrations if await _apply(database, migration)]
    async with database.connection() as connection:
        found = await connection.fetchval("select max(number) from schema_migration")
    if found is not None and found > len(migrations):
        raise SchemaNewer(found=found, known=len(migrations))
    return applied


async def _apply(database: Database, migration: Migration) -> bool:
    async with database.transaction() as connection:
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(
            "create table if not exists schema_migration ("
            " number int primary key, name text not null, sha256 text not null,"
            " applied_at timestamptz not null default now())"
        )
        sha256 = await connection.fetchval(
            "select sha256 from schema_migration where number = $1", migration.number
        )
        if sha256 is not None:
            if sha256 != migration.sha256:
                raise MigrationChanged(name=migration.name)
            return False
        await connection.execute(migration.sql)
        await connection.execute(
            "insert into schema_migration (number, name, sha256) values ($1, $2, $3)",
            migration.number,
            migration.name,
            migration.sha256,
        )
        return True
