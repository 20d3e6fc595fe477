"""What care for members keeps of a person, and how it goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis import confirmed_lines
from bot.privacy.contract import Holding, Whose, counted


class MemberCareEraser:
    """Says, hands over and erases it."""

    name = "member_care"

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count it."""
        return [*counted("lines_confirmed", len(await confirmed_lines.confirmed_by(tx, whose)))]

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return it as plain data."""
        confirmed = [
            {"group": row["group_key"], "country": row["country"], "at": row["confirmed_at"].isoformat()}
            for row in await confirmed_lines.confirmed_by(tx, whose)
        ]
        return {"lines_confirmed": confirmed}

    async def erase_member(self, tx: AsyncConnection, whose: Whose, _now: datetime) -> None:
        """Erase it; that the lines were checked stays for the group, without a name."""
        await confirmed_lines.forget_who(tx, whose)
