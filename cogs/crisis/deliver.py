"""Sending what crisis care has written into the outbox; every text is rendered from the state of this moment."""

from collections.abc import Callable, Sequence
from datetime import datetime

import discord

from bot.crisis.cases.model import Case, KnownSignal
from bot.crisis.cases.service import Cases
from bot.crisis.member.texts import CrisisTexts
from bot.crisis.outside.reach import Reach
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import Permanent, Receipt, Row, Superseded, Temporary
from bot.words import Words
from cogs.crisis.views import acknowledge_view
from cogs.crisis.where import where
from cogs.shared.delivery import discord_problems
from cogs.shared.private_word import PrivateWord, Word

log = get("crisis")


class CrisisDeliverers:
    """Sends pages, texts to members and notices."""

    def __init__(
        self,
        client: discord.Client,
        cases: Cases,
        groups: Groups,
        texts: CrisisTexts,
        private_word: PrivateWord,
        reach: Reach,
    ) -> None:
        self._client = client
        self._cases = cases
        self._groups = groups
        self._texts = texts
        self._private_word = private_word
        self._reach = reach

    async def page(self, row: Row, now: datetime) -> Receipt:
        """Send one page, and note whether Discord took it."""
        try:
            receipt = await self._page(row, now)
        except Temporary as problem:
            self._reach.failed(problem.code, now)
            raise
        self._reach.back()
        return receipt

    async def _page(self, row: Row, now: datetime) -> Receipt:
        """Send a new message for the people of its step. A case that rings no more needs none."""
        case = await self._case(row)
        if not case.rings:
            raise Superseded("taken")
        group = self._group(case.group_key)
        if row.ref["target"] == "dm":
            return await self._page_directly(row, group, case, now)
        named = row.ref.get("people", group.therapists)
        people = [person for person in named if person in group.therapists] or list(group.therapists)
        signals = await self._cases.signals(case)
        late = next((signal.said_at for signal in signals if signal.late), None)
        place = _where(group, signals, self._texts.words(group))
        text = self._rendered(lambda: self._texts.page(group, case, people, place, late, now), case)
        text += self._handed_over(row, group) + self._nobody_on_call(row, group)
        with discord_problems():
            sent = await self._client.get_partial_messageable(group.care, guild_id=group.server).send(
                text,
                view=acknowledge_view(case, self._texts.words(group)),
                allowed_mentions=discord.AllowedMentions(users=[discord.Object(person) for person in people]),
                nonce=row.nonce,
            )
        return Receipt(sent.channel.id, sent.id)

    async def notice(self, row: Row, _now: datetime) -> Receipt:
        """Post a notice to the therapists in the care channel, without a mention."""
        group = self._group(row.group_key or "")
        words = self._texts.words(group)
        text = words(row.ref["text"], **row.ref["places"])
        with discord_problems():
            channel = self._client.get_partial_messageable(group.care, guild_id=group.server)
            sent = await channel.send(text, nonce=row.nonce)
        return Receipt(sent.channel.id, sent.id)

    def _handed_over(self, row: Row, group: Group) -> str:
        by = row.ref.get("from")
        return "\n" + self._texts.words(group)("crisis.page.handed_over", by=by) if by else ""

    async def _page_directly(self, row: Row, group: Group, case: Case, now: datetime) -> Receipt:
        alone = await self._cases.care_failed(row)
        text = self._rendered(lambda: self._texts.direct_page(group, case, now, alone=alone), case)
        text += self._handed_over(row, group) + self._nobody_on_call(row, group)
        word = Word(text, None, "", row.nonce, acknowledge_view(case, self._texts.words(group)))
        return await self._private_word.direct(row.ref["to"], word)

    def _nobody_on_call(self, row: Row, group: Group) -> str:
        """Say in a page why it goes to everybody at once."""
        return "\n" + self._texts.words(group)("on_call.page.nobody") if row.ref.get("nobody_on_call") else ""

    def _rendered(self, render: Callable[[], str], case: Case) -> str:
        """Render a page; if the words fail, a built-in text with the case's code goes out instead of nothing."""
        try:
            return render()
        except Exception as error:
            log.error("page_words_failed", case=case.code, exc_info=error)
            return f"Case {case.code} waits for a therapist. Please look."

    async def _case(self, row: Row) -> Case:
        case = await self._cases.get(row.ref["case"])
        if case is None:
            raise Superseded("gone")
        return case

    def _group(self, key: str) -> Group:
        group = self._groups.get(key)
        if group is None:
            raise Permanent("group_unknown")
        return group


def _where(group: Group, signals: Sequence[KnownSignal], words: Words) -> str:
    """Link to the newest message of a case, or say what it is instead: nobody else can open a direct message."""
    links = [signal for signal in signals if not signal.in_dm]
    newest = (links or list(signals))[-1] if signals else None
    if newest is None:
        return ""
    place = where(group, newest.key, newest.channel_id, newest.message_id, words, in_dm=newest.in_dm)
    return place if place.startswith("https://") else f"({place})"
