"""All SQL of wins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    RowMapping,
    Select,
    String,
    Table,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy.contract import Whose
from bot.progress.model import Audience, Card, Win
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment, SealedText
from bot.storage.upsert import upsert
from bot.storage.vault import CannotOpen, Vault

TEXT = "wins.text"

wins = Table(
    "wins",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("act_key", String(40), nullable=False, unique=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("member_id", Snowflake, nullable=False),
    Column("text", SealedText, nullable=False),
    Column("audience", String(12), nullable=False),
    Column("shared_at", Moment, nullable=False, index=True),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("unposted", Boolean, nullable=False),
    Index("ix_wins_member_id", "member_id"),
    info=kept(eraser="progress", retention="a year, or until its author takes it back"),
)

cheers = Table(
    "win_cheers",
    metadata,
    Column("win_key", ForeignKey("wins.key"), primary_key=True),
    Column("member_id", Snowflake, primary_key=True, index=True),
    Column("at", Moment, nullable=False),
    info=kept(eraser="progress", retention="with the win, or until it is taken back"),
)


async def add(tx: AsyncConnection, win: Win, act_key: str, vault: Vault) -> bool:
    """Write a new win; False if this act has written one before."""
    values = {
        "key": win.key,
        "act_key": act_key,
        "group_key": win.group_key,
        "member_id": win.member_id,
        "text": vault.seal(TEXT, win.key, win.text or ""),
        "audience": win.audience.value,
        "shared_at": win.shared_at,
        "unposted": False,
    }
    statement = upsert(tx, wins).values(values).on_conflict_do_nothing(index_elements=["act_key"])
    return (await tx.execute(statement)).rowcount == 1


async def by_act(tx: AsyncConnection, act_key: str, vault: Vault) -> Win | None:
    """Return the win that an act has written."""
    return await _one(tx, select(wins).where(wins.c.act_key == act_key), vault)


async def get(tx: AsyncConnection, key: str, vault: Vault, *, hold: bool = False) -> Win | None:
    """Return one win; `hold` keeps its row for this transaction."""
    query = select(wins).where(wins.c.key == key)
    return await _one(tx, query.with_for_update() if hold else query, vault)


async def of_member(tx: AsyncConnection, whose: Whose, vault: Vault, *, limit: int | None, skip: int = 0) -> list[Win]:
    """Return a member's own wins, newest first."""
    query = (
        select(wins)
        .where(wins.c.member_id == whose.member_id, whose.within(wins))
        .order_by(wins.c.shared_at.desc(), wins.c.key)
        .offset(skip)
    )
    rows = await tx.execute(query if limit is None else query.limit(limit))
    return [_win(row, vault) for row in rows.mappings()]


async def count_of_member(tx: AsyncConnection, whose: Whose) -> int:
    """Count a member's own wins."""
    query = select(func.count()).where(wins.c.member_id == whose.member_id, whose.within(wins))
    return int((await tx.execute(query)).scalar_one())


async def older_than(tx: AsyncConnection, moment: datetime, vault: Vault, limit: int) -> list[Win]:
    """Return wins that were shared before `moment`."""
    query = select(wins).where(wins.c.shared_at < moment).order_by(wins.c.shared_at).limit(limit)
    return [_win(row, vault) for row in (await tx.execute(query)).mappings()]


async def show_to_group(tx: AsyncConnection, key: str) -> bool:
    """Choose the group as a win's audience; False if that was chosen already."""
    result = await tx.execute(
        update(wins)
        .where(wins.c.key == key, wins.c.audience == Audience.ONLY_ME.value)
        .values(audience=Audience.GROUP.value, unposted=False)
    )
    return result.rowcount == 1


async def card_posted(tx: AsyncConnection, key: str, card: Card) -> bool:
    """Note where a win's card is; False if the win is gone."""
    result = await tx.execute(
        update(wins).where(wins.c.key == key).values(channel_id=card.channel_id, message_id=card.message_id)
    )
    return result.rowcount == 1


async def card_failed(tx: AsyncConnection, key: str) -> None:
    """Give a win that could not be posted back to its author alone."""
    await tx.execute(
        update(wins)
        .where(wins.c.key == key, wins.c.message_id.is_(None))
        .values(audience=Audience.ONLY_ME.value, unposted=True)
    )


async def remove(tx: AsyncConnection, key: str) -> None:
    """Erase a win and who cheered for it; its row is held first, so that nobody cheers in between."""
    await tx.execute(select(wins.c.key).where(wins.c.key == key).with_for_update())
    await tx.execute(delete(cheers).where(cheers.c.win_key == key))
    await tx.execute(delete(wins).where(wins.c.key == key))


async def cheer(tx: AsyncConnection, key: str, member_id: int, now: datetime) -> bool:
    """Note that somebody cheers, or take it back if they did; returns whether they cheer now."""
    gone = await tx.execute(delete(cheers).where(cheers.c.win_key == key, cheers.c.member_id == member_id))
    if gone.rowcount:
        return False
    statement = upsert(tx, cheers).values(win_key=key, member_id=member_id, at=now).on_conflict_do_nothing()
    await tx.execute(statement)
    return True


async def count_cheers(tx: AsyncConnection, key: str) -> int:
    """Count who cheers for a win."""
    return int((await tx.execute(select(func.count()).where(cheers.c.win_key == key))).scalar_one())


async def cheers_by(tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
    """Return for which wins of others somebody cheers, and since when."""
    query = (
        select(cheers.c.win_key, cheers.c.at, wins.c.group_key)
        .join(wins, wins.c.key == cheers.c.win_key)
        .where(cheers.c.member_id == whose.member_id, whose.within(wins))
        .order_by(cheers.c.at)
    )
    return (await tx.execute(query)).mappings().all()


async def remove_cheer(tx: AsyncConnection, key: str, member_id: int) -> None:
    """Take somebody's cheer back."""
    await tx.execute(delete(cheers).where(cheers.c.win_key == key, cheers.c.member_id == member_id))


async def _one(tx: AsyncConnection, query: Select[Any], vault: Vault) -> Win | None:
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else _win(row, vault)


def _win(row: RowMapping, vault: Vault) -> Win:
    try:
        text = vault.open(TEXT, row["key"], row["text"])
    except CannotOpen:
        text = None
    return Win(
        key=row["key"],
        group_key=row["group_key"],
        member_id=row["member_id"],
        text=text,
        audience=Audience(row["audience"]),
        shared_at=row["shared_at"],
        card=None if row["message_id"] is None else Card(row["channel_id"], row["message_id"]),
        unposted=row["unposted"],
    )
