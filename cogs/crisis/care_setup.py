"""/care-setup and /aftercare: what therapists prepare for hard days, and what helps them afterwards."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Parts
from bot.groups.model import Group
from bot.words import Words
from cogs.crisis.of_therapists import group_of_therapist
from cogs.crisis.plan_render import shown
from cogs.crisis.where import message_link
from cogs.shared.describing import describe
from cogs.shared.interactions import SafeButton, answer_privately

CARE = "care"
_KEY = r"[a-z0-9][a-z0-9-]{0,38}"


class CareSetupCog(commands.Cog):
    """For listed therapists only: places the standing button, takes their check of the lines, shows the drafts."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._button = _care_button(self)
        describe(self, parts.words, "care.command")

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._client.add_dynamic_items(self._button)

    async def cog_unload(self) -> None:
        """Take them back."""
        self._client.remove_dynamic_items(self._button)

    @app_commands.command(name="care-setup")
    @app_commands.guild_only()
    async def care_setup(self, interaction: discord.Interaction) -> None:
        """Show what is set up for a group."""
        group = await group_of_therapist(interaction, self._parts, "care.setup")
        if group is not None:
            await interaction.response.send_message(view=await self.layout(group), ephemeral=True)

    @app_commands.command(name="aftercare")
    @app_commands.guild_only()
    async def aftercare(self, interaction: discord.Interaction) -> None:
        """Show the draft for the group and the short list for the therapists; nothing is posted."""
        group = await group_of_therapist(interaction, self._parts, "care.setup")
        if group is None:
            return
        words = self._parts.crisis_texts.words(group)
        view = shown(
            "\n".join([words("care.aftercare.heading", group=group.label), words("care.aftercare.meanwhile")]),
            f"{words('care.aftercare.draft_heading')}\n```\n{words('care.aftercare.draft')}\n```",
            f"{words('care.aftercare.debrief_heading')}\n{words('care.aftercare.debrief')}",
        )
        await interaction.response.send_message(view=view, ephemeral=True)

    async def act(self, interaction: discord.Interaction, group_key: str, action: str) -> None:
        """Do what a press means; rights are checked again."""
        group = self._parts.groups.get(group_key)
        words = self._parts.crisis_texts.words(group)
        if group is None or interaction.user.id not in group.therapists:
            await answer_privately(interaction, words("care.setup.not_yours"))
            return
        now = self._parts.clock.now()
        if action == "place":
            await self._parts.help_buttons.place(group, interaction.user.id, now)
            told = words("care.setup.placed", circle=f"<#{group.circle}>")
        else:
            await self._parts.confirmed_lines.confirm(group, interaction.user.id, now)
            told = words("care.setup.noted")
        await interaction.response.edit_message(view=await self.layout(group, told))

    async def layout(self, group: Group, told: str | None = None) -> ui.LayoutView:
        """Lay out the standing button and the lines, with where each number comes from."""
        words = self._parts.crisis_texts.words(group)
        heading = words("care.setup.heading", group=group.label)
        layout = shown("\n".join([*([told] if told else []), heading]), await self._button_line(group, words))
        layout.add_item(_row(f"{CARE}:{group.key}:place", words("care.setup.place")))
        layout.add_item(ui.TextDisplay("\n".join(self._lines(group, words))))
        if self._parts.crisis_texts.knows_lines_of(group.country):
            layout.add_item(_row(f"{CARE}:{group.key}:confirm", words("care.setup.confirm")))
        return layout

    async def _button_line(self, group: Group, words: Words) -> str:
        where, circle = await self._parts.help_buttons.placed_at(group), f"<#{group.circle}>"
        if where is None:
            return words("care.setup.button_none", circle=circle)
        return words("care.setup.button_there", link=message_link(group.server, *where), circle=circle)

    def _lines(self, group: Group, words: Words) -> list[str]:
        lines = [words("care.setup.lines", country=group.country)]
        if not self._parts.crisis_texts.knows_lines_of(group.country):
            return [*lines, words("care.setup.no_lines", country=group.country)]
        for line, source in self._parts.crisis_texts.lines_with_sources(group):
            lines += [f"- {line}", words("care.setup.source", source=source)]
        lines.append("- " + self._parts.crisis_texts.emergency(words, group.country))
        return [*lines, self._checked(group, words)]

    def _checked(self, group: Group, words: Words) -> str:
        confirmed = self._parts.confirmed_lines.of(group)
        if confirmed is None:
            return words("care.setup.unconfirmed")
        date = f"<t:{int(confirmed.at.timestamp())}:D>"
        if confirmed.by_id is None:
            return words("care.setup.confirmed_somebody", date=date)
        return words("care.setup.confirmed", date=date, who=f"<@{confirmed.by_id}>")


def _row(custom_id: str, label: str) -> "ui.ActionRow[ui.LayoutView]":
    return ui.ActionRow(ui.Button(label=label, custom_id=custom_id))


def _care_button(cog: CareSetupCog) -> type[SafeButton]:
    class CareButton(SafeButton, template=rf"{CARE}:(?P<row>{_KEY}:(?:place|confirm))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            group_key, _, action = self.row_id.partition(":")
            await cog.act(interaction, group_key, action)

    return CareButton
