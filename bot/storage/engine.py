"""The database: short write transactions one after another, and readers beside them.

SQLite: write-ahead log, synchronous=FULL (a committed page survives a power cut), one writer connection, every write
transaction begun with BEGIN IMMEDIATE so that it waits for its turn at the start and never in the middle.
PostgreSQL: READ COMMITTED; rows are claimed by compare-and-set updates, so several processes may work at once.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StorageError
from bot.storage.failures import damaged, explain, read_only, unreachable

_BUSY_SECONDS = 10
_CLOSE_SECONDS = 5
_READERS = 4


def parse_url(url: str) -> URL:
    """Turn `sqlite:///relative`, `sqlite:////absolute` or `postgresql://...` into the async driver's URL."""
    parsed = make_url(url)
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    backend = parsed.get_backend_name()
    if backend not in drivers:
        raise StorageError(f"{backend} is no database that Holdspace knows.", "Use sqlite:///FILE or postgresql://...")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StorageError("The SQLite address names no file.", "Write it as sqlite:///holdspace.sqlite3")
    return parsed.set(drivername=drivers[backend])


class Database:
    """Gives out transactions; `write` commits at the end of its block, or rolls back whole."""

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer, self._reader = self._sqlite() if self.is_sqlite else self._postgres()
        self._opening: asyncio.Task[None] | None = None
        self._under_way = 0
        self._idle = asyncio.Event()
        self._closed = False

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None on PostgreSQL."""
        return Path(str(self.url.database)) if self.is_sqlite else None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open one write transaction; everything in the block becomes durable together, or nothing does."""
        async with self._transaction(self._writer) as connection:
            yield connection

    @asynccontextmanager
    async def rehearsal(self) -> AsyncIterator[AsyncConnection]:
        """Open one write transaction that is taken back at the end of its block, whatever happens in it."""
        async with self._transaction(self._writer) as connection:
            yield connection
            await connection.rollback()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open one read transaction: a consistent picture, and no writes."""
        async with self._transaction(self._reader) as connection:
            yield connection

    async def connect_apart(self) -> AsyncConnection:
        """Open a connection for a long claim, outside every transaction (PostgreSQL only); the caller closes it."""
        try:
            return await self._writer.execution_options(isolation_level="AUTOCOMMIT").connect()
        except (DBAPIError, OSError) as error:
            raise unreachable(error) from error

    async def close(self) -> None:
        """Close every connection, once the transactions under way have ended; no new one begins."""
        self._closed = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                while self._under_way:
                    self._idle.clear()
                    await self._idle.wait()
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        if self._closed:
            raise StorageError("The database is closed already.", "This is a fault of the program: please report it.")
        self._under_way += 1
        try:
            await self._open_pool()
            async with engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            foreseen = explain(error, self.url)
            if foreseen is None:
                raise
            raise foreseen from error
        except OSError as error:  # asyncpg: the server cannot be reached
            raise unreachable(error) from error
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def _open_pool(self) -> None:
        """Open every SQLite connection before the first use, in a task of its own.

        A connection whose opening is cancelled half way would never be closed.
        """
        if not self.is_sqlite:
            return
        if self._opening is None or (self._opening.done() and self._opening.exception() is not None):
            self._opening = asyncio.create_task(self._open_connections())
        await asyncio.shield(self._opening)

    async def _open_connections(self) -> None:
        async with AsyncExitStack() as stack:
            for engine, count in ((self._writer, 1), (self._reader, _READERS)):
                for _ in range(count):
                    await stack.enter_async_context(engine.connect())

    def _sqlite(self) -> tuple[AsyncEngine, AsyncEngine]:
        options: dict[str, Any] = {"connect_args": {"timeout": _BUSY_SECONDS}, "hide_parameters": True}
        writer = create_async_engine(self.url, pool_size=1, max_overflow=0, pool_timeout=60, **options)
        reader = create_async_engine(self.url, pool_size=_READERS, max_overflow=0, pool_timeout=60, **options)
        event.listen(writer.sync_engine, "connect", _prepare_writer)
        event.listen(reader.sync_engine, "connect", _prepare_reader)
        event.listen(writer.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        event.listen(reader.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        return writer, reader

    def _postgres(self) -> tuple[AsyncEngine, AsyncEngine]:
        engine = create_async_engine(self.url, pool_size=5, max_overflow=5, pool_pre_ping=True, hide_parameters=True)
        return engine, engine


def _prepare(connection: Any, *pragmas: str) -> None:
    connection.isolation_level = None
    try:
        cursor = connection.cursor()
        for pragma in ("foreign_keys=ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except Exception:
        connection.close()  # else its thread would outlive the loop
        raise


def _prepare_writer(connection: Any, _entry: ConnectionPoolEntry) -> None:
    _prepare(connection, "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")


def _prepare_reader(connection: Any, _entry: ConnectionPoolEntry) -> None:
    _prepare(connection, "query_only=ON")


async def ping(database: Database) -> None:
    """Prove that the database can be written to: something is committed that changes nothing."""
    async with database.write() as tx:
        if database.is_sqlite:
            await tx.execute(text("PRAGMA user_version = 0"))  # writes the file's first page again
            return
        mode = "SELECT txid_current(), current_setting('transaction_read_only')"
        if (await tx.execute(text(mode))).one()[1] == "on":
            raise read_only()


async def look_for_damage(database: Database) -> None:
    """Look through a SQLite file, which PostgreSQL does by itself; raises StorageError for a damaged one."""
    if not database.is_sqlite:
        return
    async with database.read() as tx:
        if (await tx.execute(text("PRAGMA quick_check(1)"))).scalar_one() != "ok":
            raise damaged(database.url.database)
