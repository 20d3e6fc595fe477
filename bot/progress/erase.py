"""What progress keeps of a person: their wins, and that they cheered for others'."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy.contract import Holding, Whose, counted
from bot.progress import store
from bot.progress.service import Wins
from bot.storage.vault import Vault


class ProgressEraser:
    """Says, hands over and erases what progress keeps."""

    name = "progress"

    def __init__(self, wins: Wins, vault: Vault) -> None:
        self._wins = wins
        self._vault = vault

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count wins and cheers."""
        return [
            *counted("wins", await store.count_of_member(tx, whose)),
            *counted("cheers", len(await store.cheers_by(tx, whose))),
        ]

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return the wins in their author's words, and when they cheered for somebody."""
        wins = await store.of_member(tx, whose, self._vault, limit=None)
        cheers = await store.cheers_by(tx, whose)
        return {
            "wins": [
                {
                    "group": win.group_key,
                    "shared_at": win.shared_at.isoformat(),
                    "seen_by": win.audience.value,
                    "text": win.text,
                }
                for win in wins
            ],
            "cheers": [{"group": cheer["group_key"], "at": cheer["at"].isoformat()} for cheer in cheers],
        }

    async def erase_member(self, tx: AsyncConnection, whose: Whose, now: datetime) -> None:
        """Erase both; cards leave the circle, and the counts on others' cards go down."""
        for win in await store.of_member(tx, whose, self._vault, limit=None):
            await self._wins.erase(tx, win, now)
        for cheer in await store.cheers_by(tx, whose):
            await store.remove_cheer(tx, cheer["win_key"], whose.member_id)
            await self._wins.refresh_card(tx, cheer["win_key"], cheer["group_key"], now)
