"""What many tests need: a frozen clock, and every store on SQLite and on a real PostgreSQL."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.clock import MovableClock
from bot.storage.engine import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Keyring, Vault
from tests.support import databases, postgres
from tests.support.compiled import share_compiled_statements

# Examples are judged by what they show, never by how long a shared machine took over them.
settings.register_profile("holdspace", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("holdspace")

share_compiled_statements()

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays until the end: all modules, and all tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands at Sunday noon, 22 November 2026, and moves only when told to."""
    return MovableClock(SUNDAY, frozen=True)


@pytest.fixture
def vault() -> Vault:
    return Vault(Keyring.new())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One PostgreSQL for the whole run, with its databases."""
    try:
        with postgres.server() as url:
            databases.elsewhere(databases.make_postgres_databases(url))
            yield url
            databases.elsewhere(databases.hang_up(url))
    except postgres.NoPostgres as reason:
        if os.environ.get("CI"):
            pytest.fail(f"CI has to test on PostgreSQL: {reason}")
        pytest.skip(f"NO POSTGRESQL, half of the store tests did not run: {reason}")


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database of this test's own, which it may spoil."""
    name = f"t{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**12}"
    create = f'CREATE DATABASE "{name}" TEMPLATE {databases.TEMPLATE} STRATEGY FILE_COPY'
    databases.elsewhere(databases.on_server(postgres_server, create))
    yield postgres_server.format(database=name)
    databases.elsewhere(databases.on_server(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind that the test may spoil; the SQLite file does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/holdspace.sqlite3"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def own_database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database of each kind whose tables the test may change."""
    database = Database(database_url)
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty, migrated database of each kind; the tables on PostgreSQL are shared by one test after the other."""
    if request.param == "sqlite":
        database = Database(databases.copy_of_migrated_sqlite(tmp_path / "holdspace.sqlite3"))
    else:
        server: str = request.getfixturevalue("postgres_server")
        databases.elsewhere(databases.empty(server))
        database = Database(server.format(database=databases.REUSED))
    yield database
    await database.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty, migrated SQLite database, for tests in which the kind of database does not matter."""
    database = Database(databases.copy_of_migrated_sqlite(tmp_path / "holdspace.sqlite3"))
    yield database
    await database.close()
