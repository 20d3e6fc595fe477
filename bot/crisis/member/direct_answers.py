"""Every direct message to the bot is answered: that it is automatic, and where a person can be reached."""

from datetime import datetime, timedelta

from bot.crisis.cases.model import DIRECT_ANSWER
from bot.outbox import store as outbox_store
from bot.outbox.model import NewRow
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database

_WORTH = timedelta(hours=1)


class DirectAnswers:
    """Writes the answer to a direct message into the outbox, once for each message."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        outbox.declare(Kind(DIRECT_ANSWER, crisis=True))

    async def answer(self, to: int, message_id: int, group_key: str | None, now: datetime) -> None:
        """Answer a direct message in the words of the person's group (None: they are in no group)."""
        subject = f"message:{message_id}"
        async with self._database.write() as tx:
            if await outbox_store.results_of(tx, subject):
                return
            row = NewRow(DIRECT_ANSWER, subject, {"to": to}, group_key, expires_at=now + _WORTH)
            await self._outbox.add(tx, row, now)
        self._outbox.poke()
