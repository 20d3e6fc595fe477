"""The daily prompts' cog: who posts them, their buttons and forms, and the commands of /prompt."""

from itertools import islice

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.daily_prompts.answers.model import ANSWER, ANSWER_CHANGED, ANSWER_GONE
from bot.daily_prompts.explain import for_member, sentence
from bot.daily_prompts.model import POST
from bot.daily_prompts.pace.model import DIRECT
from bot.daily_prompts.service import reasons_of
from bot.daily_prompts.steering.model import SUGGESTION, NotATherapist, NotFound
from bot.groups.model import Group
from bot.words import FALLBACK
from cogs.daily_prompts import forms_for_therapists as forms
from cogs.daily_prompts import lists, pace, panel, suggestions, topics, views
from cogs.daily_prompts.deliver import PromptDeliverer
from cogs.daily_prompts.deliver_answers import AnswerDeliverer
from cogs.daily_prompts.deliver_direct import DirectDeliverer
from cogs.daily_prompts.render import actions, prompt_text
from cogs.daily_prompts.taking import FormTaker
from cogs.daily_prompts.tools import Tools
from cogs.shared.describing import describe, describe_one
from cogs.shared.interactions import SafeLayout, answer_privately
from cogs.shared.places import groups_concerned, words_for

# Discord shows at most 25 choices, with names of 100 characters.
_CHOICES = 25
_CHOICE_NAME = 100


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class DailyPromptsCog(commands.GroupCog, group_name="prompt", group_description="-"):
    """Posts what the service has claimed, and takes what members do with it."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._tools = Tools(
            parts.daily_prompts, parts.answers, parts.paces, parts.steering, parts.groups, parts.words, parts.clock
        )
        self._items = (
            *views.buttons(self._tools),
            *lists.list_buttons(self._tools),
            *panel.panel_items(self._tools),
            *pace.pace_items(self._tools),
            topics.topics_select(self._tools),
            suggestions.suggestion_button(self._tools),
        )
        self._prompts = PromptDeliverer(client, parts.daily_prompts, parts.groups, parts.words, parts.skills)
        self._answers = AnswerDeliverer(client, parts.answers, parts.daily_prompts, parts.groups, parts.words)
        self._suggestions = suggestions.SuggestionDeliverer(client, self._tools, parts.groups, parts.words)
        self._direct = DirectDeliverer(
            client, parts.paces, parts.daily_prompts, parts.groups, parts.words, parts.skills
        )
        self._forms = FormTaker(parts, self._tools)
        describe(self, parts.words, "daily_prompts.command")
        if self.app_command is not None:
            describe_one(self.app_command, parts.words.of(FALLBACK), "daily_prompts.command.prompt")

    async def cog_load(self) -> None:
        """Register what this feature sends; prompts that cannot be read keep it down, and only it."""
        self._parts.daily_prompts.library(FALLBACK)
        outbox = self._parts.outbox
        outbox.deliver_with(POST, self._prompts.post)
        outbox.deliver_with(DIRECT, self._direct.send)
        outbox.deliver_with(ANSWER, self._answers.show)
        outbox.deliver_with(ANSWER_CHANGED, self._answers.change)
        outbox.deliver_with(ANSWER_GONE, self._answers.take_away)
        outbox.deliver_with(SUGGESTION, self._suggestions.show)
        self._client.add_dynamic_items(*self._items)

    async def cog_unload(self) -> None:
        """Take everything back."""
        for kind in (POST, DIRECT, ANSWER, ANSWER_CHANGED, ANSWER_GONE, SUGGESTION):
            self._parts.outbox.stop_delivering(kind)
        self._client.remove_dynamic_items(*self._items)

    @app_commands.command(name="today")
    async def today(self, interaction: discord.Interaction) -> None:
        """Show the newest prompt to the person alone."""
        group = await self._group(interaction)
        if group is None:
            return
        words = self._tools.words_in(interaction, group)
        run = await self._tools.prompts.latest(group)
        prompt = await self._tools.prompts.shown(run) if run else None
        if run is None or prompt is None:
            await answer_privately(interaction, words("daily_prompts.today.none"))
            return
        layout = SafeLayout(timeout=None)
        lines = [prompt_text(prompt, words), f"-# {words('daily_prompts.today.late')}"]
        lines += await self._tools.news(interaction, words)
        layout.add_item(discord.ui.TextDisplay("\n".join(lines)))
        layout.add_item(actions(run.id, words))
        await interaction.response.send_message(view=layout, ephemeral=True)

    @app_commands.command(name="mine")
    async def mine(self, interaction: discord.Interaction) -> None:
        """Show somebody their own answers."""
        page = await lists.page_of(self._tools, interaction.user.id, 0)
        layout = lists.own_answers(page, self._tools.words_in(interaction), self._tools.labels())
        await interaction.response.send_message(view=layout, ephemeral=True)

    @app_commands.command(name="saved")
    async def saved(self, interaction: discord.Interaction) -> None:
        """Show somebody the prompts that they kept for later."""
        entries = await lists.saved_entries(self._tools, interaction.user.id)
        layout = lists.saved_prompts(entries, self._tools.words_in(interaction))
        await interaction.response.send_message(view=layout, ephemeral=True)

    @app_commands.command(name="topics")
    async def rest_topics(self, interaction: discord.Interaction) -> None:
        """Let somebody choose topics that they would rather not meet."""
        group = await self._group(interaction)
        if group is None:
            return
        words = self._tools.words_in(interaction, group)
        library = self._tools.prompts.library(group.language)
        chosen = await self._tools.answers.resting_topics(group, interaction.user.id)
        told = words("daily_prompts.topics.yours")
        layout = topics.topics_layout(group.key, library, chosen, words, told)
        await interaction.response.send_message(view=layout, ephemeral=True)

    @app_commands.command(name="pace")
    async def pace(self, interaction: discord.Interaction) -> None:
        """Let somebody choose when prompts come to them, and take a pause; nobody is told."""
        group = await self._group(interaction)
        if group is None:
            return
        words = self._tools.words_in(interaction, group)
        found = await self._tools.paces.of(group, interaction.user.id)
        news = await self._tools.news(interaction, words)
        layout = pace.pace_layout(group, found, self._tools.clock.now(), words, "\n".join(news) or None)
        await interaction.response.send_message(view=layout, ephemeral=True)

    @app_commands.command(name="why")
    async def why(self, interaction: discord.Interaction) -> None:
        """Say why the newest prompt was chosen; what could point to a person only to therapists."""
        group = await self._group(interaction)
        if group is None:
            return
        words = self._tools.words_in(interaction, group)
        run = await self._tools.prompts.latest(group)
        if run is None:
            await answer_privately(interaction, words("daily_prompts.why.none"))
            return
        reasons = reasons_of(run)
        if interaction.user.id not in group.therapists:
            reasons = for_member(reasons)
        vocabulary = self._tools.prompts.library(group.language).vocabulary
        lines = [f"- {sentence(reason, vocabulary)}" for reason in reasons]
        await answer_privately(interaction, "\n".join([f"### {words('daily_prompts.why.heading')}", *lines]))

    @app_commands.command(name="suggest")
    async def suggest(self, interaction: discord.Interaction) -> None:
        """Let a member suggest a prompt."""
        group = await self._group(interaction)
        if group is not None:
            words = self._tools.words_in(interaction, group)
            await interaction.response.send_modal(forms.suggestion_form(group.key, words))

    @app_commands.command(name="panel")
    async def panel(self, interaction: discord.Interaction) -> None:
        """Show therapists what comes next, and how to change it."""
        group = await self._group(interaction)
        if group is None:
            return
        words = self._tools.words_in(interaction, group)
        try:
            found = await self._tools.steering.panel(group, interaction.user.id, self._tools.clock.now())
        except NotATherapist:
            await answer_privately(interaction, words("daily_prompts.panel.not_yours"))
            return
        layout = panel.panel_layout(group, found, self._tools.prompts.library(group.language), words)
        await interaction.response.send_message(view=layout, ephemeral=True)

    @app_commands.command(name="queue")
    async def queue(self, interaction: discord.Interaction, prompt: str) -> None:
        """Put a prompt of the library into the queue."""
        group = await self._group(interaction)
        if group is None:
            return
        words = self._tools.words_in(interaction, group)
        try:
            queued = await self._tools.steering.enqueue(group, interaction.user.id, prompt, self._tools.clock.now())
        except NotATherapist:
            said = words("daily_prompts.panel.not_yours")
        except NotFound:
            said = words("daily_prompts.panel.unknown")
        else:
            said = words("daily_prompts.panel.queued", text=panel.one_line(queued.text))
        await answer_privately(interaction, said)

    @queue.autocomplete("prompt")
    async def _complete(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        groups = await groups_concerned(interaction, self._parts.groups)
        if len(groups) != 1 or interaction.user.id not in groups[0].therapists:
            return []
        prompts = self._tools.prompts.library(groups[0].language).prompts.values()
        fitting = (each for each in prompts if current.casefold() in f"{each.id} {each.text}".casefold())
        return [
            app_commands.Choice(name=panel.one_line(each.text, _CHOICE_NAME), value=each.id)
            for each in islice(fitting, _CHOICES)
        ]

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take a form that was sent, also one that was opened before a restart."""
        await self._forms.take(interaction)

    async def _group(self, interaction: discord.Interaction) -> Group | None:
        """Return the group that a command is about; if that is not plain, say so."""
        groups = await groups_concerned(interaction, self._parts.groups)
        if len(groups) == 1:
            return groups[0]
        words = words_for(interaction, groups, self._parts.words)
        which = "which_group" if groups else "no_group"
        await answer_privately(interaction, words(f"daily_prompts.where.{which}"))
        return None
