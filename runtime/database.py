"""Postgres as the rest of the house sees it: a pool that tells an outage from a bug.

Whoever needs the database takes `connection()` or `transaction()`; when the server cannot be reached, or goes away in
the middle, that block ends with `DatabaseUnavailable` and may be tried again. Every other error of a statement is a
bug of the statement and propagates as asyncpg raises it.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

from runtime.errors import VmsError

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class DatabaseError(VmsError):
    """The database failed.

    数据库出错。
    """


class DatabaseUnavailable(DatabaseError):
    """The database cannot be reached: {reason}. Check that PostgreSQL runs and that --database names it; what happened meanwhile is kept and stored when it is back.

    无法连接数据库：{reason}。请确认 PostgreSQL 正在运行、--database 填写正确；期间的事件会先保存，数据库恢复后补写。
    """

    http_status = 503


class InvalidDatabaseUrl(DatabaseError):
    """{url} is not a database address: {reason}. Write it as postgresql://user:password@host:5432/name.

    {url} 不是有效的数据库地址：{reason}。请写成 postgresql://用户:密码@主机:5432/库名。
    """


class DatabaseTooOld(DatabaseError):
    """PostgreSQL {version} is too old: 15 to 18 are supported. Upgrade the server, or leave --database out to use the embedded one.

    PostgreSQL {version} 版本过旧：支持 15 至 18。请升级服务器，或不填 --database 使用内置数据库。
    """


#: what asyncpg raises when the server is away, going away, coming up or full
_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.DiskFullError,
)
#: what it raises when the address itself is wrong: waiting does not help
_REFUSED = (
    ValueError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ClientConfigurationError,
)

#: what it raises when the connection breaks while the protocol is between two messages
_BROKEN = (asyncpg.InternalClientError, asyncpg.ProtocolError)

OLDEST_VERSION = 15


class Database:
    """A pool of connections that is opened lazily: it may be made while the server is down."""

    def __init__(self, url: str, *, pool_size: int = 10, connect_timeout_s: float = 5.0) -> None:
        self.url = url
        self._size = pool_size
        self._timeout_s = connect_timeout_s
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        """Make the pool and try it once.

        Raises: DatabaseUnavailable, InvalidDatabaseUrl, DatabaseTooOld.
        """
        try:
            self._pool = await asyncpg.create_pool(
                self.url, min_size=0, max_size=self._size, timeout=self._timeout_s, init=set_codecs
            )
            async with self.connection() as connection:
                major = connection.get_server_version().major
        except ValueError as error:
            raise InvalidDatabaseUrl(url=without_password(self.url), reason=str(error)) from error
        except DatabaseUnavailable as error:
            if isinstance(error.__cause__, _REFUSED):
                reason = str(error.__cause__)
                raise InvalidDatabaseUrl(url=without_password(self.url), reason=reason) from error
            raise
        if major < OLDEST_VERSION:
            raise DatabaseTooOld(version=major)

    async def close(self) -> None:
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """One connection, each statement its own transaction. Raises: DatabaseUnavailable."""
        if self._pool is None:
            raise DatabaseUnavailable(reason="it is not open")
        try:
            connection = await self._pool.acquire(timeout=self._timeout_s)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError, *_LOST, *_BROKEN) as error:
            # Whatever keeps a server that once answered from answering may pass: `open` alone judges the address.
            raise DatabaseUnavailable(reason=_reason(error)) from error
        try:
            yield connection
        except _LOST as error:
            raise DatabaseUnavailable(reason=_reason(error)) from error
        except _BROKEN as error:
            connection.terminate()
            raise DatabaseUnavailable(reason=_reason(error)) from error
        except asyncpg.InterfaceError as error:
            if _is_gone(connection):
                raise DatabaseUnavailable(reason=_reason(error)) from error
            raise  # anything else is a misuse of the connection, which is a bug
        finally:
            await self._release(connection)

    async def _release(self, connection: Any) -> None:
        if self._pool is None:
            return
        try:
            await self._pool.release(connection, timeout=self._timeout_s)
        except (asyncpg.InterfaceError, *_LOST, *_BROKEN):
            connection.terminate()  # it broke under us; the pool makes another

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One connection inside one transaction. Raises: DatabaseUnavailable."""
        async with self.connection() as connection, connection.transaction():
            yield connection


async def set_codecs(connection: Connection) -> None:
    """Read and write json and jsonb as Python values."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


def _is_gone(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # a connection that broke has been taken from its pool already
        return True


def without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    scheme, colon, rest = head.partition("://")
    return f"{scheme}{colon}{rest.split(':')[0]}:***@{tail}" if at and ":" in rest else url


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
