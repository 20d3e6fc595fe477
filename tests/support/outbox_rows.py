"""What waits in an outbox, for tests that ask whether anything does."""

from collections import Counter

from sqlalchemy import select

from bot.outbox.model import RowState
from bot.outbox.store import outbox


async def open_counts(tx):
    """Count the rows that are not finished, by kind."""
    query = select(outbox.c.kind).where(outbox.c.state.in_([RowState.WAITING.value, RowState.LEASED.value]))
    return Counter((await tx.execute(query)).scalars())
