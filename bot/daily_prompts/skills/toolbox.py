"""A member's own toolbox: which exercises help them. Seen by nobody else, and bound to no group."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, RowMapping, String, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy.contract import Whose
from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

toolbox = Table(
    "skill_toolbox",
    metadata,
    Column("member_id", Snowflake, primary_key=True),
    Column("skill", String(40), primary_key=True),
    Column("added_at", Moment, nullable=False),
    info=kept(eraser="daily_prompts", retention="until the member takes it out or erases it"),
)


class Toolbox:
    """Keeps what a member puts into their toolbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, member_id: int) -> list[str]:
        """Return the ids of a member's exercises, in the order in which they came."""
        async with self._database.read() as tx:
            return [row["skill"] for row in await kept_by(tx, member_id)]

    async def put(self, member_id: int, skill: str, now: datetime) -> None:
        """Put an exercise in; doing it twice is doing it once."""
        async with self._database.write() as tx:
            statement = upsert(tx, toolbox).values(member_id=member_id, skill=skill, added_at=now)
            await tx.execute(statement.on_conflict_do_nothing())

    async def take_out(self, member_id: int, skill: str) -> None:
        """Take an exercise out."""
        async with self._database.write() as tx:
            found = toolbox.c.member_id == member_id, toolbox.c.skill == skill
            await tx.execute(delete(toolbox).where(*found))


async def kept_by(tx: AsyncConnection, member_id: int) -> Sequence[RowMapping]:
    """Return what a member keeps, the oldest first."""
    query = select(toolbox).where(toolbox.c.member_id == member_id).order_by(toolbox.c.added_at, toolbox.c.skill)
    return (await tx.execute(query)).mappings().all()


async def forget(tx: AsyncConnection, whose: Whose) -> None:
    """Empty a member's toolbox, unless only what belongs to some groups is meant."""
    if whose.groups is None:
        await tx.execute(delete(toolbox).where(toolbox.c.member_id == whose.member_id))
