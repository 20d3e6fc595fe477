"""Short notices of the bot's own to a group's therapists, sent through the outbox like everything that matters."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases.model import NOTICE
from bot.groups.model import Group
from bot.outbox.model import NewRow, RetryPlan
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database

_WORTH = timedelta(hours=12)


class Notices:
    """Writes notices: a text's name from `prompts/` and its places, for the care channel of a group."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        outbox.declare(Kind(NOTICE, crisis=True, retries=RetryPlan(tries=10)))

    async def tell(self, group: Group, text: str, now: datetime, places: Mapping[str, str] | None = None) -> None:
        """Tell a group's therapists something, without a mention; `text` is "crisis.notice.<name>"."""
        async with self._database.write() as tx:
            await self.add(tx, group, text, now, places)
        self._outbox.poke()

    async def add(
        self, tx: AsyncConnection, group: Group, text: str, now: datetime, places: Mapping[str, str] | None = None
    ) -> None:
        """Write a notice in the caller's transaction."""
        ref = {"text": text, "places": dict(places or {})}
        row = NewRow(NOTICE, f"notice:{text}"[:60], ref, group.key, expires_at=now + _WORTH)
        await self._outbox.add(tx, row, now)
