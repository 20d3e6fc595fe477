"""What many tests need: a frozen clock, and every store on SQLite and on a real PostgreSQL."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from bot.clock import MovableClock
from bot.storage.engine import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Keyring, Vault
from tests.support import postgres

# Examples are judged by what they show, never by how long a shared machine took over them.
settings.register_profile("holdspace", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("holdspace")

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
            _elsewhere(_make_template(url))
            yield url
    except postgres.NoPostgres as reason:
        if os.environ.get("CI"):
            pytest.fail(f"CI has to test on PostgreSQL: {reason}")
        pytest.skip(f"NO POSTGRESQL, half of the store tests did not run: {reason}")


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a fresh, migrated database on the PostgreSQL of this run."""
    name = f"t{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**12}"
    _elsewhere(_on_server(postgres_server, f'CREATE DATABASE "{name}" TEMPLATE holdspace_template STRATEGY FILE_COPY'))
    yield postgres_server.format(database=name)
    _elsewhere(_on_server(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database of each kind; the SQLite file does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/holdspace.sqlite3"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database of each kind."""
    database = Database(database_url)
    if database.is_sqlite:
        await migrate(database)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh, migrated SQLite database, for tests in which the kind of database does not matter."""
    database = Database(f"sqlite:///{tmp_path}/holdspace.sqlite3")
    await migrate(database)
    yield database
    await database.close()


def _elsewhere(work: Coroutine[object, object, None]) -> None:
    """Run a coroutine in a thread of its own, as the test that asks may already be running a loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


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
