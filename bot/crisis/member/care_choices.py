"""What a member chooses for hard moments: the country whose lines they see, and whether the bot writes to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, RowMapping, String, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy.contract import Whose
from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

ELSEWHERE = "XX"
"""A country for which there is no row. ISO 3166 leaves this code to its users."""

choices = Table(
    "care_choices",
    metadata,
    Column("member_id", Snowflake, primary_key=True),
    Column("country", String(2)),
    Column("replies", Boolean, nullable=False),
    Column("changed_at", Moment, nullable=False),
    info=kept(eraser="member_care", retention="until the member changes or erases it"),
)


@dataclass(frozen=True, slots=True)
class CareChoice:
    """A member's choice; without one they see their group's lines, and the bot writes to them after an alarm."""

    country: str | None = None
    replies: bool = True


class CareChoices:
    """Reads and writes what members choose. It changes what they are shown; no choice stops a page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, member_id: int) -> CareChoice:
        """Return a member's choice."""
        async with self._database.read() as tx:
            row = await _of(tx, member_id)
        return CareChoice() if row is None else CareChoice(row["country"], row["replies"])

    async def set_country(self, member_id: int, country: str | None, now: datetime) -> None:
        """Show a member the lines of a country; None: those of their group."""
        await self._set(member_id, {"country": country}, now)

    async def set_replies(self, member_id: int, wanted: bool, now: datetime) -> None:
        """Let the bot write to a member after an alarm, or not."""
        await self._set(member_id, {"replies": wanted}, now)

    async def _set(self, member_id: int, changed: dict[str, object], now: datetime) -> None:
        values = {**changed, "changed_at": now}
        async with self._database.write() as tx:
            statement = upsert(tx, choices).values(**{"member_id": member_id, "replies": True, **values})
            await tx.execute(statement.on_conflict_do_update(index_elements=["member_id"], set_=values))


async def _of(tx: AsyncConnection, member_id: int) -> RowMapping | None:
    return (await tx.execute(select(choices).where(choices.c.member_id == member_id))).mappings().first()


async def chosen_by(tx: AsyncConnection, whose: Whose) -> RowMapping | None:
    """Return a person's choice; it belongs to no group."""
    return await _of(tx, whose.member_id) if whose.groups is None else None


async def forget(tx: AsyncConnection, whose: Whose) -> None:
    """Erase a person's choice, unless only what belongs to some groups is meant."""
    if whose.groups is None:
        await tx.execute(delete(choices).where(choices.c.member_id == whose.member_id))
