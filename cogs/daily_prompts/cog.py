"""The daily prompts' cog: who posts them, their buttons, the answer's form, and the commands of /prompt."""

from datetime import UTC

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.crisis.intake import Said
from bot.crisis.model import Raised
from bot.crisis.screening import views_of
from bot.daily_prompts.answers.model import ANSWER, ANSWER_CHANGED, ANSWER_GONE, Audience, Need
from bot.daily_prompts.answers.service import Wording
from bot.daily_prompts.explain import for_member, sentence
from bot.daily_prompts.model import POST
from bot.daily_prompts.service import reasons_of
from bot.groups.model import Group
from bot.words import FALLBACK, Words
from cogs.daily_prompts import form, lists, topics, views
from cogs.daily_prompts.deliver import PromptDeliverer
from cogs.daily_prompts.deliver_answers import AnswerDeliverer
from cogs.daily_prompts.render import actions, prompt_text
from cogs.daily_prompts.tools import Tools
from cogs.shared.describing import describe
from cogs.shared.forms import SentForm, sent_form
from cogs.shared.interactions import SafeLayout, answer_failure, answer_privately
from cogs.shared.places import groups_concerned, words_for


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class DailyPromptsCog(commands.GroupCog, group_name="prompt", group_description="-"):
    """Posts what the service has claimed, and takes what members do with it."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._tools = Tools(parts.daily_prompts, parts.answers, parts.groups, parts.words, parts.clock)
        self._items = (
            *views.buttons(self._tools),
            *lists.list_buttons(self._tools),
            topics.topics_select(self._tools),
        )
        self._prompts = PromptDeliverer(client, parts.daily_prompts, parts.groups, parts.words)
        self._answers = AnswerDeliverer(client, parts.answers, parts.daily_prompts, parts.groups, parts.words)
        describe(self, parts.words, "daily_prompts.command")
        if self.app_command is not None:
            self.app_command.description = parts.words.of(FALLBACK)("daily_prompts.command.prompt")

    async def cog_load(self) -> None:
        """Register what this feature sends; prompts that cannot be read keep it down, and only it."""
        self._parts.daily_prompts.library(FALLBACK)
        outbox = self._parts.outbox
        outbox.deliver_with(POST, self._prompts.post)
        outbox.deliver_with(ANSWER, self._answers.show)
        outbox.deliver_with(ANSWER_CHANGED, self._answers.change)
        outbox.deliver_with(ANSWER_GONE, self._answers.take_away)
        self._client.add_dynamic_items(*self._items)

    async def cog_unload(self) -> None:
        """Take everything back."""
        for kind in (POST, ANSWER, ANSWER_CHANGED, ANSWER_GONE):
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
        late = words("daily_prompts.today.late")
        layout.add_item(discord.ui.TextDisplay(f"{prompt_text(prompt, words)}\n-# {late}"))
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
        wording = form.wording_of(sent)
        found = await self._tools.run_and_group(sent.about)
        if found is None or not wording.text:
            words = self._tools.words_in(interaction)
            await answer_privately(interaction, words(f"daily_prompts.answer.{'empty' if found else 'gone'}"))
            return
        run, group = found
        await interaction.response.defer(ephemeral=True, thinking=True)
        raised = await self._screen(interaction, group, wording.text)
        if raised is not None and wording.audience.in_circle:
            wording = Wording(wording.text, Audience.ONLY_ME, wording.need)
        now = self._parts.clock.now()
        await self._tools.answers.save(run.id, group, interaction.user.id, wording, now)
        await answer_privately(interaction, await self._answer(interaction, group, wording, raised))

    async def _screen(self, interaction: discord.Interaction, group: Group, text: str) -> Raised | None:
        """Words that are handed over are screened like words that are said: crisis care comes first."""
        said = Said(
            author_id=interaction.user.id,
            channel_id=interaction.channel_id or group.circle,
            message_id=interaction.id,
            at=interaction.created_at.astimezone(UTC),
            in_dm=True,  # nobody but the bot has seen these words, so there is no message to link to
        )
        # The answer to the form is the member's text, so that nothing is written where others could see it.
        read = await self._parts.watch.read(group, said, tuple(views_of(text)), self._parts.clock.now(), told=False)
        return read.raised

    async def _answer(
        self, interaction: discord.Interaction, group: Group, wording: Wording, raised: Raised | None
    ) -> str:
        words = self._tools.words_in(interaction, group)
        if raised is not None:
            progress = await self._parts.cases.progress(raised.case)
            return "\n\n".join(
                [self._parts.crisis_texts.for_member(group, progress), self._kept(wording, group, words)]
            )
        told = [words(f"daily_prompts.answer.{wording.audience}", group=group.label)]
        if wording.need is Need.CHECK:
            told.append(words("daily_prompts.answer.check", group=group.label))
        return "\n\n".join(told)

    @staticmethod
    def _kept(wording: Wording, group: Group, words: Words) -> str:
        kept = "kept_for_now" if wording.audience is Audience.ONLY_ME else wording.audience.value
        return words(f"daily_prompts.answer.{kept}", group=group.label)

    async def _group(self, interaction: discord.Interaction) -> Group | None:
        """Return the group that a command is about; if that is not plain, say so."""
        groups = await groups_concerned(interaction, self._parts.groups)
        if len(groups) == 1:
            return groups[0]
        words = words_for(interaction, groups, self._parts.words)
        which = "which_group" if groups else "no_group"
        await answer_privately(interaction, words(f"daily_prompts.where.{which}"))
        return None
