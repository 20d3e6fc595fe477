"""All SQL of cases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases import policy
from bot.crisis.cases.model import (
    FAULT_KEY,
    MEMBER_TEXT,
    PAGES,
    Case,
    CaseEvent,
    CaseState,
    KnownSignal,
    Progress,
    Signal,
    Source,
)
from bot.crisis.screening import Level
from bot.outbox.model import RowState
from bot.outbox.store import outbox
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Json, Moment
from bot.storage.upsert import upsert

_NOT_CLOSED = text("state != 'closed'")
_TIMED = (CaseState.OPEN.value, CaseState.ACKNOWLEDGED.value)

cases = Table(
    "cases",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("code", String(8), nullable=False, unique=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("member_id", Snowflake, nullable=False),
    Column("level", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("source", String(12), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("step", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("next_page_at", Moment, index=True),
    Column("acknowledged_by", Snowflake),
    Column("acknowledged_at", Moment),
    Column("member_told_at", Moment),
    Column("alarm_at", Moment),
    Column("seen_at", Moment),
    Column("contacted_by", Snowflake),
    Column("contacted_at", Moment),
    Column("closed_by", Snowflake),
    Column("closed_at", Moment),
    Index(
        "uq_cases_one_open",
        "group_key",
        "member_id",
        unique=True,
        sqlite_where=_NOT_CLOSED,
        postgresql_where=_NOT_CLOSED,
    ),
    info=kept(eraser="crisis", retention="until closed; then by the group's retention"),
)

signals = Table(
    "case_signals",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("key", String(40), nullable=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("level", Integer, nullable=False),
    Column("source", String(12), nullable=False),
    Column("channel_id", Snowflake, nullable=False),
    Column("message_id", Snowflake, nullable=False),
    Column("entries", Json, nullable=False),
    Column("said_at", Moment, nullable=False),
    Column("in_dm", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),
    UniqueConstraint("group_key", "key"),
    info=kept(eraser="crisis", retention="with its case"),
)

events = Table(
    "case_events",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("by_id", Snowflake),
    Column("details", Json, nullable=False),
    info=kept(eraser="crisis", retention="with its case"),
)


async def claim_signal(tx: AsyncConnection, signal: Signal, case_id: int) -> bool:
    """Record a signal; False if this very one was recorded before."""
    values = {
        "group_key": signal.group_key,
        "key": signal.key,
        "case_id": case_id,
        "level": int(signal.level),
        "source": signal.source.value,
        "channel_id": signal.channel_id,
        "message_id": signal.message_id,
        "entries": list(signal.entries),
        "said_at": signal.said_at,
        "in_dm": signal.in_dm,
        "late": signal.late,
    }
    statement = upsert(tx, signals).values(values).on_conflict_do_nothing(index_elements=["group_key", "key"])
    return (await tx.execute(statement)).rowcount == 1


async def known_signal(tx: AsyncConnection, group_key: str, key: str) -> tuple[int, Level] | None:
    """Return the case and the level under which a signal is recorded."""
    found = await tx.execute(
        select(signals.c.case_id, signals.c.level).where(signals.c.group_key == group_key, signals.c.key == key)
    )
    row = found.first()
    return None if row is None else (row.case_id, Level(row.level))


async def raise_signal(tx: AsyncConnection, signal: Signal, case_id: int) -> None:
    """Note that a known signal (an edited message) has become graver, and which case it belongs to now."""
    await tx.execute(
        update(signals)
        .where(signals.c.group_key == signal.group_key, signals.c.key == signal.key)
        .values(level=int(signal.level), entries=list(signal.entries), case_id=case_id)
    )


async def get(tx: AsyncConnection, case_id: int) -> Case | None:
    """Return one case."""
    row = (await tx.execute(select(cases).where(cases.c.id == case_id))).mappings().first()
    return None if row is None else as_case(row)


async def open_case_of(tx: AsyncConnection, group_key: str, member_id: int) -> Case | None:
    """Return the member's case that is not closed, and hold its row for this transaction."""
    query = select(cases).where(
        cases.c.group_key == group_key, cases.c.member_id == member_id, cases.c.state != CaseState.CLOSED.value
    )
    row = (await tx.execute(query.with_for_update())).mappings().first()
    return None if row is None else as_case(row)


async def open_case(tx: AsyncConnection, signal: Signal, page: policy.NextPage, now: datetime) -> Case | None:
    """Open a case; None if another transaction opened one for this member a moment earlier."""
    values = {
        "code": await _free_code(tx),
        "group_key": signal.group_key,
        "member_id": signal.member_id,
        "level": int(signal.level),
        "state": CaseState.OPEN.value,
        "source": signal.source.value,
        "opened_at": now,
        "step": page.step,
        "round": page.round,
        "next_page_at": page.then_at,
        "alarm_at": now,
    }
    statement = upsert(tx, cases).values(values).on_conflict_do_nothing().returning(cases)
    row = (await tx.execute(statement)).mappings().first()
    return None if row is None else as_case(row)


async def reopen(tx: AsyncConnection, case: Case, level: Level, page: policy.NextPage, now: datetime) -> Case:
    """Let a signal start the chain anew, whoever had the case; nobody has seen this alarm yet."""
    result = await tx.execute(
        update(cases)
        .where(cases.c.id == case.id)
        .values(
            level=int(level),
            state=CaseState.OPEN.value,
            step=page.step,
            round=page.round,
            next_page_at=page.then_at,
            acknowledged_by=None,
            acknowledged_at=None,
            contacted_by=None,
            contacted_at=None,
            alarm_at=now,
            seen_at=None,
        )
        .returning(cases)
    )
    return as_case(result.mappings().one())


async def due(tx: AsyncConnection, now: datetime, latest: datetime, limit: int) -> list[Case]:
    """Return the cases whose next page is due or whose acknowledgement has run out, the gravest and oldest first.

    No wait reaches beyond `latest`: where one does, the machine's clock was put back, and the case is due now.
    """
    is_due = or_(cases.c.next_page_at <= now, cases.c.next_page_at > latest)
    query = (
        select(cases)
        .where(cases.c.state.in_(_TIMED), is_due)
        .order_by(cases.c.level.desc(), cases.c.next_page_at)
        .limit(limit)
    )
    return [as_case(row) for row in (await tx.execute(query)).mappings()]


async def advance(tx: AsyncConnection, case: Case, page: policy.NextPage) -> Case | None:
    """Move the chain on, if nobody has moved it or taken the case since it was read; else None."""
    result = await tx.execute(
        update(cases)
        .where(
            cases.c.id == case.id,
            cases.c.state == CaseState.OPEN.value,
            cases.c.step == case.step,
            cases.c.round == case.round,
            cases.c.next_page_at == case.next_page_at,
        )
        .values(step=page.step, round=page.round, next_page_at=page.then_at)
        .returning(cases)
    )
    row = result.mappings().first()
    return None if row is None else as_case(row)


async def bring_forward(tx: AsyncConnection, case_id: int, step: int, round_: int, now: datetime) -> bool:
    """Make the next step due now, if this step is still the last one that was paged."""
    result = await tx.execute(
        update(cases)
        .where(
            cases.c.id == case_id,
            cases.c.state == CaseState.OPEN.value,
            cases.c.step == step,
            cases.c.round == round_,
            cases.c.next_page_at > now,
        )
        .values(next_page_at=now)
    )
    return result.rowcount == 1


async def member_told(tx: AsyncConnection, case_id: int, now: datetime) -> None:
    """Note when the member's text was written."""
    await tx.execute(update(cases).where(cases.c.id == case_id).values(member_told_at=now))


async def record(
    tx: AsyncConnection,
    case_id: int,
    kind: str,
    now: datetime,
    *,
    by_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append a line to a case's history; ids, states and counts only."""
    await tx.execute(
        insert(events).values(case_id=case_id, at=now, kind=kind, by_id=by_id, details=dict(details or {}))
    )


async def history(tx: AsyncConnection, case_id: int) -> list[CaseEvent]:
    """Return a case's history, oldest first."""
    result = await tx.execute(select(events).where(events.c.case_id == case_id).order_by(events.c.id))
    return [CaseEvent(row.at, row.kind, row.by_id, row.details) for row in result]


async def signals_of(tx: AsyncConnection, case_id: int) -> list[KnownSignal]:
    """Return a case's signals, oldest first."""
    result = await tx.execute(select(signals).where(signals.c.case_id == case_id).order_by(signals.c.id))
    return [
        KnownSignal(
            row.channel_id,
            row.message_id,
            Level(row.level),
            Source(row.source),
            tuple(row.entries),
            row.said_at,
            row.in_dm,
            row.late,
            row.key,
        )
        for row in result
    ]


async def level_of_message(tx: AsyncConnection, group_key: str, message_id: int) -> Level:
    """Return the highest level under which a message is recorded."""
    query = select(func.max(signals.c.level)).where(
        signals.c.group_key == group_key, signals.c.message_id == message_id, signals.c.source == Source.SCREENING.value
    )
    return Level((await tx.execute(query)).scalar() or 0)


async def cases_of_message(tx: AsyncConnection, group_key: str, message_id: int) -> list[int]:
    """Return the cases that a message belongs to."""
    query = select(signals.c.case_id).where(signals.c.group_key == group_key, signals.c.message_id == message_id)
    return sorted(set((await tx.execute(query)).scalars()))


async def faults(tx: AsyncConnection) -> list[tuple[str, int, int]]:
    """Return group, channel and message of everything that could not be screened and still has to be."""
    query = (
        select(signals.c.group_key, signals.c.channel_id, signals.c.message_id)
        .where(signals.c.source == Source.FAULT.value, signals.c.level > 0)
        .order_by(signals.c.id)
    )
    return [(row.group_key, row.channel_id, row.message_id) for row in await tx.execute(query)]


async def settle_fault(tx: AsyncConnection, group_key: str, message_id: int) -> int | None:
    """Note that a message could be screened after all; returns the fault case that it stood in."""
    result = await tx.execute(
        update(signals)
        .where(
            signals.c.group_key == group_key,
            signals.c.key == f"{FAULT_KEY}{message_id}",
            signals.c.level > 0,
        )
        .values(level=0)
        .returning(signals.c.case_id)
    )
    case_id: int | None = result.scalar()
    return case_id


async def pages_sent(tx: AsyncConnection, case: Case) -> int:
    """Count the pages of a case's present alarm that somebody's machine has confirmed."""
    query = select(func.count()).where(
        outbox.c.subject == case.subject,
        outbox.c.kind.in_(PAGES),
        outbox.c.state == RowState.DONE.value,
        outbox.c.created_at >= (case.alarm_at or case.opened_at),
    )
    return int((await tx.execute(query)).scalar_one())


async def progress(tx: AsyncConnection, case: Case) -> Progress:
    """Say what has happened to a case's present alarm so far."""
    return Progress(
        page_sent=await pages_sent(tx, case) > 0,
        seen=not case.waits or case.seen_at is not None,
        nobody_on_call=await _nobody_on_call(tx, case),
        contacted=case.contacted_at is not None,
        again=case.waits and case.seen_at is not None,
    )


async def _nobody_on_call(tx: AsyncConnection, case: Case) -> bool:
    query = select(events.c.details).where(events.c.case_id == case.id, events.c.kind == "paged")
    newest = (await tx.execute(query.order_by(events.c.id.desc()).limit(1))).scalar()
    return bool(newest and newest.get("nobody_on_call"))


async def last_member_text(tx: AsyncConnection, case: Case) -> tuple[int, int] | None:
    """Return channel and message of the newest text that the member got about this case."""
    result = await tx.execute(
        select(outbox.c.channel_id, outbox.c.message_id)
        .where(
            outbox.c.subject == case.subject,
            outbox.c.kind == MEMBER_TEXT,
            outbox.c.state == RowState.DONE.value,
            outbox.c.message_id.is_not(None),
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    row = result.first()
    return None if row is None else (row.channel_id, row.message_id)


async def open_cases(tx: AsyncConnection, group_key: str | None = None) -> list[Case]:
    """Return the cases that are not closed, gravest first, then oldest."""
    query = select(cases).where(cases.c.state != CaseState.CLOSED.value)
    if group_key is not None:
        query = query.where(cases.c.group_key == group_key)
    result = await tx.execute(query.order_by(cases.c.level.desc(), cases.c.opened_at))
    return [as_case(row) for row in result.mappings()]


async def _free_code(tx: AsyncConnection) -> str:
    for attempt in range(20):
        code = policy.new_code(length=3 + attempt // 5)
        if (await tx.execute(select(cases.c.id).where(cases.c.code == code))).first() is None:
            return code
    return policy.new_code(length=8)


def as_case(row: RowMapping) -> Case:
    """Return a row of the table as a case."""
    return Case(
        id=row["id"],
        code=row["code"],
        group_key=row["group_key"],
        member_id=row["member_id"],
        level=Level(row["level"]),
        state=CaseState(row["state"]),
        source=Source(row["source"]),
        opened_at=row["opened_at"],
        step=row["step"],
        round=row["round"],
        next_page_at=row["next_page_at"],
        acknowledged_by=row["acknowledged_by"],
        acknowledged_at=row["acknowledged_at"],
        member_told_at=row["member_told_at"],
        alarm_at=row["alarm_at"],
        seen_at=row["seen_at"],
        contacted_by=row["contacted_by"],
        contacted_at=row["contacted_at"],
        closed_by=row["closed_by"],
        closed_at=row["closed_at"],
    )
