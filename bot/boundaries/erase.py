"""What boundaries keep of a person: for a day, that they were written a note."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.boundaries import store
from bot.privacy.contract import Holding, Whose, counted


class BoundariesEraser:
    """Says, hands over and erases what boundaries keep; it belongs to no group, so it goes with any of them."""

    name = "boundaries"

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count the notes."""
        return counted("notes", len(await store.of_member(tx, whose.member_id)))

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return what the notes were about, and when they were written."""
        notes = await store.of_member(tx, whose.member_id)
        return {"notes": [{"about": note["detail"], "at": note["written_at"].isoformat()} for note in notes]}

    async def erase_member(self, tx: AsyncConnection, whose: Whose, _now: datetime) -> None:
        """Forget them."""
        await store.erase(tx, whose.member_id)
