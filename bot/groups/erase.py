"""What groups keep of a person: that they are a therapist of one. It stays while they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.groups.store import therapists
from bot.privacy.contract import Holding, Whose, counted


class GroupsEraser:
    """Says and hands over what groups keep; an import takes a therapist out, an erase does not."""

    name = "groups"

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count the groups that the person looks after."""
        return counted("therapist_of", len(await _groups_of(tx, whose)), "therapist")

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return their short keys."""
        return {"therapist_of": list(await _groups_of(tx, whose))}

    async def erase_member(self, _tx: AsyncConnection, _whose: Whose, _now: datetime) -> None:
        """Leave it: a group without its therapist would page nobody."""


async def _groups_of(tx: AsyncConnection, whose: Whose) -> Sequence[str]:
    query = select(therapists.c.group_key).where(therapists.c.user_id == whose.member_id, whose.within(therapists))
    return (await tx.execute(query.order_by(therapists.c.group_key))).scalars().all()
