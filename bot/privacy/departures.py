"""Who has left a server: what is kept of them there goes after thirty days, unless they come back."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Column, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.groups.service import Groups
from bot.log import get
from bot.privacy.contract import Whose
from bot.privacy.service import MyData
from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

log = get("privacy")

GRACE = timedelta(days=30)
"""Long enough to come back from a bad week, as short as Discord asks for."""

departures = Table(
    "departures",
    metadata,
    Column("server", Snowflake, primary_key=True),
    Column("member_id", Snowflake, primary_key=True),
    Column("erase_at", Moment, nullable=False, index=True),
    info=kept(eraser="privacy", retention="30 days, or until the person comes back"),
)


class Departures:
    """Notes who left, and lets everything of theirs be erased when the time of grace is over."""

    def __init__(self, database: Database, groups: Groups, my_data: MyData) -> None:
        self._database = database
        self._groups = groups
        self._my_data = my_data
        self._compared: set[int] = set()

    async def left(self, server: int, member_id: int, now: datetime) -> bool:
        """Note that somebody left; False if nothing is kept of them there, and so nothing is noted either."""
        groups = self._keys(server)
        if not groups or not await self._my_data.keeps_anything(Whose(member_id, groups)):
            return False
        async with self._database.write() as tx:
            statement = upsert(tx, departures).values(server=server, member_id=member_id, erase_at=now + GRACE)
            noted = await tx.execute(statement.on_conflict_do_nothing())
        return noted.rowcount == 1

    async def came_back(self, server: int, member_id: int) -> None:
        """Forget that somebody left."""
        async with self._database.write() as tx:
            await tx.execute(
                delete(departures).where(departures.c.server == server, departures.c.member_id == member_id)
            )

    async def compare(self, server: int, gone: Collection[int], present: Collection[int], now: datetime) -> None:
        """After a gap: note who is gone, and forget about those who are there."""
        for member_id in gone:
            await self.left(server, member_id, now)
        for member_id in present:
            await self.came_back(server, member_id)
        self._compared.add(server)

    async def noted(self, server: int) -> list[int]:
        """Return who left a server and is not forgotten yet."""
        async with self._database.read() as tx:
            found = await tx.execute(select(departures.c.member_id).where(departures.c.server == server))
            return list(found.scalars())

    async def run_due(self, now: datetime) -> int:
        """Erase what is kept of those whose time is over; returns how many people that were.

        Before a server was compared nobody is erased: they may have come back while the bot was away.
        """
        over = departures.c.erase_at <= now, departures.c.server.in_(self._compared)
        async with self._database.read() as tx:
            due = (await tx.execute(select(departures).where(*over))).all()
        for row in due:
            await self._my_data.erase(Whose(row.member_id, self._keys(row.server)), now)
            await self.came_back(row.server, row.member_id)
        if due:
            log.info("departed_erased", count=len(due))
        return len(due)

    def _keys(self, server: int) -> frozenset[str]:
        return frozenset(group.key for group in self._groups.of_server(server))


async def forget(tx: AsyncConnection, member_id: int) -> None:
    """Forget that a person left, wherever that was: everything of theirs has just been erased."""
    await tx.execute(delete(departures).where(departures.c.member_id == member_id))
