"""All SQL of sessions, their steps, and what was planned for whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    RowMapping,
    Select,
    String,
    Table,
    UniqueConstraint,
    delete,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.model import Theme
from bot.daily_prompts.sessions.model import Session, SessionState, Slot, StepKind, StepRun, StepState
from bot.privacy.contract import Whose
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment, SealedText
from bot.storage.upsert import upsert
from bot.storage.vault import CannotOpen, Sealed, Vault

PRACTICE = "sessions.practice"
DRAFT = "sessions.draft"
_LOOKED_AT = 30
_KEPT = "as long as the group exists; who closed it until they erase it"

sessions = Table(
    "sessions",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("day", Date, nullable=False),
    Column("starts_at", Moment, nullable=False, index=True),
    Column("ends_at", Moment, nullable=False),
    Column("state", String(12), nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("theme", String(20)),
    Column("skill", String(40)),
    Column("practice", SealedText),
    Column("draft", SealedText),
    Column("closed_by", Snowflake, index=True),
    Column("closed_at", Moment),
    Column("revision", Integer, nullable=False),
    Column("next_step_at", Moment, index=True),
    UniqueConstraint("group_key", "day"),
    info=kept(eraser="sessions", retention=_KEPT),
)

session_steps = Table(
    "session_steps",
    metadata,
    Column("session_key", ForeignKey("sessions.key"), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("problem", String(60)),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("run_id", ForeignKey("prompt_runs.id")),
    info=kept(eraser="sessions", retention="with the session; it names no person"),
)

session_plans = Table(
    "session_plans",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("made_for", String(200), nullable=False),
    info=kept(eraser="sessions", retention="as long as the group exists"),
)


@dataclass(frozen=True, slots=True)
class Closing:
    """What a therapist sets when they close a session."""

    theme: Theme | None
    skill: str | None
    practice: str | None


async def add(tx: AsyncConnection, session: Session, next_step_at: datetime | None) -> bool:
    """Write a new session; False if the group has one on that day."""
    values = {
        "key": session.key,
        "group_key": session.group_key,
        "day": session.slot.day,
        "starts_at": session.slot.starts_at,
        "ends_at": session.slot.ends_at,
        "state": session.state.value,
        "planned_at": session.planned_at,
        "by_hand": session.by_hand,
        "revision": session.revision,
        "next_step_at": next_step_at,
    }
    return (await tx.execute(upsert(tx, sessions).values(values).on_conflict_do_nothing())).rowcount == 1


async def get(tx: AsyncConnection, key: str, vault: Vault, *, hold: bool = False) -> Session | None:
    """Return one session; `hold` keeps its row for this transaction."""
    query = select(sessions).where(sessions.c.key == key)
    return await _one(tx, query.with_for_update() if hold else query, vault)


async def due(tx: AsyncConnection, now: datetime, limit: int, vault: Vault) -> list[Session]:
    """Return sessions of which a step is due, and hold them; another process passes over them."""
    query = (
        select(sessions)
        .where(sessions.c.next_step_at <= now)
        .order_by(sessions.c.next_step_at, sessions.c.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_session(row, vault) for row in (await tx.execute(query)).mappings()]


async def to_come(tx: AsyncConnection, group_key: str, now: datetime, vault: Vault) -> Session | None:
    """Return the session that a group has planned next."""
    found = sessions.c.group_key == group_key, sessions.c.state == SessionState.TO_COME, sessions.c.starts_at > now
    return await _one(tx, select(sessions).where(*found).order_by(sessions.c.starts_at).limit(1), vault)


async def after(tx: AsyncConnection, group_key: str, moment: datetime, vault: Vault) -> list[Session]:
    """Return the sessions that begin after a moment and are not left out, the earliest first."""
    held = (
        sessions.c.group_key == group_key,
        sessions.c.state != SessionState.LEFT_OUT,
        sessions.c.starts_at > moment,
    )
    rows = await tx.execute(select(sessions).where(*held).order_by(sessions.c.starts_at).limit(_LOOKED_AT))
    return [_session(row, vault) for row in rows.mappings()]


async def latest_begun(tx: AsyncConnection, group_key: str, now: datetime, vault: Vault) -> Session | None:
    """Return the session that a group has had last, or is having."""
    begun = (
        sessions.c.group_key == group_key,
        sessions.c.state != SessionState.LEFT_OUT,
        sessions.c.starts_at <= now,
    )
    return await _one(tx, select(sessions).where(*begun).order_by(sessions.c.starts_at.desc()).limit(1), vault)


async def latest_before(tx: AsyncConnection, group_key: str, moment: datetime, vault: Vault) -> Session | None:
    """Return the session that was held last before a moment."""
    held = (
        sessions.c.group_key == group_key,
        sessions.c.state == SessionState.OVER,
        sessions.c.starts_at < moment,
    )
    return await _one(tx, select(sessions).where(*held).order_by(sessions.c.starts_at.desc()).limit(1), vault)


async def of_group(tx: AsyncConnection, group_key: str, vault: Vault, limit: int = 30) -> list[Session]:
    """Return a group's latest sessions, also one to come, the newest first."""
    query = select(sessions).where(sessions.c.group_key == group_key).order_by(sessions.c.starts_at.desc()).limit(limit)
    return [_session(row, vault) for row in (await tx.execute(query)).mappings()]


async def place(tx: AsyncConnection, key: str, slot: Slot, *, by_hand: bool) -> None:
    """Give a session another time."""
    values = {"day": slot.day, "starts_at": slot.starts_at, "ends_at": slot.ends_at, "by_hand": by_hand}
    await tx.execute(update(sessions).where(sessions.c.key == key).values(values))


async def end(tx: AsyncConnection, key: str, state: SessionState) -> bool:
    """End a session that was to come; False if it has ended already."""
    waiting = sessions.c.key == key, sessions.c.state == SessionState.TO_COME
    result = await tx.execute(update(sessions).where(*waiting).values(state=state.value))
    return result.rowcount == 1


async def wind(tx: AsyncConnection, key: str, next_step_at: datetime | None) -> None:
    """Set when a session's next step is due."""
    await tx.execute(update(sessions).where(sessions.c.key == key).values(next_step_at=next_step_at))


async def close(
    tx: AsyncConnection, key: str, revision: int, closing: Closing, by_id: int, now: datetime, vault: Vault
) -> bool:
    """Write what a therapist set; False if somebody has closed it since that therapist looked."""
    values = {
        "theme": closing.theme.value if closing.theme else None,
        "skill": closing.skill,
        "practice": vault.seal(PRACTICE, key, closing.practice) if closing.practice else None,
        "draft": None,
        "closed_by": by_id,
        "closed_at": now,
        "revision": revision + 1,
    }
    unchanged = sessions.c.key == key, sessions.c.revision == revision
    return (await tx.execute(update(sessions).where(*unchanged).values(values))).rowcount == 1


async def keep_draft(tx: AsyncConnection, key: str, draft: str, vault: Vault) -> None:
    """Keep what a therapist typed while something in it could not be used."""
    await tx.execute(update(sessions).where(sessions.c.key == key).values(draft=vault.seal(DRAFT, key, draft)))


async def draft(tx: AsyncConnection, key: str, vault: Vault) -> str | None:
    """Return what a therapist typed and could not be used yet."""
    found: Sealed | None = (await tx.execute(select(sessions.c.draft).where(sessions.c.key == key))).scalar()
    return None if found is None else _opened(vault, DRAFT, key, found)


async def begin_step(
    tx: AsyncConnection, key: str, kind: StepKind, state: StepState, now: datetime, run_id: int | None = None
) -> bool:
    """Record a step; False if it has been recorded before."""
    values = {"session_key": key, "kind": kind.value, "state": state.value, "begun_at": now, "run_id": run_id}
    return (await tx.execute(upsert(tx, session_steps).values(values).on_conflict_do_nothing())).rowcount == 1


async def end_step(
    tx: AsyncConnection,
    key: str,
    kind: StepKind,
    state: StepState,
    now: datetime,
    *,
    problem: str | None = None,
    channel_id: int | None = None,
    message_id: int | None = None,
) -> bool:
    """End a waiting step; False if it has ended already."""
    waiting = (
        session_steps.c.session_key == key,
        session_steps.c.kind == kind.value,
        session_steps.c.state == StepState.WAITING,
    )
    ended = update(session_steps).where(*waiting).values(state=state.value, ended_at=now, problem=problem)
    return (await tx.execute(ended.values(channel_id=channel_id, message_id=message_id))).rowcount == 1


async def steps_of(tx: AsyncConnection, key: str) -> dict[StepKind, StepRun]:
    """Return what became of a session's steps so far."""
    rows = await tx.execute(select(session_steps).where(session_steps.c.session_key == key))
    return {StepKind(row["kind"]): _step(row) for row in rows.mappings()}


async def forget_steps(tx: AsyncConnection, key: str, kinds: Collection[StepKind]) -> None:
    """Let steps come again, for a session that was moved."""
    named = session_steps.c.kind.in_([kind.value for kind in kinds])
    await tx.execute(delete(session_steps).where(session_steps.c.session_key == key, named))


async def plans(tx: AsyncConnection) -> dict[str, str]:
    """Return for which times each group's sessions were planned."""
    return {row.group_key: row.made_for for row in await tx.execute(select(session_plans))}


async def note_plan(tx: AsyncConnection, group_key: str, made_for: str) -> None:
    """Note for which times a group's sessions are planned."""
    statement = upsert(tx, session_plans).values(group_key=group_key, made_for=made_for)
    await tx.execute(statement.on_conflict_do_update(index_elements=["group_key"], set_={"made_for": made_for}))


async def closed_by(tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
    """Return the sessions that a therapist closed, oldest first."""
    query = select(sessions).where(sessions.c.closed_by == whose.member_id, whose.within(sessions))
    return (await tx.execute(query.order_by(sessions.c.closed_at))).mappings().all()


async def forget_closer(tx: AsyncConnection, whose: Whose) -> None:
    """Forget that a therapist closed sessions."""
    mine = sessions.c.closed_by == whose.member_id, whose.within(sessions)
    await tx.execute(update(sessions).where(*mine).values(closed_by=None))


async def _one(tx: AsyncConnection, query: Select[Any], vault: Vault) -> Session | None:
    row = (await tx.execute(query)).mappings().first()
    return None if row is None else _session(row, vault)


def _session(row: RowMapping, vault: Vault) -> Session:
    return Session(
        key=row["key"],
        group_key=row["group_key"],
        slot=Slot(row["day"], row["starts_at"], row["ends_at"]),
        state=SessionState(row["state"]),
        planned_at=row["planned_at"],
        by_hand=row["by_hand"],
        theme=Theme(row["theme"]) if row["theme"] else None,
        skill=row["skill"],
        practice=_opened(vault, PRACTICE, row["key"], row["practice"]) if row["practice"] else None,
        closed_by=row["closed_by"],
        closed_at=row["closed_at"],
        revision=row["revision"],
    )


def _step(row: RowMapping) -> StepRun:
    return StepRun(
        session_key=row["session_key"],
        kind=StepKind(row["kind"]),
        state=StepState(row["state"]),
        problem=row["problem"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
        run_id=row["run_id"],
    )


def _opened(vault: Vault, place_: str, key: str, sealed: Sealed) -> str | None:
    try:
        return vault.open(place_, key, sealed)
    except CannotOpen:
        return None
