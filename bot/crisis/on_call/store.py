"""All SQL of the rota's changes and of requests to be relieved."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Column, ForeignKey, Index, RowMapping, String, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.on_call import policy
from bot.crisis.on_call.model import Change, ChangeKind, CoverRequest, Whom
from bot.groups.model import Group
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Moment

KEPT = timedelta(days=60)

changes = Table(
    "on_call_changes",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("who", Snowflake, nullable=False),
    Column("instead_of", Snowflake),
    Column("start", Moment, nullable=False),
    Column("end", Moment, nullable=False),
    Column("made_by", Snowflake, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("ix_on_call_changes_group_key_end", "group_key", "end"),
    info=kept(eraser="on_call", retention="60 days after it is over"),
)

covers = Table(
    "on_call_covers",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False, index=True),
    Column("asked_by", Snowflake, nullable=False),
    Column("start", Moment, nullable=False),
    Column("end", Moment, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("taken_by", Snowflake),
    Column("taken_at", Moment),
    info=kept(eraser="on_call", retention="60 days after it is over"),
)


async def whom(tx: AsyncConnection, group: Group, step: int, now: datetime) -> Whom:
    """Say whom a step of the chain reaches now, with every change of the rota that is known by now."""
    on_call = policy.on_call_at(group, await changes_of(tx, group.key, now), now) if policy.uses_rota(group) else None
    return policy.whom(group, step, on_call, now)


async def changes_of(tx: AsyncConnection, group_key: str, since: datetime) -> list[Change]:
    """Return the changes that still hold at a moment or later, in the order in which they were made."""
    query = select(changes).where(changes.c.group_key == group_key, changes.c.end > since).order_by(changes.c.id)
    return [_change(row) for row in (await tx.execute(query)).mappings()]


async def add(tx: AsyncConnection, group_key: str, change: Change, now: datetime) -> None:
    """Write a change."""
    await tx.execute(
        insert(changes).values(
            group_key=group_key,
            kind=change.kind.value,
            who=change.who,
            instead_of=change.instead_of,
            start=change.start,
            end=change.end,
            made_by=change.made_by,
            made_at=now,
        )
    )


async def ask(
    tx: AsyncConnection, group_key: str, asked_by: int, start: datetime, end: datetime, now: datetime
) -> CoverRequest:
    """Write that somebody asks to be relieved."""
    values = {"group_key": group_key, "asked_by": asked_by, "start": start, "end": end, "asked_at": now}
    made = await tx.execute(insert(covers).values(values).returning(covers))
    return _request(made.mappings().one())


async def request(tx: AsyncConnection, request_id: int) -> CoverRequest | None:
    """Return one request."""
    row = (await tx.execute(select(covers).where(covers.c.id == request_id))).mappings().first()
    return None if row is None else _request(row)


async def take(tx: AsyncConnection, request_id: int, by: int, now: datetime) -> CoverRequest | None:
    """Give a request to the presser; None if somebody was first, or its time is over."""
    taken = await tx.execute(
        update(covers)
        .where(covers.c.id == request_id, covers.c.taken_by.is_(None), covers.c.end > now)
        .values(taken_by=by, taken_at=now)
        .returning(covers)
    )
    row = taken.mappings().first()
    return None if row is None else _request(row)


async def waiting_requests(tx: AsyncConnection, group_key: str, now: datetime) -> Sequence[CoverRequest]:
    """Return the requests that nobody has taken and whose time is not over."""
    query = select(covers).where(covers.c.group_key == group_key, covers.c.taken_by.is_(None), covers.c.end > now)
    return [_request(row) for row in (await tx.execute(query.order_by(covers.c.id))).mappings()]


async def forget_before(tx: AsyncConnection, moment: datetime) -> int:
    """Delete what was over before a moment."""
    gone = [await tx.execute(delete(table).where(table.c.end < moment)) for table in (changes, covers)]
    return sum(result.rowcount for result in gone)


def _change(row: RowMapping) -> Change:
    return Change(
        kind=ChangeKind(row["kind"]),
        who=row["who"],
        start=row["start"],
        end=row["end"],
        instead_of=row["instead_of"],
        made_by=row["made_by"],
        id=row["id"],
    )


def _request(row: RowMapping) -> CoverRequest:
    return CoverRequest(
        id=row["id"],
        group_key=row["group_key"],
        asked_by=row["asked_by"],
        start=row["start"],
        end=row["end"],
        asked_at=row["asked_at"],
        taken_by=row["taken_by"],
        taken_at=row["taken_at"],
    )
