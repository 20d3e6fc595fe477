"""Databases for tests, made cheaply: a SQLite file is copied, a PostgreSQL database is emptied and used again."""

import asyncio
import atexit
import shutil
import tempfile
from collections.abc import Coroutine
from functools import cache
from pathlib import Path
from threading import Thread

import asyncpg

from bot.storage.engine import Database
from bot.storage.migrate import migrate

TEMPLATE = "holdspace_template"
REUSED = "holdspace_reused"

_EMPTY = """
DO $$
DECLARE
  one record;
  filled boolean;
BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  FOR one IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || one.name || ')' INTO filled;
    IF filled THEN EXECUTE 'DELETE FROM ' || one.name; END IF;
  END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""

_lines: dict[str, asyncpg.Connection] = {}


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return a loop that runs in a thread of its own until this process ends."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="databases of the tests", daemon=True)
    thread.start()

    @atexit.register
    def end() -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    return loop


def elsewhere(work: Coroutine[object, object, None]) -> None:
    """Run a coroutine in a loop of its own, as the test that asks may already be running one."""
    asyncio.run_coroutine_threadsafe(work, _loop()).result()


def copy_of_migrated_sqlite(path: Path) -> str:
    """Put a migrated SQLite file at `path`, and return its URL."""
    shutil.copyfile(_migrated_sqlite(), path)
    return f"sqlite:///{path}"


@cache
def template_folder() -> Path:
    """Return the folder of this process in which what is copied for many tests lies."""
    folder = Path(tempfile.mkdtemp(prefix="holdspace-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _migrated_sqlite() -> Path:
    path = template_folder() / "template.sqlite3"
    elsewhere(_migrate(f"sqlite:///{path}"))
    return path


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


async def make_postgres_databases(url: str) -> None:
    """Make the migrated template, and the database that most tests share one after the other."""
    for statement in (f"DROP DATABASE IF EXISTS {REUSED} WITH (FORCE)", f"DROP DATABASE IF EXISTS {TEMPLATE}"):
        await on_server(url, statement)
    await on_server(url, f"CREATE DATABASE {TEMPLATE}")
    await _migrate(url.format(database=TEMPLATE))
    await on_server(url, f"CREATE DATABASE {REUSED} TEMPLATE {TEMPLATE}")


async def empty(url: str) -> None:
    """Empty every table of the shared PostgreSQL database, and end the connections that a test has left open.

    It keeps its own connection, which knows all tables by now, and the order of rows does not matter to it: emptying
    takes a fifth of what it took to connect anew and to truncate.
    """
    if url not in _lines:
        _lines[url] = await asyncpg.connect(url.format(database=REUSED))
        await _lines[url].execute("SET session_replication_role = replica")
    await _lines[url].execute(_EMPTY)


async def hang_up(url: str) -> None:
    """Close the connection that `empty` keeps."""
    if url in _lines:
        await _lines.pop(url).close()


async def on_server(url: str, statement: str, *, database: str = "postgres") -> None:
    """Run one statement on the PostgreSQL of this run."""
    connection = await asyncpg.connect(url.format(database=database))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
