"""The groups cog: /about, /help, and a look at every group's channels after a start."""

from collections.abc import Callable, Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.groups.model import Group
from bot.groups.problems import problems_of
from cogs.groups import render
from cogs.groups.reach import reached
from cogs.shared.describing import commands_for_members, describe
from cogs.shared.places import groups_concerned, is_away, served_here, words_for


class GroupsCog(commands.Cog):
    """Says who is behind the bot and what it does, and notices where it cannot do it."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        describe(self, parts.words, "groups.command")

    @app_commands.command(name="about")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def about(self, interaction: discord.Interaction) -> None:
        """Say who runs the bot, what it reads and keeps, and where to complain."""
        groups = await groups_concerned(interaction, self._parts.groups)
        words = words_for(interaction, groups, self._parts.words)
        emergency = self._parts.crisis_texts.emergency(words, await self._country(interaction.user.id, groups))
        layout = render.about(groups, render.who_runs(self._client.application, words), emergency, words)
        await interaction.response.send_message(view=layout, ephemeral=True)

    @app_commands.command(name="help")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help(self, interaction: discord.Interaction) -> None:
        """Say what there is, and where a person can be reached now."""
        groups = await groups_concerned(interaction, self._parts.groups)
        words = words_for(interaction, groups, self._parts.words)
        country = await self._country(interaction.user.id, groups)
        ways = self._parts.crisis_texts.ways_in(groups[0] if groups else None, country)
        listed = list(commands_for_members(self._client.tree, words))
        await interaction.response.send_message(view=render.help_page(listed, ways, words), ephemeral=True)

    async def _country(self, person_id: int, groups: Sequence[Group]) -> str:
        """Return the country whose lines somebody sees: the one they chose, or their group's."""
        return (await self._parts.care_choices.of(person_id)).country or (groups[0].country if groups else "")

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """After a start: look whether every group can be reached."""
        await self._look()

    @commands.Cog.listener()
    async def on_guild_available(self, _guild: discord.Guild) -> None:
        """After a server's breakdown: look again."""
        await self._look()

    @commands.Cog.listener()
    async def on_groups_changed(self) -> None:
        """After an import: look again."""
        await self._look()

    async def _look(self) -> None:
        now = self._parts.clock.now()
        for group in self._parts.groups.all():
            if not served_here(self._client, group.server) or is_away(self._client, group.server):
                continue
            circle, care = reached(self._client, group)
            problems = problems_of(group, circle, care, self._parts.screener.languages, self._named(group))
            await self._parts.group_problems.found(group, problems, now, can_tell=care.can_be_told)

    def _named(self, group: Group) -> Callable[[str], str]:
        words = self._parts.words.of(group.language)

        def permission(name: str) -> str:
            return words(f"groups.permission.{name}")

        return permission
