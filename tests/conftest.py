"""What many tests need: a frozen clock, and every store on SQLite and on a real PostgreSQL."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from bot.clock import MovableClock
from bot.storage.engine import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Keyring, Vault
from tests.support import postgres

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands at Sunday noon, 22 November 2026, and moves only when told to."""
    return MovableClock(SUNDAY, frozen=True)


@pytest.fixture
def vault() -> Vault:
    return Vault(Keyring.new())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One PostgreSQL for the whole run, with a migrated template database."""
    try:
        with postgres.server() as url:
            with ThreadPoolExecutor(1) as thread:  # the test that asks first is already running a loop
                thread.submit(asyncio.run, _make_template(url)).result()
            yield url
    except postgres.NoPostgres as reason:
        if os.environ.get("CI"):
            pytest.fail(f"CI has to test on PostgreSQL: {reason}")
        pytest.skip(f"NO POSTGRESQL, half of the store tests did not run: {reason}")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh, migrated database of each kind."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/holdspace.sqlite3")
        await migrate(database)
        yield database
        await database.close()
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"t{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**12}"
    await _on_server(server, f'CREATE DATABASE "{name}" TEMPLATE holdspace_template STRATEGY FILE_COPY')
    database = Database(server.format(database=name))
    yield database
    await database.close()
    await _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh, migrated SQLite database, for tests in which the kind of database does not matter."""
    database = Database(f"sqlite:///{tmp_path}/holdspace.sqlite3")
    await migrate(database)
    yield database
    await database.close()


async def _make_template(url: str) -> None:
    await _on_server(url, "DROP DATABASE IF EXISTS holdspace_template")
    await _on_server(url, "CREATE DATABASE holdspace_template")
    database = Database(url.format(database="holdspace_template"))
    await migrate(database)
    await database.close()


async def _on_server(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url.format(database="postgres"))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
