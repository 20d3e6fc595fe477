"""Posting a claimed prompt in the circle, once, with its thread."""

from datetime import datetime, timedelta

import discord

from bot.daily_prompts.model import Prompt, Run, RunState
from bot.daily_prompts.service import DailyPrompts
from bot.daily_prompts.skills.library import Skills
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from bot.words import Library
from cogs.daily_prompts.render import action_id, post_layout
from cogs.daily_prompts.threads import open_thread
from cogs.shared.delivery import discord_problems, holds

log = get("daily_prompts")

_MESSAGES_LOOKED_AT = 100
_CLOCKS_MAY_DIFFER = timedelta(minutes=2)


class PromptDeliverer:
    """Sends the outbox's prompts."""

    def __init__(
        self, client: discord.Client, prompts: DailyPrompts, groups: Groups, words: Library, skills: Skills
    ) -> None:
        self._client = client
        self._prompts = prompts
        self._groups = groups
        self._words = words
        self._skills = skills

    async def post(self, row: Row, _now: datetime) -> Receipt:
        """Post a run's prompt; one that an interrupted try has already posted is found and not posted again."""
        run = await self._prompts.run(row.ref["run"])
        group = self._groups.get(row.group_key or "")
        if run is None or run.state is not RunState.WAITING:
            raise Superseded("ended")
        if group is None:
            raise Permanent("group_unknown")
        prompt = await self._prompts.prompt_of(run, group)
        if prompt is None:
            raise Permanent("nothing_left")
        with discord_problems():
            circle = self._client.get_partial_messageable(group.circle, guild_id=group.server)
            posted = await found_before(row, run, circle, self._client.user)
            if posted is None:
                skill = self._skills.of(group.language).get(prompt.skill or "")
                layout = post_layout(run, prompt, self._words.of(group.language), skill)
                posted = (await circle.send(view=layout, nonce=row.nonce)).id
        await self._with_thread(group, posted, prompt)
        return Receipt(group.circle, posted)

    async def _with_thread(self, group: Group, message_id: int, prompt: Prompt) -> None:
        """Open the prompt's thread; if that does not work the prompt is out all the same, and an answer opens it."""
        try:
            await open_thread(self._client, group, message_id, prompt)
        except discord.HTTPException as refused:
            log.warning("prompt_thread_refused", group_key=group.key, problem=f"discord.{refused.code}")


async def found_before(
    row: Row, run: Run, channel: discord.abc.Messageable, me: discord.ClientUser | None
) -> int | None:
    """Look whether an earlier try has posted it after all: Discord compares nonces only for some minutes."""
    if row.attempts == 1:
        return None
    looked_for = action_id(run.id, "answer")
    since = row.created_at - _CLOCKS_MAY_DIFFER
    async for message in channel.history(limit=_MESSAGES_LOOKED_AT, after=since):
        if message.author == me and holds(message.components, looked_for):
            return message.id
    return None
