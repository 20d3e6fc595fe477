"""Bringing a prompt to one member by direct message, at the hour that they chose."""

from datetime import datetime

import discord

from bot.daily_prompts.model import RunState
from bot.daily_prompts.pace.model import CLOSED
from bot.daily_prompts.pace.policy import may_reach
from bot.daily_prompts.pace.service import Paces
from bot.daily_prompts.service import DailyPrompts
from bot.daily_prompts.skills.library import Skills
from bot.groups.service import Groups
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from bot.words import Library
from cogs.daily_prompts.deliver import found_before
from cogs.daily_prompts.render import post_layout
from cogs.shared.delivery import discord_problems
from cogs.shared.places import is_member_of


class DirectDeliverer:
    """Sends the outbox's direct prompts."""

    def __init__(
        self,
        client: discord.Client,
        paces: Paces,
        prompts: DailyPrompts,
        groups: Groups,
        words: Library,
        skills: Skills,
    ) -> None:
        self._client = client
        self._paces = paces
        self._prompts = prompts
        self._groups = groups
        self._words = words
        self._skills = skills

    async def send(self, row: Row, now: datetime) -> Receipt:
        """Send the same prompt as in the circle, unless the member has paused, has quiet hours or left the group."""
        group = self._groups.get(row.group_key or "")
        run = await self._prompts.run(row.ref["run"])
        if group is None or run is None or run.state is not RunState.POSTED:
            raise Superseded("gone")
        pace = await self._paces.of(group, row.ref["member"])
        if not pace.direct or not may_reach(pace, now):
            raise Superseded("not_wanted")
        with discord_problems():
            if not await is_member_of(self._client, group, row.ref["member"]):
                raise Superseded("no_member")
        prompt = await self._prompts.shown(run)
        if prompt is None:
            raise Superseded("gone")
        words = self._words.of(group.language)
        skill = self._skills.of(group.language).get(prompt.skill or "")
        heading = words("daily_prompts.pace.letter", group=group.label)
        layout = post_layout(run, prompt, words, skill, heading=heading, foot=words("daily_prompts.pace.foot"))
        try:
            with discord_problems():
                channel = await self._client.create_dm(discord.Object(row.ref["member"]))
                there = await found_before(row, run, channel, self._client.user)
                sent = there or (await channel.send(view=layout, nonce=row.nonce)).id
        except Permanent as refused:
            raise Permanent(CLOSED) from refused
        return Receipt(channel.id, sent)
