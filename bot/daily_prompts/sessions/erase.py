"""What sessions keep of a person: what they brought, how their practice went, and which sessions they closed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.sessions import handed_store, store
from bot.daily_prompts.sessions.handing import Handing
from bot.privacy.contract import Holding, Whose, counted
from bot.storage.vault import Vault


class SessionsEraser:
    """Says, hands over and erases what sessions keep; what a therapist set for the week stays, without their name."""

    name = "sessions"

    def __init__(self, handing: Handing, vault: Vault) -> None:
        self._handing = handing
        self._vault = vault

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count what was brought, practised and closed."""
        return [
            *counted("session_brings", len(await handed_store.brought_of(tx, whose, self._vault))),
            *counted("session_practice", len(await handed_store.tried_of(tx, whose))),
            *counted("sessions_closed", len(await store.closed_by(tx, whose))),
        ]

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return all of it, in the member's own words."""
        return {
            "session_brings": [
                {
                    "group": brought.group_key,
                    "written_at": brought.written_at.isoformat(),
                    "seen_by": brought.reader.value,
                    "text": brought.text,
                }
                for brought in await handed_store.brought_of(tx, whose, self._vault)
            ],
            "session_practice": [
                {
                    "group": row["group_key"],
                    "at": row["at"].isoformat(),
                    "how_it_went": row["tried"],
                    "with_my_name": row["named"],
                }
                for row in await handed_store.tried_of(tx, whose)
            ],
            "sessions_closed": [
                {"group": row["group_key"], "at": row["closed_at"].isoformat()}
                for row in await store.closed_by(tx, whose)
            ],
        }

    async def erase_member(self, tx: AsyncConnection, whose: Whose, now: datetime) -> None:
        """Erase it; what is shown in the care channel is taken away."""
        await self._handing.erase_all(tx, whose, now)
        await store.forget_closer(tx, whose)
