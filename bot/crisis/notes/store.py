"""All SQL of concern notes, and of the daily list that tells of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    UniqueConstraint,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases.model import Signal
from bot.crisis.notes.model import Note, NoteState
from bot.crisis.screening import Level
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Json, Moment
from bot.storage.upsert import upsert

notes = Table(
    "concern_notes",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("member_id", Snowflake, nullable=False),
    Column("key", String(40), nullable=False),
    Column("level", Integer, nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("message_id", Snowflake, nullable=False),
    Column("in_dm", Boolean, nullable=False),
    Column("entries", Json, nullable=False),
    Column("raised_by", Json, nullable=False),
    Column("said_at", Moment, nullable=False),
    Column("noted_at", Moment, nullable=False),
    Column("by_therapist", Boolean, nullable=False),
    Column("state", String(8), nullable=False),
    Column("settled_by", Snowflake),
    Column("settled_at", Moment),
    Column("put_at", Moment),
    UniqueConstraint("group_key", "key"),
    Index("ix_concern_notes_state", "state", "noted_at"),
    info=kept(eraser="crisis", retention="until a therapist has looked; then 90 days"),
)

digests = Table(
    "care_digests",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("day", String(10), nullable=False),
    info=kept(eraser="groups", retention="as long as the group exists; it names no person"),
)


async def add(
    tx: AsyncConnection, found: Signal, raised_by: Sequence[str], now: datetime, *, by_therapist: bool
) -> bool:
    """Write a note; False if what was said is noted already."""
    values = {
        "group_key": found.group_key,
        "member_id": found.member_id,
        "key": found.key,
        "level": int(found.level),
        "channel_id": found.channel_id,
        "message_id": found.message_id,
        "in_dm": found.in_dm,
        "entries": list(found.entries),
        "raised_by": list(raised_by),
        "said_at": found.said_at,
        "noted_at": now,
        "by_therapist": by_therapist,
        "state": NoteState.NEW.value,
    }
    statement = upsert(tx, notes).values(values).on_conflict_do_nothing(index_elements=["group_key", "key"])
    return (await tx.execute(statement)).rowcount == 1


async def get(tx: AsyncConnection, note_id: int) -> Note | None:
    """Return one note."""
    row = (await tx.execute(select(notes).where(notes.c.id == note_id))).mappings().first()
    return None if row is None else _note(row)


async def unsettled(tx: AsyncConnection, group_key: str) -> list[Note]:
    """Return the notes of a group that nobody has looked at, oldest first."""
    query = select(notes).where(notes.c.group_key == group_key, notes.c.state == NoteState.NEW.value)
    return [_note(row) for row in (await tx.execute(query.order_by(notes.c.id))).mappings()]


async def of_member(tx: AsyncConnection, group_key: str, member_id: int, limit: int) -> list[Note]:
    """Return a member's notes, newest first."""
    query = select(notes).where(notes.c.group_key == group_key, notes.c.member_id == member_id)
    return [_note(row) for row in (await tx.execute(query.order_by(notes.c.id.desc()).limit(limit))).mappings()]


async def settle(tx: AsyncConnection, note: Note, state: NoteState, by_id: int, now: datetime) -> bool:
    """Settle a note and the older ones of the same member; False if this one was settled before."""
    result = await tx.execute(
        update(notes)
        .where(
            notes.c.group_key == note.group_key,
            notes.c.member_id == note.member_id,
            notes.c.id <= note.id,
            notes.c.state == NoteState.NEW.value,
        )
        .values(state=state.value, settled_by=by_id, settled_at=now)
        .returning(notes.c.id)
    )
    return note.id in set(result.scalars())


async def unput(tx: AsyncConnection, before: datetime, limit: int) -> list[Note]:
    """Return notes that nobody has looked at since `before` and that were not put to anybody yet."""
    query = (
        select(notes)
        .where(notes.c.state == NoteState.NEW.value, notes.c.noted_at <= before, notes.c.put_at.is_(None))
        .order_by(notes.c.id)
        .limit(limit)
    )
    return [_note(row) for row in (await tx.execute(query)).mappings()]


async def put(tx: AsyncConnection, ids: Sequence[int], now: datetime) -> list[int]:
    """Note that these were put to whoever is on call; returns those that were not before."""
    result = await tx.execute(
        update(notes)
        .where(notes.c.id.in_(ids), notes.c.put_at.is_(None), notes.c.state == NoteState.NEW.value)
        .values(put_at=now)
        .returning(notes.c.id)
    )
    return sorted(result.scalars())


async def claim_day(tx: AsyncConnection, group_key: str, day: str) -> bool:
    """Claim the daily list of a group's local day; False if it was claimed before."""
    statement = upsert(tx, digests).values(group_key=group_key, day=day)
    statement = statement.on_conflict_do_update(
        index_elements=["group_key"], set_={"day": statement.excluded.day}, where=digests.c.day < statement.excluded.day
    )
    return (await tx.execute(statement)).rowcount == 1


def _note(row: RowMapping) -> Note:
    return Note(
        id=row["id"],
        group_key=row["group_key"],
        member_id=row["member_id"],
        key=row["key"],
        level=Level(row["level"]),
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        in_dm=row["in_dm"],
        entries=tuple(row["entries"]),
        raised_by=tuple(row["raised_by"]),
        said_at=row["said_at"],
        by_therapist=row["by_therapist"],
        state=NoteState(row["state"]),
        settled_by=row["settled_by"],
    )
