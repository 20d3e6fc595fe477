"""All SQL of the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, Index, Integer, RowMapping, String, Table, case, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox.model import NewRow, Receipt, Row, RowState
from bot.outbox.policy import LEASE
from bot.storage.schema import RowId, Snowflake, kept, metadata
from bot.storage.types import Json, Moment

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("nonce", String(25), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("ref", Json, nullable=False),
    Column("group_key", String(40)),
    Column("state", String(12), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("lease_by", String(32)),
    Column("lease_until", Moment),
    Column("uncertain_since", Moment),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("problem", String(60)),
    Column("channel_id", Snowflake),
    Column("message_id", Snowflake),
    Column("note", String(20)),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    Index("ix_outbox_subject", "subject"),
    info=kept(eraser="outbox", retention="30 days after its end"),
)


async def add(tx: AsyncConnection, row: NewRow, now: datetime) -> int:
    """Write a row in the caller's transaction and return its id."""
    result = await tx.execute(
        insert(outbox)
        .values(
            nonce=row.nonce,
            kind=row.kind,
            subject=row.subject,
            ref=dict(row.ref),
            group_key=row.group_key,
            state=RowState.WAITING.value,
            due_at=row.due_at or now,
            expires_at=row.expires_at,
            attempts=0,
            created_at=now,
        )
        .returning(outbox.c.id)
    )
    row_id: int = result.scalar_one()
    return row_id


async def lease(
    tx: AsyncConnection, kinds: Collection[str], owner: str, limit: int, now: datetime, first: Collection[str] = ()
) -> list[Row]:
    """Take up to `limit` due rows of these kinds; a row whose earlier lease ran out is marked as uncertain."""
    free = outbox.c.state == RowState.WAITING.value
    left_behind = (outbox.c.state == RowState.LEASED.value) & (outbox.c.lease_until <= now)
    due = (
        select(outbox.c.id, outbox.c.state, outbox.c.uncertain_since, outbox.c.lease_until)
        .where(outbox.c.kind.in_(kinds), outbox.c.due_at <= now, or_(free, left_behind))
        .order_by(case((outbox.c.kind.in_(first), 0), else_=1), outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows: list[Row] = []
    for found in (await tx.execute(due)).mappings().all():
        uncertain = found["uncertain_since"]
        if uncertain is None and found["state"] == RowState.LEASED.value:
            uncertain = found["lease_until"] - LEASE
        taken = await tx.execute(
            update(outbox)
            .where(outbox.c.id == found["id"])
            .values(
                state=RowState.LEASED.value,
                lease_by=owner,
                lease_until=now + LEASE,
                attempts=outbox.c.attempts + 1,
                uncertain_since=uncertain,
            )
            .returning(outbox)
        )
        rows.append(_row(taken.mappings().one()))
    return rows


async def expire(tx: AsyncConnection, kinds: Collection[str], now: datetime) -> list[Row]:
    """End the rows that are no longer worth sending, and return them."""
    result = await tx.execute(
        update(outbox)
        .where(
            outbox.c.kind.in_(kinds),
            outbox.c.expires_at <= now,
            or_(
                outbox.c.state == RowState.WAITING.value,
                (outbox.c.state == RowState.LEASED.value) & (outbox.c.lease_until <= now),
            ),
        )
        .values(state=RowState.FAILED.value, problem="too late", finished_at=now)
        .returning(outbox)
    )
    return [_row(row) for row in result.mappings()]


async def finish(
    tx: AsyncConnection,
    row: Row,
    owner: str,
    state: RowState,
    now: datetime,
    *,
    receipt: Receipt | None = None,
    problem: str | None = None,
) -> bool:
    """End a row that `owner` leased; False if the lease was lost meanwhile and another has ended it."""
    receipt = receipt or Receipt()
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.id == row.id, outbox.c.state == RowState.LEASED.value, outbox.c.lease_by == owner)
        .values(
            state=state.value,
            finished_at=now,
            problem=problem,
            channel_id=receipt.channel_id,
            message_id=receipt.message_id,
            note=receipt.note,
        )
    )
    return result.rowcount == 1


async def put_back(
    tx: AsyncConnection, row: Row, owner: str, due_at: datetime, problem: str, *, uncertain_since: datetime | None
) -> None:
    """Let a row wait for its next try."""
    await tx.execute(
        update(outbox)
        .where(outbox.c.id == row.id, outbox.c.state == RowState.LEASED.value, outbox.c.lease_by == owner)
        .values(state=RowState.WAITING.value, due_at=due_at, problem=problem, uncertain_since=uncertain_since)
    )


async def holders(tx: AsyncConnection) -> set[int]:
    """Return the numbers of the processes that hold leases."""
    held = select(outbox.c.lease_by).where(outbox.c.state == RowState.LEASED.value).distinct()
    return {int(number) for number in (await tx.execute(held)).scalars()}


async def release(tx: AsyncConnection, owners: Collection[int], now: datetime) -> int:
    """Free the leases of processes that do not live any more; their rows are due at once, and uncertain."""
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.state == RowState.LEASED.value, outbox.c.lease_by.in_([str(owner) for owner in owners]))
        .values(
            state=RowState.WAITING.value,
            due_at=now,
            uncertain_since=outbox.c.created_at,
        )
    )
    return result.rowcount


async def supersede(tx: AsyncConnection, subject: str, kinds: Collection[str], now: datetime) -> int:
    """End every unsent row of a subject that nobody needs any more; one that is being sent is left to its sender."""
    result = await tx.execute(
        update(outbox)
        .where(outbox.c.subject == subject, outbox.c.kind.in_(kinds), outbox.c.state == RowState.WAITING.value)
        .values(state=RowState.SUPERSEDED.value, finished_at=now)
    )
    return result.rowcount


async def results_of(tx: AsyncConnection, subject: str) -> Sequence[RowMapping]:
    """Return what became of every row of a subject, oldest first."""
    result = await tx.execute(select(outbox).where(outbox.c.subject == subject).order_by(outbox.c.id))
    return result.mappings().all()


async def forget_before(tx: AsyncConnection, moment: datetime) -> int:
    """Delete the rows that ended before `moment`."""
    result = await tx.execute(outbox.delete().where(outbox.c.finished_at < moment))
    return result.rowcount


def _row(found: RowMapping) -> Row:
    return Row(
        id=found["id"],
        kind=found["kind"],
        subject=found["subject"],
        ref=found["ref"],
        group_key=found["group_key"],
        nonce=found["nonce"],
        attempts=found["attempts"],
        created_at=found["created_at"],
        uncertain_since=found["uncertain_since"],
    )
