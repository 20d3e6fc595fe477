"""Sending cards into the circle, keeping them up to date, and taking them away."""

from datetime import datetime, timedelta

import discord

from bot.groups.model import Group
from bot.groups.service import Groups
from bot.outbox.model import Permanent, Receipt, Row, Superseded, Temporary
from bot.progress.model import Audience, Card, Win
from bot.progress.service import Wins
from bot.words import Library
from cogs.progress.render import card, cheer_id
from cogs.shared.delivery import discord_problems, holds

_MESSAGES_LOOKED_AT = 100
_CLOCKS_MAY_DIFFER = timedelta(minutes=2)
_LOOK_AGAIN = timedelta(minutes=10)


class CardDeliverer:
    """Sends the outbox's cards."""

    def __init__(self, client: discord.Client, wins: Wins, groups: Groups, words: Library) -> None:
        self._client = client
        self._wins = wins
        self._groups = groups
        self._words = words

    async def post(self, row: Row, now: datetime) -> Receipt:
        """Post a win's card once; it waits while an alarm of the group is fresh."""
        group = self._groups.get(row.group_key or "")
        if group is None:
            raise Permanent("group_unknown")
        win = await self._wins.get(row.ref["win"])
        with discord_problems():
            there = await self._left_behind(row, group)
            if win is None or win.audience is not Audience.GROUP:
                await self._clear(there)
                raise Superseded("taken_back")
            if there is not None:
                return Receipt(there.channel_id, there.message_id)
            if await self._wins.rests(group.key, now):
                raise Temporary("alarm_in_group", _LOOK_AGAIN)
            circle = self._client.get_partial_messageable(group.circle, guild_id=group.server)
            sent = await circle.send(view=await self._layout(win, group), nonce=row.nonce)
        return Receipt(sent.channel.id, sent.id)

    async def change(self, row: Row, _now: datetime) -> Receipt:
        """Show a card's count as it is now."""
        win = await self._wins.get(row.ref["win"])
        group = self._groups.get(row.group_key or "")
        if win is None or win.card is None or group is None or win.text is None:
            raise Superseded("no_card")
        channel = self._client.get_partial_messageable(win.card.channel_id, guild_id=group.server)
        with discord_problems():
            message = channel.get_partial_message(win.card.message_id)
            await message.edit(view=await self._layout(win, group))
        return Receipt(win.card.channel_id, win.card.message_id)

    async def take_away(self, row: Row, _now: datetime) -> Receipt:
        """Delete a card; one that is gone already is as good."""
        with discord_problems():
            await self._clear(Card(row.ref["channel"], row.ref["message"]))
        return Receipt()

    async def _layout(self, win: Win, group: Group) -> discord.ui.LayoutView:
        return card(win, await self._wins.count_cheers(win.key), self._words.of(group.language))

    async def _clear(self, there: Card | None) -> None:
        if there is None:
            return
        try:
            await self._client.get_partial_messageable(there.channel_id).get_partial_message(there.message_id).delete()
        except discord.NotFound:
            return

    async def _left_behind(self, row: Row, group: Group) -> Card | None:
        """Look whether an earlier try has posted the card after all: Discord compares nonces only for some minutes."""
        if row.attempts == 1 and row.uncertain_since is None:
            return None
        circle = self._client.get_partial_messageable(group.circle, guild_id=group.server)
        looked_for = cheer_id(row.ref["win"])
        since = row.created_at - _CLOCKS_MAY_DIFFER
        async for message in circle.history(limit=_MESSAGES_LOOKED_AT, after=since, oldest_first=False):
            if message.author == self._client.user and holds(message.components, looked_for):
                return Card(message.channel.id, message.id)
        return None
