"""The SQL that moves a case from one state to the next, by compare-and-set: who comes second changes nothing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, func, literal, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.crisis.cases.model import Case, CaseState
from bot.crisis.cases.policy import NextPage
from bot.crisis.cases.store import as_case, cases
from bot.storage.types import Moment

NOT_CLOSED = (CaseState.OPEN, CaseState.ACKNOWLEDGED, CaseState.CONTACTED)


async def move(tx: AsyncConnection, case_id: int, before: Collection[CaseState], **values: object) -> Case | None:
    """Move a case on if it is in one of the states `before`; None if it is not (any more)."""
    states = [state.value for state in before]
    statement = update(cases).where(cases.c.id == case_id, cases.c.state.in_(states)).values(values).returning(cases)
    row = (await tx.execute(statement)).mappings().first()
    return None if row is None else as_case(row)


async def acknowledge(
    tx: AsyncConnection, case_id: int, by_id: int, runs_out_at: datetime | None, now: datetime
) -> Case | None:
    """Give an open case to the presser until it runs out (None: it does not); None if it is not open any more."""
    return await move(
        tx,
        case_id,
        [CaseState.OPEN],
        state=CaseState.ACKNOWLEDGED.value,
        acknowledged_by=by_id,
        acknowledged_at=now,
        next_page_at=runs_out_at,
        seen_at=_first(cases.c.seen_at, now),
    )


async def contacted(tx: AsyncConnection, case_id: int, by_id: int, now: datetime) -> Case | None:
    """Record contact; whoever makes it has seen the case. None if it was recorded before, or the case is closed."""
    return await move(
        tx,
        case_id,
        [CaseState.OPEN, CaseState.ACKNOWLEDGED],
        state=CaseState.CONTACTED.value,
        contacted_by=by_id,
        contacted_at=now,
        acknowledged_by=func.coalesce(cases.c.acknowledged_by, by_id),
        acknowledged_at=_first(cases.c.acknowledged_at, now),
        seen_at=_first(cases.c.seen_at, now),
        next_page_at=None,
    )


async def run_out(tx: AsyncConnection, case: Case, page: NextPage) -> Case | None:
    """Let an acknowledgement run out, if it is still the one that was read; else None."""
    result = await tx.execute(
        update(cases)
        .where(
            cases.c.id == case.id,
            cases.c.state == CaseState.ACKNOWLEDGED.value,
            cases.c.next_page_at == case.next_page_at,
        )
        .values(**_waiting_again(page))
        .returning(cases)
    )
    row = result.mappings().first()
    return None if row is None else as_case(row)


async def hand_over(tx: AsyncConnection, case_id: int, page: NextPage) -> Case | None:
    """Make a case wait for its receiver; None if it is closed."""
    return await move(tx, case_id, NOT_CLOSED, **_waiting_again(page))


async def close(tx: AsyncConnection, case_id: int, before: CaseState, by_id: int, now: datetime) -> Case | None:
    """Close a case that still is in the state in which it was read; else None."""
    return await move(
        tx,
        case_id,
        [before],
        state=CaseState.CLOSED.value,
        closed_by=by_id,
        closed_at=now,
        acknowledged_by=func.coalesce(cases.c.acknowledged_by, by_id),
        acknowledged_at=_first(cases.c.acknowledged_at, now),
        seen_at=_first(cases.c.seen_at, now),
        next_page_at=None,
    )


def _first(column: Column[Any], now: datetime) -> ColumnElement[Any]:
    """Keep the moment that a column holds, else take this one."""
    return func.coalesce(column, literal(now, Moment()))


def _waiting_again(page: NextPage) -> dict[str, object]:
    """Return the values of a case that waits again for the same alarm; that somebody has seen it stays true."""
    return {
        "state": CaseState.OPEN.value,
        "step": page.step,
        "round": page.round,
        "next_page_at": page.then_at,
        "acknowledged_by": None,
        "acknowledged_at": None,
        "contacted_by": None,
        "contacted_at": None,
    }
