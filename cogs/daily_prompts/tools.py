"""What the buttons, lists and commands of daily prompts need."""

from dataclasses import dataclass

import discord

from bot.clock import Clock
from bot.daily_prompts.answers.service import Answers
from bot.daily_prompts.model import Run
from bot.daily_prompts.pace.service import Paces
from bot.daily_prompts.service import DailyPrompts
from bot.daily_prompts.steering.service import Steering
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.words import Library, Words
from cogs.shared.places import group_of, is_member_of, words_for


@dataclass(frozen=True, slots=True)
class Tools:
    """Services and words, and the questions that every press asks first."""

    prompts: DailyPrompts
    answers: Answers
    paces: Paces
    steering: Steering
    groups: Groups
    words: Library
    clock: Clock

    def words_in(self, interaction: discord.Interaction, group: Group | None = None) -> Words:
        """Return the words of a group, of the one in whose circle somebody is, or of their own language."""
        found = group or group_of(interaction.channel, self.groups)
        return words_for(interaction, [found] if found else [], self.words)

    async def run_and_group(self, run_id: str) -> tuple[Run, Group] | None:
        """Return a run with its group, or None if either is gone."""
        run = await self.prompts.run(int(run_id))
        group = self.groups.get(run.group_key) if run else None
        return (run, group) if run is not None and group is not None else None

    async def may_answer(self, interaction: discord.Interaction, group: Group) -> bool:
        """Tell whether somebody who presses in a direct message, perhaps an old one, is still in the group."""
        return interaction.guild_id is not None or await is_member_of(interaction.client, group, interaction.user.id)

    async def news(self, interaction: discord.Interaction, words: Words) -> list[str]:
        """Return what a member has to hear when they next use a prompt, once: that direct messages did not arrive."""
        silent = await self.paces.has_fallen_silent(interaction.user.id)
        return [words("daily_prompts.pace.was_silent")] if silent else []

    def labels(self) -> dict[str, str]:
        """Return the names of the groups."""
        return {group.key: group.label for group in self.groups.all()}
