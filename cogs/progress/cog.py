"""The progress cog: /win and /wins, the card's buttons, and who sends the cards."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.crisis.cases.model import Raised
from bot.groups.model import Group
from bot.progress.model import CARD, CARD_CHANGED, CARD_GONE, Audience
from bot.words import Words
from cogs.progress import form, render, views
from cogs.progress.deliver import CardDeliverer
from cogs.shared.describing import describe
from cogs.shared.forms import SentForm, sent_form
from cogs.shared.handed_over import HandedOver
from cogs.shared.interactions import answer_failure, answer_privately
from cogs.shared.member_choices import under_alarm
from cogs.shared.places import groups_concerned, words_for
from cogs.shared.writing import tidy


class ProgressCog(commands.Cog):
    """Takes wins and shows them to whom their author chose."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._handed_over = HandedOver(parts)
        self._tools = views.Tools(client, parts.wins, parts.groups, parts.words, parts.clock)
        self._buttons = views.buttons(self._tools)
        self._deliverer = CardDeliverer(client, parts.wins, parts.groups, parts.words)
        describe(self, parts.words, "progress.command")

    async def cog_load(self) -> None:
        """Register what this feature sends, and its buttons."""
        outbox = self._parts.outbox
        outbox.deliver_with(CARD, self._deliverer.post)
        outbox.deliver_with(CARD_CHANGED, self._deliverer.change)
        outbox.deliver_with(CARD_GONE, self._deliverer.take_away)
        self._client.add_dynamic_items(*self._buttons)

    async def cog_unload(self) -> None:
        """Take everything back."""
        for kind in (CARD, CARD_CHANGED, CARD_GONE):
            self._parts.outbox.stop_delivering(kind)
        self._client.remove_dynamic_items(*self._buttons)

    @app_commands.command(name="win")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def win(self, interaction: discord.Interaction) -> None:
        """Open the form."""
        groups = await groups_concerned(interaction, self._parts.groups)
        words = words_for(interaction, groups, self._parts.words)
        if len(groups) == 1:
            await interaction.response.send_modal(form.win_form(groups[0].key, words))
            return
        await answer_privately(interaction, words("progress.win.which_group" if groups else "progress.win.no_group"))

    @app_commands.command(name="wins")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def wins(self, interaction: discord.Interaction) -> None:
        """Show somebody their own wins."""
        page = await self._tools.page(interaction.user.id, 0)
        words = self._tools.words_in(interaction)
        await interaction.response.send_message(view=render.own_wins(page, words, self._tools.labels()), ephemeral=True)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a form that was sent, also one that was opened before a restart."""
        sent = sent_form(interaction, form.NAME)
        if sent is None:
            return
        try:
            await self._take(interaction, sent)
        except Exception as error:  # noqa: BLE001  (the boundary: whatever broke, the sender gets an answer)
            await answer_failure(interaction, error)

    async def _take(self, interaction: discord.Interaction, sent: SentForm) -> None:
        group = self._parts.groups.get(sent.about)
        words = words_for(interaction, [group] if group else [], self._parts.words)
        text = tidy(sent.fields.get(form.TEXT, ""))
        await interaction.response.defer(ephemeral=True, thinking=True)
        if group is None or not await self._tools.is_member(interaction.user.id, group.key):
            await answer_privately(interaction, words("progress.win.no_group"))
            return
        if not text:
            await answer_privately(interaction, words("progress.win.empty"))
            return
        raised = await self._handed_over.raised_by(interaction, group, text, place="win")
        audience = Audience.ONLY_ME if raised else form.audience_of(sent.fields.get(form.AUDIENCE))
        win = await self._parts.wins.share(
            group.key,
            interaction.user.id,
            text,
            audience,
            act_key=f"interaction:{interaction.id}",
            now=self._parts.clock.now(),
        )
        told = await self._answer(group, win.audience, raised, words)
        await answer_privately(interaction, told, **under_alarm(raised, words))

    async def _answer(self, group: Group, audience: Audience, raised: Raised | None, words: Words) -> str:
        if raised is not None:
            return f"{await self._handed_over.told(group, raised)}\n\n{words('progress.win.kept_for_now')}"
        return words("progress.win.on_its_way" if audience is Audience.GROUP else "progress.win.kept")
