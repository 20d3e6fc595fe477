"""All SQL of answers, marks and resting topics."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    RowMapping,
    Select,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.answers.model import Answer, Audience, Look, Mark, Need, Place
from bot.privacy.contract import Whose
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Moment, SealedText
from bot.storage.upsert import upsert
from bot.storage.vault import CannotOpen, Vault

TEXT = "prompt_answers.text"

answers = Table(
    "prompt_answers",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("run_id", ForeignKey("prompt_runs.id"), nullable=False),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("member_id", Snowflake, nullable=False, index=True),
    Column("text", SealedText, nullable=False),
    Column("audience", String(12), nullable=False),
    Column("need", String(12)),
    Column("written_at", Moment, nullable=False, index=True),
    Column("edited_at", Moment),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("unposted", Boolean, nullable=False),
    UniqueConstraint("run_id", "member_id"),
    info=kept(eraser="daily_prompts", retention="a year, or until its author takes it back"),
)

marks = Table(
    "prompt_marks",
    metadata,
    Column("run_id", ForeignKey("prompt_runs.id"), primary_key=True),
    Column("member_id", Snowflake, primary_key=True, index=True),
    Column("kind", String(12), primary_key=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    info=kept(eraser="daily_prompts", retention="a year, or until the member takes it back"),
)

looks = Table(
    "prompt_answer_looks",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("answer_key", ForeignKey("prompt_answers.key"), nullable=False, index=True),
    Column("by_id", Snowflake, nullable=False),
    Column("at", Moment, nullable=False),
    info=kept(eraser="daily_prompts", retention="with the answer"),
)

resting = Table(
    "prompt_resting_topics",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("member_id", Snowflake, primary_key=True, index=True),
    Column("topic", String(40), primary_key=True),
    info=kept(eraser="daily_prompts", retention="until the member changes or erases it"),
)


async def add(tx: AsyncConnection, answer: Answer, vault: Vault) -> bool:
    """Write a new answer; False if this member has answered this run a moment earlier."""
    values = {
        "key": answer.key,
        "run_id": answer.run_id,
        "group_key": answer.group_key,
        "member_id": answer.member_id,
        "written_at": answer.written_at,
        **_content(answer, vault),
    }
    statement = upsert(tx, answers).values(values).on_conflict_do_nothing()
    return (await tx.execute(statement)).rowcount == 1


async def change(tx: AsyncConnection, answer: Answer, vault: Vault) -> None:
    """Write what an answer has become: words, audience, need and place."""
    await tx.execute(update(answers).where(answers.c.key == answer.key).values(_content(answer, vault)))


async def get(tx: AsyncConnection, key: str, vault: Vault, *, hold: bool = False) -> Answer | None:
    """Return one answer; `hold` keeps its row for this transaction."""
    query = select(answers).where(answers.c.key == key)
    return await _one(tx, query.with_for_update() if hold else query, vault)


async def of_run(
    tx: AsyncConnection, run_id: int, member_id: int, vault: Vault, *, hold: bool = False
) -> Answer | None:
    """Return a member's answer to a run."""
    query = select(answers).where(answers.c.run_id == run_id, answers.c.member_id == member_id)
    return await _one(tx, query.with_for_update() if hold else query, vault)


async def of_member(
    tx: AsyncConnection, whose: Whose, vault: Vault, *, limit: int | None, skip: int = 0
) -> list[Answer]:
    """Return a member's own answers, newest first."""
    query = (
        select(answers)
        .where(answers.c.member_id == whose.member_id, whose.within(answers))
        .order_by(answers.c.written_at.desc(), answers.c.key)
        .offset(skip)
    )
    rows = await tx.execute(query if limit is None else query.limit(limit))
    return [_answer(row, vault) for row in rows.mappings()]


async def count_of_member(tx: AsyncConnection, whose: Whose) -> int:
    """Count a member's own answers."""
    query = select(func.count()).where(answers.c.member_id == whose.member_id, whose.within(answers))
    return int((await tx.execute(query)).scalar_one())


async def older_than(tx: AsyncConnection, moment: datetime, vault: Vault, limit: int) -> list[Answer]:
    """Return answers that were written before `moment`."""
    query = select(answers).where(answers.c.written_at < moment).order_by(answers.c.written_at).limit(limit)
    return [_answer(row, vault) for row in (await tx.execute(query)).mappings()]


async def posted(tx: AsyncConnection, key: str, audience: Audience, place: Place) -> bool:
    """Note where an answer is shown; False if it is gone or for others by now."""
    result = await tx.execute(
        update(answers)
        .where(answers.c.key == key, answers.c.audience == audience.value, answers.c.message_id.is_(None))
        .values(channel_id=place.channel_id, message_id=place.message_id, unposted=False)
    )
    return result.rowcount == 1


async def not_posted(tx: AsyncConnection, key: str, audience: Audience) -> None:
    """Note that an answer could not be shown, and stays with its author."""
    await tx.execute(
        update(answers)
        .where(answers.c.key == key, answers.c.audience == audience.value, answers.c.message_id.is_(None))
        .values(unposted=True)
    )


async def remove(tx: AsyncConnection, key: str) -> None:
    """Erase an answer, and who looked up its author."""
    await tx.execute(delete(looks).where(looks.c.answer_key == key))
    await tx.execute(delete(answers).where(answers.c.key == key))


async def note_look(tx: AsyncConnection, key: str, by_id: int, now: datetime) -> None:
    """Note that a therapist opened who wrote an answer."""
    await tx.execute(insert(looks).values(answer_key=key, by_id=by_id, at=now))


async def looks_at(tx: AsyncConnection, key: str) -> list[Look]:
    """Return who opened the author of an answer, oldest first."""
    rows = await tx.execute(select(looks).where(looks.c.answer_key == key).order_by(looks.c.id))
    return [Look(row.by_id, row.at) for row in rows]


async def mark(tx: AsyncConnection, run_id: int, group_key: str, member_id: int, kind: Mark, now: datetime) -> bool:
    """Note a mark; False if it was there."""
    values = {"run_id": run_id, "group_key": group_key, "member_id": member_id, "kind": kind.value, "at": now}
    statement = upsert(tx, marks).values(values).on_conflict_do_nothing()
    return (await tx.execute(statement)).rowcount == 1


async def unmark(tx: AsyncConnection, run_id: int, member_id: int, kind: Mark) -> bool:
    """Take a mark away; False if there was none."""
    found = marks.c.run_id == run_id, marks.c.member_id == member_id, marks.c.kind == kind.value
    return (await tx.execute(delete(marks).where(*found))).rowcount == 1


async def marked(tx: AsyncConnection, whose: Whose, kind: Mark, limit: int) -> list[int]:
    """Return the runs that a member has marked, the newest first."""
    query = (
        select(marks.c.run_id)
        .where(marks.c.member_id == whose.member_id, marks.c.kind == kind.value, whose.within(marks))
        .order_by(marks.c.at.desc(), marks.c.run_id.desc())
        .limit(limit)
    )
    return [row.run_id for row in await tx.execute(query)]


async def marks_of(tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
    """Return every mark of a member, oldest first."""
    query = select(marks).where(marks.c.member_id == whose.member_id, whose.within(marks)).order_by(marks.c.at)
    return (await tx.execute(query)).mappings().all()


async def forget_marks(tx: AsyncConnection, whose: Whose) -> None:
    """Erase a member's marks."""
    await tx.execute(delete(marks).where(marks.c.member_id == whose.member_id, whose.within(marks)))


async def forget_marks_before(tx: AsyncConnection, moment: datetime) -> None:
    """Erase every mark made before `moment`."""
    await tx.execute(delete(marks).where(marks.c.at < moment))


async def resting_for(tx: AsyncConnection, group_key: str, member_id: int) -> frozenset[str]:
    """Return the topics that a member does not want to meet."""
    found = resting.c.group_key == group_key, resting.c.member_id == member_id
    return frozenset(row.topic for row in await tx.execute(select(resting.c.topic).where(*found)))


async def resting_in(tx: AsyncConnection, group_key: str) -> frozenset[str]:
    """Return the topics that rest in a group, for whomever."""
    query = select(resting.c.topic).where(resting.c.group_key == group_key).distinct()
    return frozenset(row.topic for row in await tx.execute(query))


async def rest(tx: AsyncConnection, group_key: str, member_id: int, topics: Collection[str]) -> None:
    """Let exactly these topics rest for a member."""
    await tx.execute(delete(resting).where(resting.c.group_key == group_key, resting.c.member_id == member_id))
    rows = [{"group_key": group_key, "member_id": member_id, "topic": topic} for topic in sorted(set(topics))]
    if rows:
        await tx.execute(insert(resting), rows)


async def resting_of(tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
    """Return a member's resting topics in every group."""
    query = select(resting).where(resting.c.member_id == whose.member_id, whose.within(resting))
    return (await tx.execute(query.order_by(resting.c.group_key, resting.c.topic))).mappings().all()


async def forget_resting(tx: AsyncConnection, whose: Whose) -> None:
    """Erase a member's resting topics."""
    await tx.execute(delete(resting).where(resting.c.member_id == whose.member_id, whose.within(resting)))


async def _one(tx: AsyncConnection, query: Select[Any], vault: Vault) -> Answer | None:
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else _answer(row, vault)


def _content(answer: Answer, vault: Vault) -> dict[str, Any]:
    return {
        "text": vault.seal(TEXT, answer.key, answer.text or ""),
        "audience": answer.audience.value,
        "need": answer.need.value if answer.need else None,
        "edited_at": answer.edited_at,
        "channel_id": answer.place.channel_id if answer.place else None,
        "message_id": answer.place.message_id if answer.place else None,
        "unposted": answer.unposted,
    }


def _answer(row: RowMapping, vault: Vault) -> Answer:
    try:
        text = vault.open(TEXT, row["key"], row["text"])
    except CannotOpen:
        text = None
    return Answer(
        key=row["key"],
        run_id=row["run_id"],
        group_key=row["group_key"],
        member_id=row["member_id"],
        text=text,
        audience=Audience(row["audience"]),
        need=Need(row["need"]) if row["need"] else None,
        written_at=row["written_at"],
        edited_at=row["edited_at"],
        place=None if row["message_id"] is None else Place(row["channel_id"], row["message_id"]),
        unposted=row["unposted"],
    )
