"""The privacy cog: what is kept about somebody, shown, handed over and erased; how they are spoken to alone."""

import io
import json

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.privacy.contract import Whose
from cogs.privacy import render, views
from cogs.privacy.leaving import compare_with_server, everybody_left
from cogs.shared.describing import describe
from cogs.shared.places import served_here

_FILE = "my-data.json"


class PrivacyCog(commands.Cog):
    """Answers for what is kept, and lets go of it when somebody leaves."""

    my_data = app_commands.Group(
        name="my-data",
        description="my-data",
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    )

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._buttons = views.buttons(parts)
        describe(self, parts.words, "privacy.command")

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._client.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take them back."""
        self._client.remove_dynamic_items(*self._buttons)

    @my_data.command(name="show")
    async def show(self, interaction: discord.Interaction) -> None:
        """Say what is kept about the person who asks."""
        words = await views.words_of(interaction, self._parts)
        holdings = await self._parts.my_data.holdings(Whose(interaction.user.id))
        await interaction.response.send_message(view=render.shown(holdings, words), ephemeral=True)

    @my_data.command(name="export")
    async def export(self, interaction: discord.Interaction) -> None:
        """Hand over everything as a file that only they see."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        words = await views.words_of(interaction, self._parts)
        data = await self._parts.my_data.export(Whose(interaction.user.id), self._parts.clock.now())
        written = json.dumps(data, ensure_ascii=False, indent=2).encode()
        file = discord.File(io.BytesIO(written), filename=_FILE)
        await interaction.followup.send(words("privacy.export.done"), file=file, ephemeral=True)

    @my_data.command(name="erase")
    async def erase(self, interaction: discord.Interaction) -> None:
        """Show what would go and what would stay; only the button erases."""
        words = await views.words_of(interaction, self._parts)
        holdings = await self._parts.my_data.holdings(Whose(interaction.user.id))
        view = render.preview(interaction.user.id, holdings, words)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command(name="private-messages")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def private_messages(self, interaction: discord.Interaction) -> None:
        """Let somebody choose how the bot speaks to them alone."""
        words = await views.words_of(interaction, self._parts)
        direct = await self._parts.preferences.wants_direct_messages(interaction.user.id)
        await interaction.response.send_message(view=render.private_messages(direct, words), ephemeral=True)

    @commands.Cog.listener()
    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Begin the time of grace of somebody who left a server."""
        await self._parts.departures.left(payload.guild_id, payload.user.id, self._parts.clock.now())

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        """End it: they came back."""
        await self._parts.departures.came_back(member.guild.id, member.id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Take it like everybody's leaving when the bot is taken off a server."""
        await everybody_left(guild.id, self._parts)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Let everybody who is still there keep what they had, when the bot is let in again."""
        await compare_with_server(guild, self._parts)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """After a start or a gap: find out who left, or came back, while nobody listened."""
        for server in {group.server for group in self._parts.groups.all()}:
            guild = self._client.get_guild(server)
            if guild is not None:
                if not guild.unavailable:
                    await compare_with_server(guild, self._parts)
            elif served_here(self._client, server):
                await everybody_left(server, self._parts)
