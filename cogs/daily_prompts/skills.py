"""Exercises on Discord: /skill, /toolbox, the steps, and an exercise that goes on by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.app import Parts
from bot.daily_prompts.skills.model import Skill
from bot.log import get
from bot.words import Words
from cogs.daily_prompts import skill_render as render
from cogs.daily_prompts.selects import SafeSelect
from cogs.daily_prompts.skill_render import At
from cogs.shared.describing import describe
from cogs.shared.interactions import SafeButton, answer_privately
from cogs.shared.places import group_of, words_for

log = get("daily_prompts")

_ACTIONS = "open|step|pace|all|keep|drop|next|stop|again"
_AT = r"[a-z0-9_]{1,40}\.(?:x|[0-9]{1,2})\.[0-9]{1,2}"
_CHOICES = 25

Sleep = Callable[[float], Awaitable[None]]


class SkillsCog(commands.Cog):
    """Shows exercises to the person alone. An exercise that runs by itself lives in memory only: it may just stop."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts, sleep: Sleep = asyncio.sleep) -> None:
        self._client = client
        self._parts = parts
        self._sleep = sleep
        self._running: dict[int, asyncio.Task[None]] = {}
        self._items = (_skill_button(self), _rate_select(self), _choose_select(self))
        describe(self, parts.words, "daily_prompts.command")

    async def cog_load(self) -> None:
        """Register the buttons."""
        self._client.add_dynamic_items(*self._items)

    async def cog_unload(self) -> None:
        """Take everything back, and end what runs."""
        self._client.remove_dynamic_items(*self._items)
        for task in self._running.values():
            task.cancel()

    @app_commands.command(name="skill")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def skill(self, interaction: discord.Interaction, name: str | None = None) -> None:
        """Open an exercise, or show what there is."""
        words, skills = self.words_of(interaction), self.skills_of(interaction)
        if name is None:
            layout = render.skill_list(list(skills.values()), words, words("daily_prompts.skills.list"))
            await interaction.response.send_message(view=layout, ephemeral=True)
        elif name not in skills:
            await answer_privately(interaction, words("daily_prompts.skills.unknown"))
        else:
            layout = await self.intro(interaction, skills[name], At(name))
            await interaction.response.send_message(view=layout, ephemeral=True)

    @skill.autocomplete("name")
    async def _complete(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        skills = self.skills_of(interaction).values()
        fitting = [each for each in skills if current.casefold() in f"{each.name} {each.summary}".casefold()]
        return [app_commands.Choice(name=each.name, value=each.id) for each in fitting[:_CHOICES]]

    @app_commands.command(name="toolbox")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def toolbox(self, interaction: discord.Interaction) -> None:
        """Show somebody the exercises that they keep."""
        words, skills = self.words_of(interaction), self.skills_of(interaction)
        kept = [skills[each] for each in await self._parts.toolbox.of(interaction.user.id) if each in skills]
        heading, empty = words("daily_prompts.skills.toolbox"), words("daily_prompts.skills.toolbox_empty")
        layout = render.skill_list(kept, words, heading, empty)
        await interaction.response.send_message(view=layout, ephemeral=True)

    def language_of(self, interaction: discord.Interaction) -> str:
        """Return the language of the group in whose circle somebody is, or their own."""
        group = group_of(interaction.channel, self._parts.groups)
        return group.language if group else str(interaction.locale).partition("-")[0]

    def words_of(self, interaction: discord.Interaction) -> Words:
        """Return the words for somebody's private answer."""
        group = group_of(interaction.channel, self._parts.groups)
        return words_for(interaction, [group] if group else [], self._parts.words)

    def skills_of(self, interaction: discord.Interaction) -> dict[str, Skill]:
        """Return the exercises in somebody's language."""
        return dict(self._parts.skills.of(self.language_of(interaction)))

    async def intro(
        self, interaction: discord.Interaction, skill: Skill, at: At, told: str | None = None
    ) -> ui.LayoutView:
        """Return an exercise's first page for somebody."""
        kept = await self._parts.toolbox.of(interaction.user.id)
        return render.intro(skill, at, self.words_of(interaction), in_toolbox=skill.id in kept, told=told)

    async def act(self, interaction: discord.Interaction, at: At, action: str) -> None:
        """Do what a press on an exercise means."""
        self._stop(interaction.user.id)
        words, skill = self.words_of(interaction), self.skills_of(interaction).get(at.skill)
        if skill is None:
            await answer_privately(interaction, words("daily_prompts.skills.gone"))
        elif action == "open":
            await interaction.response.send_message(view=await self.intro(interaction, skill, at), ephemeral=True)
        elif action in ("keep", "drop"):
            await self._keep(interaction, skill, at, keep=action == "keep")
        elif action == "pace":
            await self._pace(interaction, skill, replace(at, step=0), words)
        else:
            await interaction.response.edit_message(view=self._page(skill, at, action, words))

    async def rated(self, interaction: discord.Interaction, at: At, which: str, number: int) -> None:
        """Take a rating; it goes into the message and nowhere else."""
        words, skill = self.words_of(interaction), self.skills_of(interaction).get(at.skill)
        if skill is None:
            await answer_privately(interaction, words("daily_prompts.skills.gone"))
        elif which == "rate_before":
            layout = await self.intro(interaction, skill, replace(at, before=number))
            await interaction.response.edit_message(view=layout)
        else:
            await interaction.response.edit_message(view=render.done(skill, at, words, after=number))

    def _page(self, skill: Skill, at: At, action: str, words: Words) -> ui.LayoutView:
        if action == "all":
            return render.all_steps(skill, at, words)
        at = at if action in ("next", "stop") else replace(at, step=0)
        return render.step(skill, at, words) if at.step < len(skill.steps) else render.done(skill, at, words)

    async def _keep(self, interaction: discord.Interaction, skill: Skill, at: At, *, keep: bool) -> None:
        words = self.words_of(interaction)
        if keep:
            await self._parts.toolbox.put(interaction.user.id, skill.id, self._parts.clock.now())
        else:
            await self._parts.toolbox.take_out(interaction.user.id, skill.id)
        told = words(f"daily_prompts.skills.{'kept' if keep else 'dropped'}")
        await interaction.response.edit_message(view=await self.intro(interaction, skill, replace(at, step=0), told))

    async def _pace(self, interaction: discord.Interaction, skill: Skill, at: At, words: Words) -> None:
        await interaction.response.edit_message(view=render.step(skill, at, words, paced=True))
        task = asyncio.create_task(self._run(interaction, skill, at, words), name="paced exercise")
        self._running[interaction.user.id] = task
        task.add_done_callback(lambda ended: self._ended(interaction.user.id, ended))

    async def _run(self, interaction: discord.Interaction, skill: Skill, at: At, words: Words) -> None:
        """Go through the steps in their own time; if Discord does not take an edit, it ends where it is."""
        try:
            for number, each in enumerate(skill.steps):
                if number:
                    layout = render.step(skill, replace(at, step=number), words, paced=True)
                    await interaction.edit_original_response(view=layout)
                await self._sleep(each.seconds)
            await interaction.edit_original_response(view=render.done(skill, at, words))
        except discord.HTTPException as refused:
            log.info("paced_exercise_ended", problem=f"discord.{refused.code}")

    def _stop(self, member_id: int) -> None:
        task = self._running.pop(member_id, None)
        if task is not None:
            task.cancel()

    def _ended(self, member_id: int, task: asyncio.Task[None]) -> None:
        if self._running.get(member_id) is task:
            del self._running[member_id]


def _skill_button(cog: SkillsCog) -> type[SafeButton]:
    class SkillButton(SafeButton, template=rf"{render.PREFIX}:(?P<row>{_AT}\.(?:{_ACTIONS}))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            at, _, action = self.row_id.rpartition(".")
            await cog.act(interaction, At.parse(at), action)

    return SkillButton


def _rate_select(cog: SkillsCog) -> type[SafeSelect]:
    class RateSelect(SafeSelect, template=rf"{render.RATE}:(?P<row>{_AT}\.(?:rate_before|rate_after))"):
        async def chosen(self, interaction: discord.Interaction, values: tuple[str, ...]) -> None:
            at, _, which = self.row_id.rpartition(".")
            await cog.rated(interaction, At.parse(at), which, int(values[0]))

    return RateSelect


def _choose_select(cog: SkillsCog) -> type[SafeSelect]:
    class ChooseSelect(SafeSelect, template=rf"{render.CHOOSE}:(?P<row>any)"):
        async def chosen(self, interaction: discord.Interaction, values: tuple[str, ...]) -> None:
            skill = cog.skills_of(interaction).get(values[0])
            if skill is None:
                await answer_privately(interaction, cog.words_of(interaction)("daily_prompts.skills.gone"))
                return
            await interaction.response.edit_message(view=await cog.intro(interaction, skill, At(skill.id)))

    return ChooseSelect
