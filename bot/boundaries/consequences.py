"""What may follow from findings: a private note, or, for a dry run, only a record that it would have followed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.boundaries import policy, store
from bot.boundaries.model import NOTE, Detail, Occasion
from bot.outbox.model import NewRow, RetryPlan
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database

_WORTH = timedelta(hours=1)


class Consequence(Protocol):
    """What follows from findings in a message."""

    async def follow(self, occasion: Occasion, details: Sequence[Detail], now: datetime) -> bool:
        """Do it; False if nothing had to follow."""
        ...


class PrivateNote:
    """Writes a note to the author, at most one a day for each kind; nobody else learns of it, nothing is deleted."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        outbox.declare(Kind(NOTE, retries=RetryPlan(tries=5)))

    async def follow(self, occasion: Occasion, details: Sequence[Detail], now: datetime) -> bool:
        """Write one note about those kinds of which none was written within a day."""
        async with self._database.write() as tx:
            member, before = occasion.member_id, now - policy.QUIET
            due = [detail for detail in details if await store.claim(tx, member, detail, before, now)]
            if not due:
                return False
            ref = {
                "member": member,
                "details": [detail.value for detail in due],
                "channel": occasion.channel_id,
                "message": occasion.message_id,
            }
            subject = f"message:{occasion.message_id}"
            await self._outbox.add(tx, NewRow(NOTE, subject, ref, occasion.group_key, expires_at=now + _WORTH), now)
        self._outbox.poke()
        return True


class DryRun:
    """Stands in for a consequence and keeps in memory what it would have done; it writes to nobody."""

    def __init__(self) -> None:
        self.followed: list[tuple[Occasion, tuple[Detail, ...]]] = []

    async def follow(self, occasion: Occasion, details: Sequence[Detail], _now: datetime) -> bool:
        """Note it."""
        self.followed.append((occasion, tuple(details)))
        return True
