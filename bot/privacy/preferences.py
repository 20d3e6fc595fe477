"""How a member wants to be spoken to in private, and where their private thread is."""

from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, Table, select

from bot.clock import Clock
from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

preferences = Table(
    "member_preferences",
    metadata,
    Column("member_id", Snowflake, primary_key=True),
    Column("direct_messages", Boolean, nullable=False),
    Column("changed_at", Moment, nullable=False),
    info=kept(eraser="privacy", retention="until the member changes or erases it"),
)

private_threads = Table(
    "private_threads",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("member_id", Snowflake, primary_key=True),
    Column("thread_id", Snowflake, nullable=False),
    Column("made_at", Moment, nullable=False),
    info=kept(eraser="privacy", retention="until the member erases it or the group ends"),
)


class Preferences:
    """Reads and writes how members want to be spoken to. Without a choice of theirs there are no direct messages."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def wants_direct_messages(self, member_id: int) -> bool:
        """Say whether a member has opted in to direct messages."""
        async with self._database.read() as tx:
            chosen = await tx.execute(select(preferences.c.direct_messages).where(preferences.c.member_id == member_id))
            return bool(chosen.scalar())

    async def choose_direct_messages(self, member_id: int, wanted: bool, now: datetime) -> None:
        """Opt in to direct messages, or out again."""
        async with self._database.write() as tx:
            statement = upsert(tx, preferences).values(member_id=member_id, direct_messages=wanted, changed_at=now)
            await tx.execute(
                statement.on_conflict_do_update(
                    index_elements=["member_id"], set_={"direct_messages": wanted, "changed_at": now}
                )
            )

    async def private_thread(self, group_key: str, member_id: int) -> int | None:
        """Return the member's private thread in a group's circle."""
        async with self._database.read() as tx:
            found = await tx.execute(
                select(private_threads.c.thread_id).where(
                    private_threads.c.group_key == group_key, private_threads.c.member_id == member_id
                )
            )
            return found.scalar()

    async def remember_private_thread(self, group_key: str, member_id: int, thread_id: int) -> None:
        """Note the member's private thread."""
        now = self._clock.now()
        async with self._database.write() as tx:
            statement = upsert(tx, private_threads).values(
                group_key=group_key, member_id=member_id, thread_id=thread_id, made_at=now
            )
            await tx.execute(
                statement.on_conflict_do_update(
                    index_elements=["group_key", "member_id"], set_={"thread_id": thread_id, "made_at": now}
                )
            )
