"""Several processes on one PostgreSQL: each shard has one owner, and the dead are known."""

import asyncio

import pytest
from sqlalchemy import text

from bot.errors import StorageError
from bot.storage.engine import Database
from bot.storage.presence import Presence


@pytest.fixture
async def shared(postgres_url):
    database = Database(postgres_url)
    yield database
    await database.close()


async def test_a_shard_has_one_owner_and_the_next_one_waits_for_it(shared, monkeypatch):
    monkeypatch.setattr("bot.storage.presence._TRY_EVERY", 0.02)
    async with Presence(shared) as second:
        async with Presence(shared) as first:
            await first.own_shards([0, 1])
            waiting = asyncio.create_task(second.own_shards([0, 1]))
            await asyncio.sleep(0.1)
            assert not waiting.done()
        await asyncio.wait_for(waiting, 5)


async def test_processes_with_different_shards_work_side_by_side(shared):
    async with Presence(shared) as first, Presence(shared) as second:
        await first.own_shards([0])
        await asyncio.wait_for(second.own_shards([1]), 5)


async def test_the_living_and_the_dead_are_told_apart(shared):
    async with Presence(shared) as first, Presence(shared) as second:
        assert await first.dead([first.number, second.number, 4711]) == {4711}
        number = second.number
    async with Presence(shared) as third:
        assert await third.dead([number]) == {number}


async def test_a_process_whose_connection_is_lost_stops_itself(shared, monkeypatch):
    monkeypatch.setattr("bot.storage.presence._CHECK_EVERY", 0.02)
    async with Presence(shared) as first:
        watching = asyncio.create_task(first.watch())
        await asyncio.sleep(0.1)
        assert not watching.done()
        async with shared.write() as tx:
            others = "pid <> pg_backend_pid() AND datname = current_database()"
            await tx.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        with pytest.raises(StorageError, match="claim on Discord's shards"):
            await asyncio.wait_for(watching, 5)


async def test_on_sqlite_every_other_process_is_dead(sqlite_database):
    async with Presence(sqlite_database) as alone:
        await alone.own_shards([0])
        assert await alone.dead([alone.number, 5]) == {5}
