"""Who is at work on a database: which processes live, and which of them owns which Discord shard.

SQLite has one process at a time (bot/storage/lock.py). On PostgreSQL several may run. Each holds advisory locks on a
connection of its own: one for itself and one for every shard it serves. The server frees them when the connection
ends, also after kill -9, so a second process can stand by and take over within seconds.
"""

import asyncio
import secrets
from collections.abc import Collection, Sequence
from types import TracebackType

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StorageError
from bot.log import get
from bot.storage.engine import Database

log = get("presence")

_PROCESSES, _SHARDS = 4_711_002, 4_711_003
_TRY_EVERY = 2.0
_CHECK_EVERY = 5.0


class Presence:
    """The presence of this process, as the others see it.

    Entered, it has a number that is its own while it lives; `own_shards` waits until the shards are free; `watch`
    ends with StorageError when the connection, and with it every claim, is lost.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.number = secrets.randbelow(2**31 - 1) + 1
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> "Presence":
        if not self._database.is_sqlite:
            self._connection = await self._database.connect_apart()
            await self._take(_PROCESSES, self.number)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.invalidate()  # ends the session, and so frees every lock
            await self._connection.close()
            self._connection = None

    async def own_shards(self, shards: Sequence[int]) -> None:
        """Wait until no other process serves any of these shards, and claim them."""
        if self._connection is None:
            return
        told = False
        for shard in shards:
            while not await self._take(_SHARDS, shard):
                if not told:
                    log.info("standing_by", shard=shard)
                    told = True
                await asyncio.sleep(_TRY_EVERY)

    async def dead(self, numbers: Collection[int]) -> set[int]:
        """Say which of these processes do not live any more; alone on SQLite, every other one is dead."""
        others = {number for number in numbers if number != self.number}
        if self._connection is None:
            return others
        return {number for number in others if await self._is_free(_PROCESSES, number)}

    async def watch(self) -> None:
        """Run for as long as the claims hold; raises StorageError when they are lost."""
        while True:
            await asyncio.sleep(_CHECK_EVERY)
            if self._connection is not None:
                try:
                    await self._connection.execute(text("SELECT 1"))
                except (DBAPIError, OSError) as error:
                    raise StorageError(
                        "The connection to PostgreSQL was lost, and with it the claim on Discord's shards.",
                        "The bot stops so that it never runs twice; start it again (systemd does so by itself).",
                    ) from error

    async def _take(self, space: int, number: int) -> bool:
        return bool(await self._ask("SELECT pg_try_advisory_lock(:space, :number)", space, number))

    async def _is_free(self, space: int, number: int) -> bool:
        if not await self._take(space, number):
            return False
        await self._ask("SELECT pg_advisory_unlock(:space, :number)", space, number)
        return True

    async def _ask(self, question: str, space: int, number: int) -> object:
        assert self._connection is not None, "presence is asked before it is entered"  # noqa: S101
        return (await self._connection.execute(text(question), {"space": space, "number": number})).scalar()
