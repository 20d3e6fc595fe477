"""All SQL of what members hand over around a session: what they bring, and how the small practice went."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, RowMapping, String, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.sessions.handed import Brought, Reader, Shown, Tried, TriedBy
from bot.privacy.contract import Whose
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment, SealedText
from bot.storage.upsert import upsert
from bot.storage.vault import CannotOpen, Vault

TEXT = "session_brings.text"

brings = Table(
    "session_brings",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False, index=True),
    Column("session_key", ForeignKey("sessions.key"), index=True),
    Column("member_id", Snowflake, nullable=False, index=True),
    Column("text", SealedText, nullable=False),
    Column("reader", String(12), nullable=False),
    Column("written_at", Moment, nullable=False, index=True),
    Column("handed_at", Moment),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    info=kept(eraser="sessions", retention="90 days, or until its author takes it back"),
)

practised = Table(
    "session_practice",
    metadata,
    Column("session_key", ForeignKey("sessions.key"), primary_key=True),
    Column("member_id", Snowflake, primary_key=True, index=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("tried", String(12), nullable=False),
    Column("named", Boolean, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    info=kept(eraser="sessions", retention="90 days, or until the member takes it back"),
)


async def add_brought(tx: AsyncConnection, brought: Brought, vault: Vault) -> None:
    """Keep what a member wants to bring."""
    await tx.execute(
        insert(brings).values(
            key=brought.key,
            group_key=brought.group_key,
            member_id=brought.member_id,
            text=vault.seal(TEXT, brought.key, brought.text or ""),
            reader=brought.reader.value,
            written_at=brought.written_at,
            handed_at=brought.handed_at,
        )
    )


async def get_brought(tx: AsyncConnection, key: str, vault: Vault, *, hold: bool = False) -> Brought | None:
    """Return one; `hold` keeps its row for this transaction."""
    query = select(brings).where(brings.c.key == key)
    row = (await tx.execute(query.with_for_update() if hold else query)).mappings().first()
    return None if row is None else _brought(row, vault)


async def open_of(
    tx: AsyncConnection, group_key: str, member_id: int, vault: Vault, *, hold: bool = False
) -> Brought | None:
    """Return what a member wants to bring to the next session."""
    mine = brings.c.group_key == group_key, brings.c.member_id == member_id, brings.c.session_key.is_(None)
    query = select(brings).where(*mine).order_by(brings.c.written_at.desc()).limit(1)
    row = (await tx.execute(query.with_for_update() if hold else query)).mappings().first()
    return None if row is None else _brought(row, vault)


async def waiting_in(tx: AsyncConnection, group_key: str, vault: Vault) -> list[Brought]:
    """Return what members of a group chose to send for the next session and has not been handed over, oldest first."""
    query = (
        select(brings)
        .where(
            brings.c.group_key == group_key,
            brings.c.session_key.is_(None),
            brings.c.handed_at.is_(None),
            brings.c.reader != Reader.ONLY_ME,
        )
        .order_by(brings.c.written_at, brings.c.key)
    )
    return [_brought(row, vault) for row in (await tx.execute(query)).mappings()]


async def sent_for(tx: AsyncConnection, group_key: str) -> int:
    """Count what has been handed over to a group's therapists for the next session."""
    query = select(brings.c.key).where(
        brings.c.group_key == group_key, brings.c.session_key.is_(None), brings.c.handed_at.is_not(None)
    )
    return len((await tx.execute(query)).all())


async def hand_over(tx: AsyncConnection, key: str, now: datetime) -> bool:
    """Note that it goes to the therapists; False if it did before."""
    unsent = brings.c.key == key, brings.c.handed_at.is_(None)
    return (await tx.execute(update(brings).where(*unsent).values(handed_at=now))).rowcount == 1


async def shown(tx: AsyncConnection, key: str, where: Shown) -> bool:
    """Note where it is shown; False if it is gone or for its author alone by now."""
    sent = brings.c.key == key, brings.c.reader != Reader.ONLY_ME
    values = {"channel_id": where.channel_id, "message_id": where.message_id}
    return (await tx.execute(update(brings).where(*sent).values(values))).rowcount == 1


async def remove_brought(tx: AsyncConnection, key: str) -> None:
    """Erase one."""
    await tx.execute(delete(brings).where(brings.c.key == key))


async def belong_to(tx: AsyncConnection, group_key: str, session_key: str, starts_at: datetime) -> None:
    """Let what was meant for a session that is over belong to it, so that the next begins afresh."""
    meant = brings.c.group_key == group_key, brings.c.session_key.is_(None), brings.c.written_at < starts_at
    await tx.execute(update(brings).where(*meant).values(session_key=session_key))


async def brought_of(tx: AsyncConnection, whose: Whose, vault: Vault) -> list[Brought]:
    """Return everything that a member wanted to bring, the newest first."""
    query = select(brings).where(brings.c.member_id == whose.member_id, whose.within(brings))
    return [_brought(row, vault) for row in (await tx.execute(query.order_by(brings.c.written_at.desc()))).mappings()]


async def older_than(tx: AsyncConnection, moment: datetime, vault: Vault) -> list[Brought]:
    """Return what was written before a moment."""
    query = select(brings).where(brings.c.written_at < moment).order_by(brings.c.written_at).limit(100)
    return [_brought(row, vault) for row in (await tx.execute(query)).mappings()]


async def set_tried(tx: AsyncConnection, by: TriedBy) -> None:
    """Keep how somebody's practice went, new or changed."""
    values = {"tried": by.tried.value, "named": by.named, "at": by.at}
    statement = upsert(tx, practised).values(
        session_key=by.session_key, member_id=by.member_id, group_key=by.group_key, **values
    )
    await tx.execute(statement.on_conflict_do_update(index_elements=["session_key", "member_id"], set_=values))


async def tried_by(tx: AsyncConnection, session_key: str, member_id: int) -> TriedBy | None:
    """Return how somebody's practice went."""
    query = select(practised).where(practised.c.session_key == session_key, practised.c.member_id == member_id)
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else _tried(row)


async def tried_in(tx: AsyncConnection, session_key: str) -> tuple[Counter[Tried], list[TriedBy]]:
    """Count how a practice went, and name those who chose to be named."""
    found = [
        _tried(row)
        for row in (await tx.execute(select(practised).where(practised.c.session_key == session_key))).mappings()
    ]
    return Counter(each.tried for each in found), sorted((each for each in found if each.named), key=lambda by: by.at)


async def remove_tried(tx: AsyncConnection, session_key: str, member_id: int) -> bool:
    """Erase how somebody's practice went; False if there is nothing."""
    mine = practised.c.session_key == session_key, practised.c.member_id == member_id
    return (await tx.execute(delete(practised).where(*mine))).rowcount == 1


async def tried_of(tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
    """Return every practice that a member spoke of, oldest first."""
    query = select(practised).where(practised.c.member_id == whose.member_id, whose.within(practised))
    return (await tx.execute(query.order_by(practised.c.at))).mappings().all()


async def forget_tried(tx: AsyncConnection, whose: Whose) -> None:
    """Erase all of it."""
    await tx.execute(delete(practised).where(practised.c.member_id == whose.member_id, whose.within(practised)))


async def forget_tried_before(tx: AsyncConnection, moment: datetime) -> None:
    """Erase what was said before a moment."""
    await tx.execute(delete(practised).where(practised.c.at < moment))


def _brought(row: RowMapping, vault: Vault) -> Brought:
    try:
        text = vault.open(TEXT, row["key"], row["text"])
    except CannotOpen:
        text = None
    return Brought(
        key=row["key"],
        group_key=row["group_key"],
        member_id=row["member_id"],
        text=text,
        reader=Reader(row["reader"]),
        written_at=row["written_at"],
        session_key=row["session_key"],
        handed_at=row["handed_at"],
        shown=None if row["message_id"] is None else Shown(row["channel_id"], row["message_id"]),
    )


def _tried(row: RowMapping) -> TriedBy:
    return TriedBy(
        row["session_key"], row["group_key"], row["member_id"], Tried(row["tried"]), named=row["named"], at=row["at"]
    )
