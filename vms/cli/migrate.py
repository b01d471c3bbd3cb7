"""`vms migrate`: bring the database's schema up to date, and nothing else."""

import asyncio

from runtime.clock import SystemClock
from runtime.database import Database
from runtime.migrations import Migration, read_migrations
from runtime.migrations import migrate as apply_migrations
from runtime.postgres import embedded_postgres
from vms.cli.language import say
from vms.cli.options import Config, Data, DatabaseUrl
from vms.cli.output import console
from vms.data_folder import open_data_folder
from vms.places import MIGRATIONS
from vms.settings import Settings, load_settings

HELP = say("Bring the database's schema up to date.", "升级数据库结构。")


def migrate(data: Data = None, database: DatabaseUrl = None, config: Config = None) -> None:
    settings = load_settings(config, data=data, database=database)
    applied = asyncio.run(_migrate(settings))
    if not applied:
        console.print(say("The schema is up to date.", "数据库结构已是最新。"))
    for name in applied:
        console.print(say("applied {}", "已应用 {}").format(name))


async def _migrate(settings: Settings) -> list[str]:
    migrations = read_migrations(MIGRATIONS)
    url = settings.database.get_secret_value()
    if url:
        return await _apply(url, migrations)
    folder = open_data_folder(settings.data)
    async with embedded_postgres(folder.postgres, clock=SystemClock()) as embedded:
        return await _apply(embedded, migrations)


async def _apply(url: str, migrations: tuple[Migration, ...]) -> list[str]:
    database = Database(url)
    await database.open()
    try:
        return await apply_migrations(database, migrations)
    finally:
        await database.close()
