"""Wins at work: shared, cheered for, taken back. Every act is one transaction, and doing it twice is doing it once."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.log import get
from bot.outbox.model import NewRow, Receipt, RetryPlan, Row
from bot.outbox.service import Kind, Outbox
from bot.privacy.contract import Whose
from bot.progress import policy, store
from bot.progress.model import (
    CARD,
    CARD_CHANGED,
    CARD_GONE,
    Audience,
    Card,
    Cheered,
    NotTheAuthor,
    OwnWin,
    Win,
    WinNotFound,
    new_key,
)
from bot.storage.engine import Database
from bot.storage.vault import Vault

log = get("progress")

_BATCH = 100
_PATIENT = RetryPlan(tries=500, first=timedelta(seconds=2), longest=timedelta(minutes=10))


class OpenCase(Protocol):
    """What wins know of an open crisis case: since when, and whether it waits for a therapist."""

    @property
    def opened_at(self) -> datetime:
        """When the case was opened, in UTC."""
        ...

    @property
    def waits(self) -> bool:
        """Whether nobody has taken it yet."""
        ...


OpenCases = Callable[[str | None], Awaitable[Sequence[OpenCase]]]


class Wins:
    """Keeps wins for their authors, and puts those for the group into the circle.

    A win is kept for its author alone, or on its way to the circle, or there. Taking it back erases it from any of
    these, and its card goes too, however often Discord has to be asked.
    """

    def __init__(self, database: Database, vault: Vault, outbox: Outbox, open_cases: OpenCases) -> None:
        self._database = database
        self._vault = vault
        self._outbox = outbox
        self._open_cases = open_cases
        outbox.declare(Kind(CARD, retries=_PATIENT, on_done=self._card_posted, on_failed=self._card_failed))
        outbox.declare(Kind(CARD_CHANGED, retries=RetryPlan(tries=4)))
        outbox.declare(Kind(CARD_GONE, retries=_PATIENT))

    async def share(
        self, group_key: str, member_id: int, text: str, audience: Audience, *, act_key: str, now: datetime
    ) -> Win:
        """Keep a win, and write its card if it is for the group; the same act again returns the same win."""
        win = Win(new_key(), group_key, member_id, text, audience, now)
        async with self._database.write() as tx:
            if not await store.add(tx, win, act_key, self._vault):
                known = await store.by_act(tx, act_key, self._vault)
                return known or win
            if audience is Audience.GROUP:
                await self._write_card(tx, win, now)
        log.info("win_shared", group_key=group_key, kind=audience.value)
        self._outbox.poke()
        return win

    async def show_to_group(self, key: str, by_id: int, now: datetime) -> Win:
        """Put a win that was kept into the circle; raises WinNotFound, NotTheAuthor."""
        async with self._database.write() as tx:
            win = await self._of_author(tx, key, by_id)
            if await store.show_to_group(tx, key):
                await self._write_card(tx, win, now)
            shown = await store.get(tx, key, self._vault)
        self._outbox.poke()
        return shown or win

    async def take_back(self, key: str, by_id: int, now: datetime, *, at: Card | None = None) -> None:
        """Erase a win and its card; `at` is the card that was pressed. Raises WinNotFound, NotTheAuthor."""
        async with self._database.write() as tx:
            win = await self._of_author(tx, key, by_id)
            await self.erase(tx, win, now, also=at)
        log.info("win_taken_back", group_key=win.group_key)
        self._outbox.poke()

    async def clear_card(self, card: Card, now: datetime) -> None:
        """Take away a card whose win is gone."""
        async with self._database.write() as tx:
            await self._write_removal(tx, card, None, now)
        self._outbox.poke()

    async def cheer(self, key: str, by_id: int, now: datetime) -> Cheered:
        """Cheer for a win, or take the cheer back; raises WinNotFound, OwnWin."""
        async with self._database.write() as tx:
            win = await store.get(tx, key, self._vault, hold=True)
            if win is None:
                raise WinNotFound
            if win.member_id == by_id:
                raise OwnWin
            cheering = await store.cheer(tx, key, by_id, now)
            return Cheered(win, cheering, await store.count_cheers(tx, key))

    async def get(self, key: str) -> Win | None:
        """Return one win."""
        async with self._database.read() as tx:
            return await store.get(tx, key, self._vault)

    async def count_cheers(self, key: str) -> int:
        """Count who cheers for a win."""
        async with self._database.read() as tx:
            return await store.count_cheers(tx, key)

    async def of_member(self, member_id: int, *, limit: int, skip: int = 0) -> tuple[list[Win], int]:
        """Return some of a member's own wins, newest first, and how many there are in all."""
        whose = Whose(member_id)
        async with self._database.read() as tx:
            found = await store.of_member(tx, whose, self._vault, limit=limit, skip=skip)
            return found, await store.count_of_member(tx, whose)

    async def rests(self, group_key: str, now: datetime) -> bool:
        """Tell whether celebrations rest in a group, because of an alarm."""
        return any(policy.rests(case.opened_at, case.waits, now) for case in await self._open_cases(group_key))

    async def run_due(self, now: datetime) -> int:
        """Forget the wins whose time is over, with their cards; returns how many."""
        async with self._database.write() as tx:
            over = await store.older_than(tx, policy.kept_since(now), self._vault, _BATCH)
            for win in over:
                await self.erase(tx, win, now)
        if over:
            self._outbox.poke()
        return len(over)

    async def erase(self, tx: AsyncConnection, win: Win, now: datetime, *, also: Card | None = None) -> None:
        """Erase a win in the caller's transaction; its cards are taken out of the circle."""
        await store.remove(tx, win.key)
        for card in {win.card, also} - {None}:
            await self._write_removal(tx, card, win.group_key, now)

    async def refresh_card(self, tx: AsyncConnection, win_key: str, group_key: str, now: datetime) -> None:
        """Have a card show its count anew, in the caller's transaction."""
        await self._outbox.add(tx, NewRow(CARD_CHANGED, f"win:{win_key}", {"win": win_key}, group_key), now)

    async def _of_author(self, tx: AsyncConnection, key: str, by_id: int) -> Win:
        win = await store.get(tx, key, self._vault, hold=True)
        if win is None:
            raise WinNotFound
        if win.member_id != by_id:
            raise NotTheAuthor
        return win

    async def _write_card(self, tx: AsyncConnection, win: Win, now: datetime) -> None:
        expires_at = now + policy.CARD_WORTH
        row = NewRow(CARD, f"win:{win.key}", {"win": win.key}, win.group_key, expires_at=expires_at)
        await self._outbox.add(tx, row, now)

    async def _write_removal(
        self, tx: AsyncConnection, card: Card | None, group_key: str | None, now: datetime
    ) -> None:
        if card is None:
            return
        ref = {"channel": card.channel_id, "message": card.message_id}
        await self._outbox.add(tx, NewRow(CARD_GONE, f"message:{card.message_id}", ref, group_key), now)

    async def _card_posted(self, tx: AsyncConnection, row: Row, receipt: Receipt, now: datetime) -> None:
        if receipt.channel_id is None or receipt.message_id is None:
            return
        card = Card(receipt.channel_id, receipt.message_id)
        if not await store.card_posted(tx, row.ref["win"], card):
            await self._write_removal(tx, card, row.group_key, now)  # taken back while it was on its way

    async def _card_failed(self, tx: AsyncConnection, row: Row, _problem: str, _now: datetime) -> None:
        await store.card_failed(tx, row.ref["win"])
