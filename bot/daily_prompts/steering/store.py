"""All SQL of the queue, own prompts and breaks."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Integer,
    RowMapping,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.steering.model import Break, OwnPrompt, Queued, Standing
from bot.privacy.contract import Whose
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Json, Moment, SealedText
from bot.storage.vault import CannotOpen, Sealed, Vault

TEXT = "prompt_own.text"
WHY = "prompt_own.why"

own = Table(
    "prompt_own",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False, index=True),
    Column("author_id", Snowflake, nullable=False, index=True),
    Column("text", SealedText, nullable=False),
    Column("why", SealedText),
    Column("standing", String(12), nullable=False),
    Column("written_at", Moment, nullable=False, index=True),
    info=kept(eraser="daily_prompts", retention="a year, or until its author erases it"),
)

queue = Table(
    "prompt_queue",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("prompt_id", String(40), nullable=False),
    Column("instead_of", Json, nullable=False),
    Column("added_at", Moment, nullable=False),
    info=kept(eraser="daily_prompts", retention="until it is posted or taken out; it names no person"),
)

breaks = Table(
    "prompt_breaks",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False, index=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    info=kept(eraser="daily_prompts", retention="until a year after it; it names no person"),
)


async def write_own(tx: AsyncConnection, prompt: OwnPrompt, vault: Vault) -> None:
    """Keep a prompt that somebody wrote."""
    await tx.execute(
        insert(own).values(
            key=prompt.key,
            group_key=prompt.group_key,
            author_id=prompt.author_id,
            text=vault.seal(TEXT, prompt.key, prompt.text or ""),
            why=vault.seal(WHY, prompt.key, prompt.why) if prompt.why else None,
            standing=prompt.standing.value,
            written_at=prompt.written_at,
        )
    )


async def get_own(tx: AsyncConnection, key: str, vault: Vault, *, hold: bool = False) -> OwnPrompt | None:
    """Return one prompt that somebody wrote."""
    query = select(own).where(own.c.key == key)
    row = (await tx.execute(query.with_for_update() if hold else query)).mappings().first()
    return None if row is None else _own(row, vault)


async def decide(tx: AsyncConnection, key: str, standing: Standing) -> bool:
    """Decide on a suggestion; False if that was done before."""
    waiting = own.c.key == key, own.c.standing == Standing.SUGGESTED.value
    return (await tx.execute(update(own).where(*waiting).values(standing=standing.value))).rowcount == 1


async def own_of(tx: AsyncConnection, whose: Whose, vault: Vault) -> list[OwnPrompt]:
    """Return what somebody wrote, oldest first."""
    query = select(own).where(own.c.author_id == whose.member_id, whose.within(own)).order_by(own.c.written_at)
    return [_own(row, vault) for row in (await tx.execute(query)).mappings()]


async def forget_own(tx: AsyncConnection, whose: Whose) -> None:
    """Erase what somebody wrote; what of it was queued is passed over."""
    await tx.execute(delete(own).where(own.c.author_id == whose.member_id, whose.within(own)))


async def forget_before(tx: AsyncConnection, moment: datetime, day: date) -> None:
    """Erase prompts that were written before a moment, and breaks that ended before a day."""
    await tx.execute(delete(own).where(own.c.written_at < moment))
    await tx.execute(delete(breaks).where(breaks.c.last < day))


async def queued(tx: AsyncConnection, group_key: str) -> list[Queued]:
    """Return a group's queue, the next one first."""
    query = select(queue).where(queue.c.group_key == group_key).order_by(queue.c.position, queue.c.id)
    return [Queued(row.id, row.prompt_id, tuple(row.instead_of)) for row in await tx.execute(query)]


async def enqueue(
    tx: AsyncConnection,
    group_key: str,
    prompt_id: str,
    now: datetime,
    *,
    at_front: bool = False,
    instead_of: Sequence[str] = (),
) -> None:
    """Put a prompt at the end of a queue, or at its front."""
    edge = func.min(queue.c.position) if at_front else func.max(queue.c.position)
    found = (await tx.execute(select(edge).where(queue.c.group_key == group_key))).scalar()
    position = (found or 0) + (-1 if at_front else 1)
    values = {"position": position, "prompt_id": prompt_id, "instead_of": list(instead_of), "added_at": now}
    await tx.execute(insert(queue).values(group_key=group_key, **values))


async def dequeue(tx: AsyncConnection, entry_id: int) -> bool:
    """Take a place out of a queue; False if it is gone."""
    return (await tx.execute(delete(queue).where(queue.c.id == entry_id))).rowcount == 1


async def add_break(tx: AsyncConnection, group_key: str, first: date, last: date) -> None:
    """Note a break."""
    await tx.execute(insert(breaks).values(group_key=group_key, first=first, last=last))


async def breaks_of(tx: AsyncConnection, group_key: str) -> list[Break]:
    """Return a group's breaks, the earliest first."""
    query = select(breaks).where(breaks.c.group_key == group_key).order_by(breaks.c.first, breaks.c.id)
    return [Break(row.id, row.first, row.last) for row in await tx.execute(query)]


async def end_break(tx: AsyncConnection, group_key: str, break_id: int) -> bool:
    """Take a break back; False if it is gone."""
    found = breaks.c.id == break_id, breaks.c.group_key == group_key
    return (await tx.execute(delete(breaks).where(*found))).rowcount == 1


def _own(row: RowMapping, vault: Vault) -> OwnPrompt:
    return OwnPrompt(
        key=row["key"],
        group_key=row["group_key"],
        author_id=row["author_id"],
        text=_opened(vault, TEXT, row["key"], row["text"]),
        why=_opened(vault, WHY, row["key"], row["why"]) if row["why"] is not None else None,
        standing=Standing(row["standing"]),
        written_at=row["written_at"],
    )


def _opened(vault: Vault, place: str, key: str, sealed: Sealed) -> str | None:
    try:
        return vault.open(place, key, sealed)
    except CannotOpen:
        return None
