"""What the outbox keeps of a person: that something was sent to them, or about them. Never what."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Text, delete, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox.store import outbox
from bot.privacy.contract import Holding, Whose, counted

_PEOPLE = ("member", "to")
"""The places of a row's `ref` that hold a person's id."""


class OutboxEraser:
    """Says, hands over and erases the rows that name a person, but for kinds whose feature does it itself."""

    name = "outbox"

    def __init__(self, left_to_others: Collection[str]) -> None:
        self._left_to_others = tuple(left_to_others)

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count the rows."""
        return counted("sendings", len(await self._rows(tx, whose)))

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return what kind of thing was sent, when, and how it ended."""
        rows = await self._rows(tx, whose)
        return {
            "sendings": [
                {
                    "kind": row["kind"],
                    "group": row["group_key"],
                    "written_at": row["created_at"].isoformat(),
                    "state": row["state"],
                }
                for row in rows
            ]
        }

    async def erase_member(self, tx: AsyncConnection, whose: Whose, _now: datetime) -> None:
        """Erase them; what was not sent yet is not sent."""
        rows = await self._rows(tx, whose)
        await tx.execute(delete(outbox).where(outbox.c.id.in_([row["id"] for row in rows])))

    async def _rows(self, tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
        return await rows_about(tx, whose, but=self._left_to_others)


async def rows_about(
    tx: AsyncConnection, whose: Whose, *, only: Collection[str] | None = None, but: Collection[str] = ()
) -> Sequence[RowMapping]:
    """Return the rows that name a person, oldest first; `only` and `but` choose among the kinds."""
    named = type_coerce(outbox.c.ref, Text).contains(str(whose.member_id))
    query = select(outbox).where(named, outbox.c.kind.not_in(tuple(but)), whose.within(outbox)).order_by(outbox.c.id)
    if only is not None:
        query = query.where(outbox.c.kind.in_(tuple(only)))
    rows = (await tx.execute(query)).mappings().all()
    return [row for row in rows if whose.member_id in (row["ref"].get(place) for place in _PEOPLE)]
