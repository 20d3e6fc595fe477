"""Transactions: whole or not at all, one after another."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from bot.errors import StorageError
from bot.storage.engine import Database, ping
from bot.storage.lock import SingleRunner


async def test_a_write_that_fails_leaves_nothing_behind(database):
    async def fail():
        async with database.write() as tx:
            await tx.execute(text("CREATE TABLE half (n INTEGER)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE half (n INTEGER)"))


async def test_twenty_writers_at_once_all_get_their_turn(database):
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE counted (n INTEGER)"))

    async def write(n: int) -> None:
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO counted VALUES (:n)"), {"n": n})

    await asyncio.gather(*(write(n) for n in range(20)))
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM counted"))).scalar_one() == 20


async def test_a_reader_cannot_write_to_sqlite(sqlite_database):
    with pytest.raises(StorageError):
        async with sqlite_database.read() as tx:
            await tx.execute(text("CREATE TABLE forbidden (n INTEGER)"))


async def test_a_commit_on_sqlite_reaches_the_disk(sqlite_database):
    async with sqlite_database.write() as tx:
        full = 2
        assert (await tx.execute(text("PRAGMA synchronous"))).scalar_one() == full
        assert (await tx.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"


async def test_a_database_that_is_locked_says_so(sqlite_database):
    other = Database(f"sqlite:///{sqlite_database.file}")
    other._writer.sync_engine.pool._pre_ping = False
    async with sqlite_database.write() as tx:
        await tx.execute(text("SELECT 1"))
        with pytest.raises(StorageError, match="locked by another program"):
            await asyncio.wait_for(ping_at_once(other), 5)
    await other.close()


async def ping_at_once(database: Database) -> None:
    from sqlalchemy import event

    @event.listens_for(database._writer.sync_engine, "connect")
    def impatient(connection, _entry):
        connection.cursor().execute("PRAGMA busy_timeout=50")

    await ping(database)


async def test_a_folder_that_does_not_exist_is_named(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/nowhere/holdspace.sqlite3")
    with pytest.raises(StorageError, match="cannot be opened"):
        await ping(database)
    await database.close()
    await asyncio.sleep(0.1)  # the thread of a connection that never opened reports its end to this loop


async def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "holdspace.sqlite3").write_text("this is a shopping list, not a database at all " * 30)
    database = Database(f"sqlite:///{tmp_path}/holdspace.sqlite3")
    with pytest.raises(StorageError, match="no sound SQLite database"):
        await ping(database)
    await database.close()
    await asyncio.sleep(0.1)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_an_address_that_cannot_be_used_is_refused(url):
    with pytest.raises(StorageError) as refused:
        Database(url)
    assert refused.value.remedy


async def test_only_one_runner_may_hold_a_file(tmp_path):
    async with SingleRunner(tmp_path / "x.sqlite3"):
        with pytest.raises(StorageError, match="already running"):
            async with SingleRunner(tmp_path / "x.sqlite3", wait_seconds=0.2):
                pass
    async with SingleRunner(tmp_path / "x.sqlite3", wait_seconds=0.2):
        pass


async def test_a_database_that_takes_no_writes_does_not_pass_for_one_that_does(database):
    if database.is_sqlite:
        closed = Database(f"sqlite:///file:{database.file}?mode=ro&uri=true")
        with pytest.raises(StorageError, match="cannot be opened for writing"):
            await ping(closed)
        await closed.close()
        return

    async def write_to_a_standby() -> None:
        async with database.write() as tx:
            await tx.execute(text("SET TRANSACTION READ ONLY"))
            await tx.execute(text("CREATE TABLE forbidden (n INTEGER)"))

    with pytest.raises(StorageError, match="takes no writes"):
        await write_to_a_standby()


async def test_what_proves_a_write_is_committed(sqlite_database):
    with closing(sqlite3.connect(sqlite_database.file)) as other:
        before = other.execute("PRAGMA data_version").fetchone()
        await ping(sqlite_database)
        assert other.execute("PRAGMA data_version").fetchone() != before


async def test_what_postgresql_refuses_is_told_with_its_remedy(postgres_url):
    base, _, query = postgres_url.partition("?")
    nowhere = Database(f"{base}-gone?{query}")
    with pytest.raises(StorageError, match="has no database of that name") as refused:
        await ping(nowhere)
    await nowhere.close()
    assert "storage.url" in refused.value.remedy
