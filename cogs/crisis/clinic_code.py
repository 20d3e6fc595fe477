"""`/clinic-code`: a therapist gives a member the word by which the clinic's own files know them."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.crisis.outside.clinic_codes import LONGEST, is_usable
from bot.groups.model import Group
from cogs.shared.describing import describe
from cogs.shared.interactions import answer_privately
from cogs.shared.places import group_of


class ClinicCodeCog(commands.Cog):
    """Keeps clinic codes; only the presser sees what was kept, and only therapists of the group may press."""

    def __init__(self, _client: commands.AutoShardedBot, parts: Parts) -> None:
        self._parts = parts
        describe(self, parts.words, "outside.command")

    @app_commands.command(name="clinic-code")
    @app_commands.guild_only()
    async def clinic_code(
        self, interaction: discord.Interaction, member: discord.Member, code: str | None = None
    ) -> None:
        """Keep a code, or delete it."""
        group = self._group(interaction)
        words = self._parts.words.of(group.language if group else "en")
        if group is None:
            await answer_privately(interaction, words("outside.clinic_code.not_here"))
            return
        name = await self._keep(interaction, group, member, code)
        await answer_privately(interaction, words(f"outside.clinic_code.{name}", member=member.id, longest=LONGEST))

    async def _keep(
        self, interaction: discord.Interaction, group: Group, member: discord.Member, code: str | None
    ) -> str:
        given = code.strip() if code else None
        circle = interaction.guild.get_channel(group.circle) if interaction.guild else None
        if interaction.user.id not in group.therapists:
            return "not_yours"
        if given and circle is not None and not circle.permissions_for(member).view_channel:
            return "no_member"
        if given and not is_usable(given):
            return "too_long"
        await self._parts.clinic_codes.keep(group.key, member.id, given or None, self._parts.clock.now())
        return "kept" if given else "gone"

    def _group(self, interaction: discord.Interaction) -> Group | None:
        """Return the group of the circle or care channel, else the only one that the presser is a therapist of."""
        here = group_of(interaction.channel, self._parts.groups)
        here = here or next((each for each in self._parts.groups.all() if each.care == interaction.channel_id), None)
        if here is not None:
            return here
        own = [each for each in self._parts.groups.all() if interaction.user.id in each.therapists]
        own = [each for each in own if each.server == interaction.guild_id]
        return own[0] if len(own) == 1 else None
