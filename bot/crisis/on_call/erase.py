"""What the rota keeps of a therapist: it stays while they are one of the group, and goes when they are not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.crisis.alarm.store import confirmations, tests
from bot.crisis.on_call.store import changes, covers
from bot.groups.store import therapists
from bot.privacy.contract import Holding, Whose, counted

_NAMED = {
    changes: ("who", "instead_of", "made_by"),
    covers: ("asked_by", "taken_by"),
    tests: ("to_id", "answered_by"),
    confirmations: ("by_id",),
}
_STAYS = (tests, confirmations)
"""Tables whose rows stay without the name: the group's alarm stands on them."""


class OnCallEraser:
    """Says, hands over and erases what the rota keeps of a therapist; old entries go by themselves after 60 days."""

    name = "on_call"

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count the entries: those of groups whose therapist the person is stay."""
        bound = await _groups_of(tx, whose)
        rows = [row for table in _NAMED for row in await _rows(tx, table, whose)]
        staying = sum(row["group_key"] in bound for row in rows)
        return [
            *counted("on_call", len(rows) - staying),
            *counted("on_call_therapist", staying, "therapist"),
        ]

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return what was changed and asked, with the person's part in it; others are not named."""
        changed = [
            {
                "group": row["group_key"],
                "kind": row["kind"],
                "from": row["start"].isoformat(),
                "to": row["end"].isoformat(),
                "you_are": [name for name in _NAMED[changes] if row[name] == whose.member_id],
            }
            for row in await _rows(tx, changes, whose)
        ]
        asked = [
            {
                "group": row["group_key"],
                "from": row["start"].isoformat(),
                "to": row["end"].isoformat(),
                "you_are": [name for name in _NAMED[covers] if row[name] == whose.member_id],
            }
            for row in await _rows(tx, covers, whose)
        ]
        tested = [
            {"group": row["group_key"], "kind": row["kind"], "at": row["sent_at"].isoformat()}
            for row in await _rows(tx, tests, whose)
        ]
        confirmed = [
            {"group": row["group_key"], "point": row["point"], "at": row["at"].isoformat()}
            for row in await _rows(tx, confirmations, whose)
        ]
        return {
            "on_call_changes": changed,
            "on_call_covers": asked,
            "alarm_tests": tested,
            "alarm_confirmations": confirmed,
        }

    async def erase_member(self, tx: AsyncConnection, whose: Whose, _now: datetime) -> None:
        """Erase what groups keep whose therapist the person is no more: with the entry, or only the name in it."""
        bound = await _groups_of(tx, whose)
        for table, columns in _NAMED.items():
            theirs = whose.within(table), table.c.group_key.not_in(bound)
            if table not in _STAYS:
                await tx.execute(delete(table).where(table.c[columns[0]] == whose.member_id, *theirs))
            for column in columns:
                nobody = None if table.c[column].nullable else 0
                named = table.c[column] == whose.member_id
                await tx.execute(update(table).where(named, *theirs).values({column: nobody}))


async def _groups_of(tx: AsyncConnection, whose: Whose) -> Sequence[str]:
    query = select(therapists.c.group_key).where(therapists.c.user_id == whose.member_id)
    return (await tx.execute(query)).scalars().all()


async def _rows(tx: AsyncConnection, table: Table, whose: Whose) -> Sequence[RowMapping]:
    named: ColumnElement[bool] = or_(*(table.c[column] == whose.member_id for column in _NAMED[table]))
    return (
        (await tx.execute(select(table).where(named, whose.within(table)).order_by(*table.primary_key)))
        .mappings()
        .all()
    )
