"""Handing over at work: what members bring to a session, and how the small practice went. One transaction an act."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.answers.model import ANSWER_GONE
from bot.daily_prompts.sessions import handed_store, store
from bot.daily_prompts.sessions.handed import Brought, Reader, Shown, Tried, TriedBy
from bot.daily_prompts.sessions.model import BROUGHT, Session, StepKind, new_key
from bot.groups.model import Group
from bot.log import get
from bot.outbox.model import NewRow, Receipt, RetryPlan, Row
from bot.outbox.service import Kind, Outbox
from bot.privacy.contract import Whose
from bot.storage.engine import Database
from bot.storage.vault import Vault

log = get("daily_prompts")

KEPT = timedelta(days=90)
_AT_ONCE, _BELOW_THE_DIGEST = timedelta(0), timedelta(seconds=10)
_PATIENT = RetryPlan(tries=500, first=timedelta(seconds=2), longest=timedelta(minutes=10))


class NotTheAuthor(Exception):
    """Somebody other than its author wanted to take something back."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a member sees of their own: what they bring, and how their practice went."""

    brought: Brought | None
    tried: TriedBy | None


class Handing:
    """Keeps what members bring until the digest, and gives it to the therapists then; later ones go at once."""

    def __init__(self, database: Database, vault: Vault, outbox: Outbox) -> None:
        self._database = database
        self._vault = vault
        self._outbox = outbox
        outbox.declare(Kind(BROUGHT, retries=_PATIENT, on_done=self._shown))

    async def bring(self, group: Group, member_id: int, text: str, reader: Reader, now: datetime) -> Brought:
        """Keep what a member wants to bring; what they wrote before for the same session gives way to it."""
        brought = Brought(new_key(), group.key, member_id, text, reader, now)
        async with self._database.write() as tx:
            known = await handed_store.open_of(tx, group.key, member_id, self._vault, hold=True)
            if known is not None:
                await self.erase(tx, known, now)
            await handed_store.add_brought(tx, brought, self._vault)
            if reader is not Reader.ONLY_ME and await self._goes_at_once(tx, group, now):
                await self._hand_over(tx, brought, now)
                brought = replace(brought, handed_at=now)
        log.info("session_brought", group_key=group.key, kind=reader.value)
        self._outbox.poke()
        return brought

    async def take_back(self, key: str, by_id: int, now: datetime) -> bool:
        """Erase it wherever it is shown; False if it is gone. Raises NotTheAuthor."""
        async with self._database.write() as tx:
            brought = await handed_store.get_brought(tx, key, self._vault, hold=True)
            if brought is None:
                return False
            if brought.member_id != by_id:
                raise NotTheAuthor
            await self.erase(tx, brought, now)
        self._outbox.poke()
        return True

    async def get(self, key: str) -> Brought | None:
        """Return what somebody brings."""
        async with self._database.read() as tx:
            return await handed_store.get_brought(tx, key, self._vault)

    async def own(self, group: Group, session: Session | None, member_id: int) -> Own:
        """Return what a member brings to the next session, and how the practice of the last one went for them."""
        async with self._database.read() as tx:
            brought = await handed_store.open_of(tx, group.key, member_id, self._vault)
            tried = await handed_store.tried_by(tx, session.key, member_id) if session else None
        return Own(brought, tried)

    async def tried(self, session: Session, member_id: int, tried: Tried, now: datetime) -> TriedBy:
        """Keep how a practice went for a member; who chose to be named stays so."""
        async with self._database.write() as tx:
            known = await handed_store.tried_by(tx, session.key, member_id)
            named = known is not None and known.named
            by = TriedBy(session.key, session.group_key, member_id, tried, named=named, at=now)
            await handed_store.set_tried(tx, by)
        return by

    async def name(self, session: Session, member_id: int, *, named: bool) -> TriedBy | None:
        """Let the therapists see a member's name beside how it went, or not; None if they have said nothing."""
        async with self._database.write() as tx:
            known = await handed_store.tried_by(tx, session.key, member_id)
            if known is None:
                return None
            by = TriedBy(session.key, known.group_key, member_id, known.tried, named=named, at=known.at)
            await handed_store.set_tried(tx, by)
        return by

    async def untried(self, session: Session, member_id: int) -> bool:
        """Erase how a practice went for a member; False if there is nothing."""
        async with self._database.write() as tx:
            return await handed_store.remove_tried(tx, session.key, member_id)

    async def hand_over_all(self, tx: AsyncConnection, group: Group, now: datetime) -> None:
        """Give the therapists what waits for them, in the caller's transaction."""
        for brought in await handed_store.waiting_in(tx, group.key, self._vault):
            await self._hand_over(tx, brought, now, _BELOW_THE_DIGEST)

    async def erase(self, tx: AsyncConnection, brought: Brought, now: datetime) -> None:
        """Erase it in the caller's transaction; where it is shown, it is taken away."""
        await handed_store.remove_brought(tx, brought.key)
        await self._take_away(tx, brought.shown, brought.group_key, now)

    async def erase_all(self, tx: AsyncConnection, whose: Whose, now: datetime) -> None:
        """Erase all that a member handed over."""
        for brought in await handed_store.brought_of(tx, whose, self._vault):
            await self.erase(tx, brought, now)
        await handed_store.forget_tried(tx, whose)

    async def forget_old(self, now: datetime) -> None:
        """Forget what was handed over 90 days ago; what was shown of it goes too."""
        async with self._database.write() as tx:
            for brought in await handed_store.older_than(tx, now - KEPT, self._vault):
                await self.erase(tx, brought, now)
            await handed_store.forget_tried_before(tx, now - KEPT)
        self._outbox.poke()

    async def _goes_at_once(self, tx: AsyncConnection, group: Group, now: datetime) -> bool:
        """Tell whether there is no digest to wait for."""
        coming = await store.to_come(tx, group.key, now, self._vault)
        if coming is None or group.session is None or group.session.digest_before is None:
            return True
        return StepKind.DIGEST in await store.steps_of(tx, coming.key)

    async def _hand_over(
        self, tx: AsyncConnection, brought: Brought, now: datetime, wait: timedelta = _AT_ONCE
    ) -> None:
        if await handed_store.hand_over(tx, brought.key, now):
            ref = {"brought": brought.key}
            row = NewRow(BROUGHT, f"brought:{brought.key}", ref, brought.group_key, due_at=now + wait)
            await self._outbox.add(tx, row, now)

    async def _shown(self, tx: AsyncConnection, row: Row, receipt: Receipt, now: datetime) -> None:
        if receipt.channel_id is None or receipt.message_id is None:
            return
        where = Shown(receipt.channel_id, receipt.message_id)
        if not await handed_store.shown(tx, row.ref["brought"], where):
            await self._take_away(tx, where, row.group_key or "", now)  # taken back while it was on its way

    async def _take_away(self, tx: AsyncConnection, where: Shown | None, group_key: str, now: datetime) -> None:
        if where is not None:
            ref = {"channel": where.channel_id, "message": where.message_id}
            await self._outbox.add(tx, NewRow(ANSWER_GONE, f"message:{where.message_id}", ref, group_key), now)
