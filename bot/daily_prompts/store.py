"""All SQL of daily prompts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Integer, RowMapping, String, Table, UniqueConstraint, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.model import DAILY, Posted, Run, RunState, Turn
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Json, Moment
from bot.storage.upsert import upsert

schedules = Table(
    "prompt_schedules",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("made_for", String(120), nullable=False),
    Column("next_run_at", Moment, index=True),
    Column("next_day", Date),
    Column("next_place", Integer),
    Column("low_queue_told_at", Moment),
    Column("low_library_told_at", Moment),
    info=kept(eraser="daily_prompts", retention="as long as the group exists"),
)

runs = Table(
    "prompt_runs",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("place", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", String(12), nullable=False),
    Column("prompt_id", String(40)),
    Column("reasons", Json, nullable=False),
    Column("problem", String(60)),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("ended_at", Moment),
    UniqueConstraint("group_key", "kind", "day", "place"),
    info=kept(eraser="daily_prompts", retention="as long as the group exists; it names no person"),
)


@dataclass(frozen=True, slots=True)
class Timer:
    """A group's stored timer: what it was made for, and when it fires next."""

    group_key: str
    made_for: str
    next: Turn | None


async def timers(tx: AsyncConnection) -> dict[str, Timer]:
    """Return every stored timer by its group."""
    return {row["group_key"]: _timer(row) for row in (await tx.execute(select(schedules))).mappings()}


async def due_timers(tx: AsyncConnection, now: datetime, limit: int) -> list[Timer]:
    """Return timers that are due and hold them for this transaction; another process passes over them."""
    query = (
        select(schedules)
        .where(schedules.c.next_run_at <= now)
        .order_by(schedules.c.next_run_at, schedules.c.group_key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_timer(row) for row in (await tx.execute(query)).mappings()]


async def set_timer(tx: AsyncConnection, timer: Timer) -> None:
    """Write a timer, new or changed."""
    values = {
        "made_for": timer.made_for,
        "next_run_at": timer.next.at if timer.next else None,
        "next_day": timer.next.day if timer.next else None,
        "next_place": timer.next.place if timer.next else None,
    }
    statement = upsert(tx, schedules).values(group_key=timer.group_key, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["group_key"], set_=values))


async def low_told_at(tx: AsyncConnection, group_key: str, about: str) -> datetime | None:
    """Return when a group's therapists were last told that its queue or its library runs low."""
    told = schedules.c[f"low_{about}_told_at"]
    found: datetime | None = (await tx.execute(select(told).where(schedules.c.group_key == group_key))).scalar()
    return found


async def note_low_told(tx: AsyncConnection, group_key: str, about: str, now: datetime) -> None:
    """Note that they were told."""
    values = {f"low_{about}_told_at": now}
    await tx.execute(update(schedules).where(schedules.c.group_key == group_key).values(values))


async def begin_run(
    tx: AsyncConnection,
    group_key: str,
    turn: Turn,
    state: RunState,
    *,
    kind: str = DAILY,
    prompt_id: str | None = None,
    reasons: Sequence[Mapping[str, Any]] = (),
) -> int | None:
    """Record a group's run of a local day; None if that day has had its run."""
    values = {
        "group_key": group_key,
        "kind": kind,
        "day": turn.day,
        "place": turn.place,
        "due_at": turn.at,
        "state": state.value,
        "prompt_id": prompt_id,
        "reasons": list(reasons),
    }
    statement = upsert(tx, runs).values(values).on_conflict_do_nothing().returning(runs.c.id)
    found: int | None = (await tx.execute(statement)).scalar()
    return found


async def run(tx: AsyncConnection, run_id: int) -> Run | None:
    """Return one run."""
    row = (await tx.execute(select(runs).where(runs.c.id == run_id))).mappings().first()
    return None if row is None else _run(row)


async def end_run(
    tx: AsyncConnection,
    run_id: int,
    state: RunState,
    now: datetime,
    *,
    problem: str | None = None,
    channel_id: int | None = None,
    message_id: int | None = None,
) -> bool:
    """End a waiting run; False if it has ended already."""
    result = await tx.execute(
        update(runs)
        .where(runs.c.id == run_id, runs.c.state == RunState.WAITING.value)
        .values(state=state.value, ended_at=now, problem=problem, channel_id=channel_id, message_id=message_id)
    )
    return result.rowcount == 1


async def change_prompt(tx: AsyncConnection, run_id: int, prompt_id: str, reasons: Sequence[Mapping[str, Any]]) -> None:
    """Give a waiting run another prompt."""
    await tx.execute(
        update(runs)
        .where(runs.c.id == run_id, runs.c.state == RunState.WAITING.value)
        .values(prompt_id=prompt_id, reasons=list(reasons))
    )


async def history(tx: AsyncConnection, group_key: str) -> list[Posted]:
    """Return what a group has had or is about to have, oldest first; what was missed does not count."""
    query = (
        select(runs.c.prompt_id, runs.c.day)
        .where(
            runs.c.group_key == group_key,
            runs.c.kind == DAILY,
            runs.c.prompt_id.is_not(None),
            runs.c.state.in_([RunState.WAITING.value, RunState.POSTED.value]),
        )
        .order_by(runs.c.day, runs.c.place, runs.c.id)
    )
    return [Posted(row.prompt_id, row.day) for row in await tx.execute(query)]


async def runs_of(tx: AsyncConnection, group_key: str, limit: int = 30) -> list[Run]:
    """Return a group's latest runs of daily prompts, the newest first."""
    query = (
        select(runs)
        .where(runs.c.group_key == group_key, runs.c.kind == DAILY)
        .order_by(runs.c.day.desc(), runs.c.place.desc(), runs.c.id.desc())
        .limit(limit)
    )
    return [_run(row) for row in (await tx.execute(query)).mappings()]


def _timer(row: RowMapping) -> Timer:
    day: date | None = row["next_day"]
    turn = None if day is None else Turn(row["next_run_at"], day, row["next_place"])
    return Timer(row["group_key"], row["made_for"], turn)


def _run(row: RowMapping) -> Run:
    return Run(
        id=row["id"],
        group_key=row["group_key"],
        kind=row["kind"],
        turn=Turn(row["due_at"], row["day"], row["place"]),
        state=RunState(row["state"]),
        prompt_id=row["prompt_id"],
        reasons=tuple(row["reasons"]),
        problem=row["problem"],
        channel_id=row["channel_id"],
        message_id=row["message_id"],
    )
