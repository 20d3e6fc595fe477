"""What privacy itself keeps of a person: how they want to be spoken to, their private threads, that they left."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import departures
from bot.privacy.contract import Holding, Whose, counted
from bot.privacy.preferences import preferences, private_threads


class PrivacyEraser:
    """Says, hands over and erases it. Without a choice of theirs nobody gets direct messages, so that is safe."""

    name = "privacy"

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count the choice and the threads; that somebody left is not worth a line, it goes by itself."""
        return [
            *counted("private_messages", len(await _choices(tx, whose))),
            *counted("private_threads", len(await _threads(tx, whose))),
        ]

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return the choice, the threads, and when everything goes because the person left."""
        left = await tx.execute(
            select(departures.departures).where(departures.departures.c.member_id == whose.member_id)
        )
        return {
            "direct_messages": [
                {"wanted": row.direct_messages, "chosen_at": row.changed_at.isoformat()}
                for row in await _choices(tx, whose)
            ],
            "private_threads": [
                {"group": row.group_key, "thread": str(row.thread_id), "made_at": row.made_at.isoformat()}
                for row in await _threads(tx, whose)
            ],
            "left": [{"server": str(row.server), "erased_at": row.erase_at.isoformat()} for row in left],
        }

    async def erase_member(self, tx: AsyncConnection, whose: Whose, _now: datetime) -> None:
        """Erase them; the threads themselves stay on Discord."""
        await tx.execute(delete(preferences).where(preferences.c.member_id == whose.member_id))
        await tx.execute(
            delete(private_threads).where(private_threads.c.member_id == whose.member_id, whose.within(private_threads))
        )
        if whose.groups is None:
            await departures.forget(tx, whose.member_id)


async def _choices(tx: AsyncConnection, whose: Whose) -> list[Any]:
    return list(await tx.execute(select(preferences).where(preferences.c.member_id == whose.member_id)))


async def _threads(tx: AsyncConnection, whose: Whose) -> list[Any]:
    query = select(private_threads).where(private_threads.c.member_id == whose.member_id)
    return list(await tx.execute(query.where(whose.within(private_threads)).order_by(private_threads.c.made_at)))
