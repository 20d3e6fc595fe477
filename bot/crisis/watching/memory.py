"""What screening remembers of a member for 72 hours: entries, kinds, levels and times, never a text."""

from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, delete, select

from bot.crisis.screening import Level, Remembered
from bot.crisis.screening.memory import REACH
from bot.storage.engine import Database
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

remembered = Table(
    "screening_memory",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("member_id", Snowflake, nullable=False),
    Column("message_id", Snowflake, nullable=False),
    Column("entry", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("level", Integer, nullable=False),
    Column("raised", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("group_key", "message_id", "kind"),
    Index("ix_screening_memory_member", "group_key", "member_id", "at"),
    info=kept(eraser="crisis", retention="72 hours"),
)


class Memory:
    """Reads and writes the last 72 hours; only messages with evidence in them are ever written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recent(self, group_key: str, member_id: int, before: int, now: datetime) -> tuple[Remembered, ...]:
        """Return what is remembered of a member from messages before this one, oldest first."""
        query = (
            select(remembered)
            .where(
                remembered.c.group_key == group_key,
                remembered.c.member_id == member_id,
                remembered.c.message_id < before,
                remembered.c.at > now - REACH,
            )
            .order_by(remembered.c.at, remembered.c.id)
        )
        async with self._database.read() as tx:
            rows = (await tx.execute(query)).all()
        return tuple(Remembered(row.entry, row.kind, Level(row.level), row.at, row.raised) for row in rows)

    async def keep(self, group_key: str, member_id: int, message_id: int, found: tuple[Remembered, ...]) -> None:
        """Remember what one message showed; reading the message again changes nothing."""
        if not found:
            return
        async with self._database.write() as tx:
            for row in found:
                statement = upsert(tx, remembered).values(
                    group_key=group_key,
                    member_id=member_id,
                    message_id=message_id,
                    entry=row.entry,
                    kind=row.kind,
                    level=int(row.level),
                    raised=row.raised,
                    at=row.at,
                )
                await tx.execute(statement.on_conflict_do_nothing(index_elements=["group_key", "message_id", "kind"]))

    async def forget_old(self, now: datetime) -> int:
        """Delete what is older than 72 hours."""
        async with self._database.write() as tx:
            return (await tx.execute(delete(remembered).where(remembered.c.at <= now - REACH))).rowcount
