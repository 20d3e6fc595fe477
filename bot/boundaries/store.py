"""All SQL of boundaries: when a member was last written to about a kind of detail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, RowMapping, String, Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.boundaries.model import Detail
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

notes = Table(
    "boundary_notes",
    metadata,
    Column("member_id", Snowflake, primary_key=True),
    Column("detail", String(12), primary_key=True),
    Column("written_at", Moment, nullable=False, index=True),
    info=kept(eraser="boundaries", retention="a day"),
)


async def claim(tx: AsyncConnection, member_id: int, detail: Detail, before: datetime, now: datetime) -> bool:
    """Claim the right to write a note; False if one was written after `before`."""
    statement = upsert(tx, notes).values(member_id=member_id, detail=detail.value, written_at=now)
    statement = statement.on_conflict_do_update(
        index_elements=["member_id", "detail"], set_={"written_at": now}, where=notes.c.written_at <= before
    )
    return (await tx.execute(statement)).rowcount == 1


async def forget_before(tx: AsyncConnection, moment: datetime) -> int:
    """Forget what no longer keeps a note back."""
    return (await tx.execute(delete(notes).where(notes.c.written_at <= moment))).rowcount


async def of_member(tx: AsyncConnection, member_id: int) -> Sequence[RowMapping]:
    """Return which notes a member was written lately."""
    result = await tx.execute(select(notes).where(notes.c.member_id == member_id).order_by(notes.c.detail))
    return result.mappings().all()


async def erase(tx: AsyncConnection, member_id: int) -> None:
    """Forget a member's notes."""
    await tx.execute(delete(notes).where(notes.c.member_id == member_id))
