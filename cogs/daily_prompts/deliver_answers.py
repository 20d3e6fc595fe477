"""Showing answers where their authors chose, changing them there, and taking them away."""

from datetime import datetime, timedelta

import discord

from bot.daily_prompts.answers.model import Audience
from bot.daily_prompts.answers.service import Answers
from bot.daily_prompts.model import Prompt, Run
from bot.daily_prompts.service import DailyPrompts
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from bot.words import Library
from cogs.daily_prompts.cards import answer_card
from cogs.daily_prompts.threads import open_thread
from cogs.shared.delivery import discord_problems

_CLOCKS_MAY_DIFFER = timedelta(minutes=2)
_MESSAGES_LOOKED_AT = 100


class AnswerDeliverer:
    """Sends the outbox's answers."""

    def __init__(
        self, client: discord.Client, answers: Answers, prompts: DailyPrompts, groups: Groups, words: Library
    ) -> None:
        self._client = client
        self._answers = answers
        self._prompts = prompts
        self._groups = groups
        self._words = words

    async def show(self, row: Row, _now: datetime) -> Receipt:
        """Show an answer in its thread or in the care channel, unless it was taken back or is for others now."""
        group = self._group(row)
        answer = await self._answers.get(row.ref["answer"])
        if answer is None or answer.place is not None or answer.audience != row.ref["audience"]:
            raise Superseded("changed")
        run = await self._prompts.run(answer.run_id)
        if run is None:
            raise Permanent("run_gone")
        prompt = await self._prompts.shown(run)
        card = answer_card(answer, prompt, self._words.of(group.language), mark=_mark(row))
        with discord_problems():
            if answer.audience is Audience.THERAPISTS:
                place = await self._send(row, group, group.care, card)
            else:
                place = await self._send_to_thread(row, group, run, prompt, card)
        return Receipt(place[0], place[1], note=answer.version or None)

    async def change(self, row: Row, _now: datetime) -> Receipt:
        """Show an answer as it is now."""
        group = self._group(row)
        answer = await self._answers.get(row.ref["answer"])
        if answer is None or answer.place is None or answer.text is None:
            raise Superseded("not_shown")
        run = await self._prompts.run(answer.run_id)
        prompt = await self._prompts.shown(run) if run else None
        channel = self._client.get_partial_messageable(answer.place.channel_id, guild_id=group.server)
        with discord_problems():
            message = channel.get_partial_message(answer.place.message_id)
            await message.edit(view=answer_card(answer, prompt, self._words.of(group.language)))
        return Receipt(answer.place.channel_id, answer.place.message_id)

    async def take_away(self, row: Row, _now: datetime) -> Receipt:
        """Delete what was shown; if it is gone already, that is as good."""
        channel = self._client.get_partial_messageable(row.ref["channel"])
        with discord_problems():
            try:
                await channel.get_partial_message(row.ref["message"]).delete()
            except discord.NotFound:
                return Receipt()
        return Receipt()

    async def _send_to_thread(
        self, row: Row, group: Group, run: Run, prompt: Prompt | None, card: discord.ui.LayoutView
    ) -> tuple[int, int]:
        if run.message_id is None:
            return await self._send(row, group, group.circle, card)
        try:
            return await self._send(row, group, run.message_id, card)
        except discord.NotFound:
            pass  # it never opened, or somebody deleted it
        try:
            await open_thread(self._client, group, run.message_id, prompt)
            return await self._send(row, group, run.message_id, card)
        except discord.NotFound:
            return await self._send(row, group, group.circle, card)

    async def _send(self, row: Row, group: Group, channel_id: int, card: discord.ui.LayoutView) -> tuple[int, int]:
        channel = self._client.get_partial_messageable(channel_id, guild_id=group.server)
        there = await self._left_behind(row, channel) if row.attempts > 1 else None
        sent = there or (await channel.send(view=card, nonce=row.nonce)).id
        return channel_id, sent

    async def _left_behind(self, row: Row, channel: discord.PartialMessageable) -> int | None:
        """Look whether an interrupted try of this row has shown it after all, by the mark that the card carries."""
        since = row.created_at - _CLOCKS_MAY_DIFFER
        async for message in channel.history(limit=_MESSAGES_LOOKED_AT, after=since):
            marks = {component.id for component in message.components if isinstance(component, discord.Container)}
            if message.author == self._client.user and _mark(row) in marks:
                return message.id
        return None

    def _group(self, row: Row) -> Group:
        group = self._groups.get(row.group_key or "")
        if group is None:
            raise Permanent("group_unknown")
        return group


def _mark(row: Row) -> int:
    """Return a number for the card's outermost component, which Discord keeps: 28 bits of the row's random key."""
    return int(row.nonce[:7], 16) + 1
