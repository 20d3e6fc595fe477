"""/my-plan: a member's safety plan, shown, written, changed and erased by them alone."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.crisis.member.plan.model import PARTS, Plan
from bot.words import Words
from cogs.crisis.plan_render import FORM, PLAN, erase_view, plan_form, plan_view, shown
from cogs.shared.describing import describe
from cogs.shared.forms import SentForm, sent_form
from cogs.shared.interactions import SafeButton, answer_failure, answer_privately
from cogs.shared.places import groups_concerned, words_for
from cogs.shared.writing import tidy

_KEY = r"[a-z0-9][a-z0-9-]{0,38}"
_ACTIONS = "write|change|erase|erase_now|keep|announce|hush"


class PlanCog(commands.Cog):
    """Every answer is for the member alone; a plan is never screened, and no page comes of it."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._button = _plan_button(self)
        describe(self, parts.words, "care.command")

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._client.add_dynamic_items(self._button)

    async def cog_unload(self) -> None:
        """Take them back."""
        self._client.remove_dynamic_items(self._button)

    @app_commands.command(name="my-plan")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def my_plan(self, interaction: discord.Interaction) -> None:
        """Show somebody their plan."""
        groups = await groups_concerned(interaction, self._parts.groups)
        words = words_for(interaction, groups, self._parts.words)
        plan = await self._parts.plans.of(interaction.user.id)
        view = plan_view(plan, groups[0].key if groups else None, words)
        await interaction.response.send_message(view=view, ephemeral=True)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a form that was sent, also one that was opened before a restart."""
        sent = sent_form(interaction, FORM)
        if sent is None:
            return
        try:
            await self._take(interaction, sent)
        except Exception as error:  # noqa: BLE001  (the boundary: whatever broke, the sender gets an answer)
            await answer_failure(interaction, error)

    async def act(self, interaction: discord.Interaction, group_key: str, action: str) -> None:
        """Do what a press means."""
        member, words = interaction.user.id, self._words_of(group_key)
        if action in ("write", "change"):
            plan = await self._parts.plans.of(member)
            await interaction.response.send_modal(plan_form(group_key, plan, words))
        elif action == "erase":
            await interaction.response.edit_message(view=erase_view(group_key, words))
        elif action == "erase_now":
            await self._parts.plans.erase(member)
            await interaction.response.edit_message(view=shown(words("care.plan.erased")))
        elif action == "keep":
            await self._show(interaction, await self._parts.plans.of(member), group_key, None)
        else:
            plan = await self._parts.plans.announce(member, action == "announce")
            told = words("care.plan.announced" if action == "announce" else "care.plan.hushed")
            await self._show(interaction, plan, group_key, told if plan else None)

    async def _take(self, interaction: discord.Interaction, sent: SentForm) -> None:
        group, words = self._parts.groups.get(sent.about), self._words_of(sent.about)
        if group is None:
            await answer_privately(interaction, words("daily_prompts.where.no_group"))
            return
        parts = {name: tidy(sent.fields.get(name, "")) for name in PARTS}
        plan = await self._parts.plans.write(interaction.user.id, group.key, parts, self._parts.clock.now())
        told = words("care.plan.saved" if plan else "care.plan.emptied")
        view = plan_view(plan, group.key, words, told)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _show(
        self, interaction: discord.Interaction, plan: Plan | None, group_key: str, told: str | None
    ) -> None:
        view = plan_view(plan, group_key, self._words_of(group_key), told)
        await interaction.response.edit_message(view=view)

    def _words_of(self, group_key: str) -> Words:
        return self._parts.crisis_texts.words(self._parts.groups.get(group_key))


def _plan_button(cog: PlanCog) -> type[SafeButton]:
    class PlanButton(SafeButton, template=rf"{PLAN}:(?P<row>{_KEY}:(?:{_ACTIONS}))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            group_key, _, action = self.row_id.partition(":")
            await cog.act(interaction, group_key, action)

    return PlanButton
