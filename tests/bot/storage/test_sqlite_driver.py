"""One trip to the database's thread for each statement, and nothing lost by it."""

import asyncio
import threading
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.storage import sqlite_driver


@pytest.fixture
def trips(monkeypatch):
    """Return the names of what is done in the threads of the connections, as it is asked for."""
    asked: list[str] = []
    execute = sqlite_driver.Connection._execute

    def counted(self, work, *args, **kwargs):
        asked.append(work.__name__)
        return execute(self, work, *args, **kwargs)

    monkeypatch.setattr(sqlite_driver.Connection, "_execute", counted)
    return asked


async def counted_table(database):
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE counted (n INTEGER PRIMARY KEY, word TEXT)"))


async def rows(database):
    async with database.read() as tx:
        return [tuple(row) for row in await tx.execute(text("SELECT n, word FROM counted ORDER BY n"))]


def threads_end():
    """Wait for the threads of connections that were given up: each tells the loop that it ends."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            thread.join(5)


async def test_a_transaction_of_one_statement_takes_three_trips(sqlite_database, trips):
    await counted_table(sqlite_database)
    trips.clear()
    async with sqlite_database.write() as tx:
        await tx.execute(text("INSERT INTO counted VALUES (1, 'one')"))
    assert trips == ["_outcome", "_outcome", "commit"]


async def test_rows_counts_and_ids_come_back(sqlite_database):
    await counted_table(sqlite_database)
    async with sqlite_database.write() as tx:
        many = [{"n": n, "word": f"w{n}"} for n in (1, 2, 3)]
        await tx.execute(text("INSERT INTO counted VALUES (:n, :word)"), many)
        added = await tx.execute(text("INSERT INTO counted (word) VALUES ('four') RETURNING n, word"))
        assert [tuple(row) for row in added] == [(4, "four")]
        changed = await tx.execute(text("UPDATE counted SET word = 'x' WHERE n < 3"))
        assert changed.rowcount == 2
        last = await tx.exec_driver_sql("INSERT INTO counted (word) VALUES ('five')")
        assert last.lastrowid == 5
    assert await rows(sqlite_database) == [(1, "x"), (2, "x"), (3, "w3"), (4, "four"), (5, "five")]


async def test_a_statement_that_fails_is_told_and_taken_back(sqlite_database):
    await counted_table(sqlite_database)

    async def write_twice() -> None:
        async with sqlite_database.write() as tx:
            await tx.execute(text("INSERT INTO counted VALUES (1, 'one')"))
            await tx.execute(text("INSERT INTO counted VALUES (1, 'again')"))

    with pytest.raises(IntegrityError):
        await write_twice()
    assert await rows(sqlite_database) == []


async def test_wherever_a_transaction_is_cancelled_the_next_one_finds_it_whole_or_gone(sqlite_database):
    await counted_table(sqlite_database)

    async def write(n: int) -> None:
        async with sqlite_database.write() as tx:
            await tx.execute(text("INSERT INTO counted VALUES (:n, 'one')"), {"n": 2 * n})
            await tx.execute(text("INSERT INTO counted VALUES (:n, 'two')"), {"n": 2 * n + 1})

    for n in range(60):
        writing = asyncio.create_task(write(n))
        for _ in range(n):
            await asyncio.sleep(0)
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        found = [row for row in await rows(sqlite_database) if row[0] // 2 == n]
        assert found in ([], [(2 * n, "one"), (2 * n + 1, "two")])
    async with sqlite_database.write() as tx:
        await tx.execute(text("DELETE FROM counted"))
    assert await rows(sqlite_database) == []
    await sqlite_database.close()
    await asyncio.to_thread(threads_end)
