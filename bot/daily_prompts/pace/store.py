"""All SQL of members' pace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, ForeignKey, Integer, RowMapping, String, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.answers.store import answers, marks
from bot.daily_prompts.model import RunState
from bot.daily_prompts.pace.model import Hours, Pace, Quiet
from bot.daily_prompts.store import runs
from bot.privacy.contract import Whose
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

paces = Table(
    "prompt_pace",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("member_id", Snowflake, primary_key=True, index=True),
    Column("direct", Boolean, nullable=False),
    Column("zone", String(60)),
    Column("at", String(5)),
    Column("quiet_since", String(5)),
    Column("quiet_until", String(5)),
    Column("away_until", Moment),
    Column("left", Boolean, nullable=False),
    Column("silent_since", Moment),
    Column("next_at", Moment, index=True),
    Column("last_run_id", Integer),
    info=kept(eraser="daily_prompts", retention="until the member changes or erases it"),
)


async def get(tx: AsyncConnection, group_key: str, member_id: int, *, hold: bool = False) -> Pace:
    """Return a member's pace; one that they have never chosen is the quietest there is."""
    query = select(paces).where(paces.c.group_key == group_key, paces.c.member_id == member_id)
    row = (await tx.execute(query.with_for_update() if hold else query)).mappings().first()
    return Pace(group_key, member_id) if row is None else _pace(row)


async def put(tx: AsyncConnection, pace: Pace) -> None:
    """Write a member's pace, new or changed."""
    values = _values(pace)
    statement = upsert(tx, paces).values(group_key=pace.group_key, member_id=pace.member_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["group_key", "member_id"], set_=values))


async def due(tx: AsyncConnection, now: datetime, limit: int) -> list[Pace]:
    """Return paces whose hour has come and hold them for this transaction; another process passes over them."""
    query = select(paces).where(paces.c.next_at <= now).order_by(paces.c.next_at).limit(limit)
    return [_pace(row) for row in (await tx.execute(query.with_for_update(skip_locked=True))).mappings()]


async def unmet_runs(tx: AsyncConnection, pace: Pace, since: datetime) -> list[int]:
    """Return the runs posted since a moment that neither came to this member yet nor were answered or read by them."""
    answered = select(answers.c.run_id).where(answers.c.member_id == pace.member_id)
    marked = select(marks.c.run_id).where(marks.c.member_id == pace.member_id)
    query = (
        select(runs.c.id)
        .where(
            runs.c.group_key == pace.group_key,
            runs.c.state == RunState.POSTED.value,
            runs.c.ended_at > since,
            runs.c.id > (pace.last_run_id or 0),
            runs.c.id.not_in(answered),
            runs.c.id.not_in(marked),
        )
        .order_by(runs.c.id)
    )
    return list((await tx.execute(query)).scalars())


async def fall_silent(tx: AsyncConnection, group_key: str, member_id: int, now: datetime) -> None:
    """Stop sending to somebody whose direct messages are closed, and remember to tell them."""
    found = paces.c.group_key == group_key, paces.c.member_id == member_id, paces.c.direct
    await tx.execute(update(paces).where(*found).values(direct=False, next_at=None, silent_since=now))


async def speak_again(tx: AsyncConnection, member_id: int) -> bool:
    """Forget that somebody has to be told; False if there is nothing to tell."""
    found = paces.c.member_id == member_id, paces.c.silent_since.is_not(None)
    return (await tx.execute(update(paces).where(*found).values(silent_since=None))).rowcount > 0


async def of_member(tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
    """Return everything that a member has chosen."""
    query = select(paces).where(paces.c.member_id == whose.member_id, whose.within(paces))
    return (await tx.execute(query.order_by(paces.c.group_key))).mappings().all()


async def forget(tx: AsyncConnection, whose: Whose) -> None:
    """Erase what a member has chosen."""
    await tx.execute(delete(paces).where(paces.c.member_id == whose.member_id, whose.within(paces)))


def _values(pace: Pace) -> dict[str, Any]:
    hours = pace.hours
    quiet = hours.quiet if hours else None
    return {
        "direct": pace.direct,
        "zone": hours.zone.key if hours else None,
        "at": f"{hours.at:%H:%M}" if hours else None,
        "quiet_since": f"{quiet.since:%H:%M}" if quiet else None,
        "quiet_until": f"{quiet.until:%H:%M}" if quiet else None,
        "away_until": pace.away_until,
        "left": pace.left,
        "silent_since": pace.silent_since,
        "next_at": pace.next_at,
        "last_run_id": pace.last_run_id,
    }


def _pace(row: RowMapping) -> Pace:
    pace = Pace(
        row["group_key"],
        row["member_id"],
        direct=row["direct"],
        away_until=row["away_until"],
        left=row["left"],
        silent_since=row["silent_since"],
        next_at=row["next_at"],
        last_run_id=row["last_run_id"],
    )
    if row["zone"] is None:
        return pace
    quiet = None
    if row["quiet_since"] is not None:
        quiet = Quiet(time.fromisoformat(row["quiet_since"]), time.fromisoformat(row["quiet_until"]))
    return replace(pace, hours=Hours(ZoneInfo(row["zone"]), time.fromisoformat(row["at"]), quiet))
