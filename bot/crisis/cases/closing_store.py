"""All SQL of closed cases: how they ended, what follows, and who looked at a case."""

from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, RowMapping, String, Table, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases.closing_model import AFTER, Closing, FollowUp, FollowUpKind, FollowUpState, Outcome
from bot.crisis.cases.model import Case, Verdict
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Moment, SealedText
from bot.storage.vault import CannotOpen, Vault

DONE = "case_closings.done"

closings = Table(
    "case_closings",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("done", SealedText, nullable=False),
    Column("member_told", Boolean, nullable=False),
    Column("by_id", Snowflake, nullable=False),
    Column("closed_at", Moment, nullable=False),
    info=kept(eraser="crisis", retention="with its case"),
)

follow_ups = Table(
    "case_follow_ups",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("due_at", Moment, index=True),
    Column("closed_at", Moment, nullable=False),
    Column("therapist_id", Snowflake, nullable=False),
    Column("state", String(8), nullable=False),
    Column("done_by", Snowflake),
    Column("done_at", Moment),
    info=kept(eraser="crisis", retention="with its case"),
)

looks = Table(
    "case_looks",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("by_id", Snowflake, nullable=False),
    Column("at", Moment, nullable=False),
    info=kept(eraser="crisis", retention="with its case"),
)


async def write_closing(
    tx: AsyncConnection, case: Case, outcome: Outcome, by_id: int, vault: Vault, now: datetime
) -> None:
    """Write how a case was closed."""
    values = {
        "case_id": case.id,
        "group_key": case.group_key,
        "verdict": outcome.verdict.value,
        "done": vault.seal(DONE, str(case.id), outcome.done),
        "member_told": outcome.member_told,
        "by_id": by_id,
        "closed_at": now,
    }
    await tx.execute(insert(closings).values(values))


async def closing_of(tx: AsyncConnection, case_id: int, vault: Vault) -> Closing | None:
    """Return how a case was closed, None if it was not."""
    row = (await tx.execute(select(closings).where(closings.c.case_id == case_id))).mappings().first()
    return None if row is None else _closing(row, vault)


async def promise(tx: AsyncConnection, case: Case, kind: FollowUpKind, therapist_id: int, now: datetime) -> None:
    """Write a follow-up; one before the next session gets its time when that is known."""
    after = AFTER.get(kind)
    values = {
        "case_id": case.id,
        "group_key": case.group_key,
        "kind": kind.value,
        "due_at": None if after is None else now + after,
        "closed_at": now,
        "therapist_id": therapist_id,
        "state": FollowUpState.WAITING.value,
    }
    await tx.execute(insert(follow_ups).values(values))


async def follow_ups_of(tx: AsyncConnection, case_id: int) -> list[FollowUp]:
    """Return a case's follow-ups, in the order in which they were promised."""
    result = await tx.execute(select(follow_ups).where(follow_ups.c.case_id == case_id).order_by(follow_ups.c.id))
    return [_follow_up(row) for row in result.mappings()]


async def follow_up(tx: AsyncConnection, follow_up_id: int) -> FollowUp | None:
    """Return one follow-up."""
    row = (await tx.execute(select(follow_ups).where(follow_ups.c.id == follow_up_id))).mappings().first()
    return None if row is None else _follow_up(row)


async def waiting(tx: AsyncConnection, now: datetime, limit: int) -> list[tuple[FollowUp, datetime]]:
    """Return the follow-ups that are due or have no time yet, and when their cases were closed."""
    query = (
        select(follow_ups)
        .where(
            follow_ups.c.state == FollowUpState.WAITING.value,
            or_(follow_ups.c.due_at <= now, follow_ups.c.due_at.is_(None)),
        )
        .order_by(follow_ups.c.id)
        .limit(limit)
    )
    return [(_follow_up(row), row["closed_at"]) for row in (await tx.execute(query)).mappings()]


async def undone(tx: AsyncConnection, group_key: str) -> list[FollowUp]:
    """Return a group's follow-ups that were put to somebody and not noted as done, oldest first."""
    query = select(follow_ups).where(follow_ups.c.group_key == group_key, follow_ups.c.state == FollowUpState.PUT.value)
    return [_follow_up(row) for row in (await tx.execute(query.order_by(follow_ups.c.id))).mappings()]


async def put(tx: AsyncConnection, follow_up_id: int) -> bool:
    """Note that a follow-up is put to its therapist; False if it was before."""
    result = await tx.execute(
        update(follow_ups)
        .where(follow_ups.c.id == follow_up_id, follow_ups.c.state == FollowUpState.WAITING.value)
        .values(state=FollowUpState.PUT.value)
    )
    return result.rowcount == 1


async def done(tx: AsyncConnection, follow_up_id: int, by_id: int, now: datetime) -> bool:
    """Note that somebody did a follow-up; False if somebody had before."""
    result = await tx.execute(
        update(follow_ups)
        .where(follow_ups.c.id == follow_up_id, follow_ups.c.state != FollowUpState.DONE.value)
        .values(state=FollowUpState.DONE.value, done_by=by_id, done_at=now)
    )
    return result.rowcount == 1


async def look(tx: AsyncConnection, case_id: int, by_id: int, now: datetime) -> None:
    """Log that a therapist looked at a case."""
    await tx.execute(insert(looks).values(case_id=case_id, by_id=by_id, at=now))


async def looks_at(tx: AsyncConnection, case_id: int) -> list[tuple[int, datetime]]:
    """Return who looked at a case and when, oldest first."""
    result = await tx.execute(select(looks.c.by_id, looks.c.at).where(looks.c.case_id == case_id).order_by(looks.c.id))
    return [(row.by_id, row.at) for row in result]


def _closing(row: RowMapping, vault: Vault) -> Closing:
    try:
        text = vault.open(DONE, str(row["case_id"]), row["done"])
    except CannotOpen:
        text = None
    return Closing(
        case_id=row["case_id"],
        verdict=Verdict(row["verdict"]),
        done=text,
        member_told=row["member_told"],
        by_id=row["by_id"],
        closed_at=row["closed_at"],
    )


def _follow_up(row: RowMapping) -> FollowUp:
    return FollowUp(
        id=row["id"],
        case_id=row["case_id"],
        group_key=row["group_key"],
        kind=FollowUpKind(row["kind"]),
        due_at=row["due_at"],
        therapist_id=row["therapist_id"],
        state=FollowUpState(row["state"]),
        done_by=row["done_by"],
        done_at=row["done_at"],
    )
