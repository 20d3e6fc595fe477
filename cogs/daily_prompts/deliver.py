"""Posting a claimed prompt in the circle, once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import discord

from bot.daily_prompts.model import Prompt, RunState
from bot.daily_prompts.service import DailyPrompts
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from bot.words import Library
from cogs.daily_prompts.render import post_layout
from cogs.shared.delivery import discord_problems

_MESSAGES_LOOKED_AT = 50
_CLOCKS_MAY_DIFFER = timedelta(minutes=2)


class PromptDeliverer:
    """Sends the outbox's prompts."""

    def __init__(self, client: discord.Client, prompts: DailyPrompts, groups: Groups, words: Library) -> None:
        self._client = client
        self._prompts = prompts
        self._groups = groups
        self._words = words

    async def post(self, row: Row, _now: datetime) -> Receipt:
        """Post a run's prompt; one that an interrupted try has already posted is found and not posted again."""
        run = await self._prompts.run(row.ref["run"])
        group = self._groups.get(row.group_key or "")
        if run is None or run.state is not RunState.WAITING:
            raise Superseded("ended")
        if group is None:
            raise Permanent("group_unknown")
        prompt = await self._prompts.prompt_of(run, group)
        with discord_problems():
            if row.attempts > 1:
                there = await self._already_there(group, prompt, row.created_at)
                if there is not None:
                    return Receipt(group.circle, there)
            circle = self._client.get_partial_messageable(group.circle, guild_id=group.server)
            sent = await circle.send(view=post_layout(prompt, self._words.of(group.language)), nonce=row.nonce)
        return Receipt(sent.channel.id, sent.id)

    async def _already_there(self, group: Group, prompt: Prompt, since: datetime) -> int | None:
        """Look for the prompt among the newest messages: Discord compares nonces only for some minutes."""
        circle = self._client.get_partial_messageable(group.circle, guild_id=group.server)
        async for message in circle.history(limit=_MESSAGES_LOOKED_AT, after=since - _CLOCKS_MAY_DIFFER):
            ours = self._client.user is not None and message.author.id == self._client.user.id
            if ours and any(prompt.text in text for text in _texts(message.components)):
                return message.id
        return None


def _texts(components: Iterable[object]) -> Iterable[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _texts(getattr(component, "children", ()))
