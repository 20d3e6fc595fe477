"""The crisis cog: what is said in a circle, its threads and in direct messages is screened, once, also after a gap."""

from datetime import UTC, datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Parts
from bot.crisis.intake import LATE_SECONDS, Said
from bot.crisis.model import DIRECT_ANSWER, MEMBER_TEXT, NOTICE, PAGE
from bot.crisis.recent import RecentMessages
from bot.crisis.screening import Context, joined
from bot.groups.model import Group
from cogs.crisis.catch_up import CatchUp
from cogs.crisis.deliver import CrisisDeliverers
from cogs.crisis.reading import views_of_message, written_by_a_person
from cogs.crisis.views import acknowledge_button
from cogs.shared.interactions import answer_privately
from cogs.shared.places import group_of, groups_of_person, is_direct
from cogs.shared.private_word import PrivateWord
from cogs.shared.screened import ScreenedMessage

_REMEMBERED_EDITS = 500


class CrisisCog(commands.Cog):
    """Listens, screens, raises cases, and registers who sends the pages."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._recent = RecentMessages()
        self._edits: dict[int, datetime] = {}
        self._catch_up = CatchUp(client, parts, self.read)
        private_word = PrivateWord(client, parts.preferences)
        self._deliverers = CrisisDeliverers(client, parts.cases, parts.groups, parts.crisis_texts, private_word)
        self._button = acknowledge_button(parts.cases, parts.groups, parts.crisis_texts, parts.clock)
        words = parts.crisis_texts.words(None)
        self._report = app_commands.ContextMenu(name=words("crisis.report.menu"), callback=self._report_message)
        self._report.guild_only = True

    async def cog_load(self) -> None:
        """Register what this feature sends, its buttons and its menu entry."""
        outbox = self._parts.outbox
        outbox.deliver_with(PAGE, self._deliverers.page)
        outbox.deliver_with(MEMBER_TEXT, self._deliverers.member_text)
        outbox.deliver_with(NOTICE, self._deliverers.notice)
        outbox.deliver_with(DIRECT_ANSWER, self._deliverers.direct_answer)
        self._client.add_dynamic_items(self._button)
        self._client.tree.add_command(self._report)

    async def cog_unload(self) -> None:
        """Take everything back."""
        for kind in (PAGE, MEMBER_TEXT, NOTICE, DIRECT_ANSWER):
            self._parts.outbox.stop_delivering(kind)
        self._client.remove_dynamic_items(self._button)
        self._client.tree.remove_command(self._report.name, type=self._report.type)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """After a start, and after a gap that the gateway did not replay: read what was said meanwhile."""
        await self._catch_up.everything()
        self._client.dispatch("caught_up")

    @commands.Cog.listener()
    async def on_groups_changed(self) -> None:
        """Begin to watch the circles of groups that were just imported."""
        await self._catch_up.circles()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Screen what somebody says."""
        await self.read(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Screen an edited message again; Discord also reports unfurled links this way, which are no edits."""
        message, edited_at = payload.message, payload.message.edited_at
        if edited_at is None or self._edits.get(message.id) == edited_at:
            return
        self._edits[message.id] = edited_at
        while len(self._edits) > _REMEMBERED_EDITS:
            del self._edits[next(iter(self._edits))]
        await self.read(message)

    @commands.Cog.listener()
    async def on_thread_join(self, thread: discord.Thread) -> None:
        """Begin to watch a thread of a circle from its beginning."""
        await self._catch_up.thread(thread)

    async def read(self, message: discord.Message) -> None:
        """Screen one message, wherever it came from; doing it twice is doing it once."""
        if not written_by_a_person(message):
            return
        if is_direct(message.channel):
            await self._read_direct(message)
            return
        group = group_of(message.channel, self._parts.groups)
        if group is None:
            return
        await self._catch_up.watch(message.channel, group, message.id)
        with self._parts.watermarks.handling(message.channel.id, message.id):
            await self._screen(message, [group])

    async def _read_direct(self, message: discord.Message) -> None:
        groups = await groups_of_person(self._client, self._parts.groups, message.author.id)
        now = self._parts.clock.now()
        await self._parts.watermarks.begin(message.channel.id, message.id - 1, now, group_key=None, is_dm=True)
        with self._parts.watermarks.handling(message.channel.id, message.id):
            told = await self._screen(message, groups)
            if not told:
                first = groups[0].key if groups else None
                await self._parts.direct_answers.answer(message.author.id, message.id, first, now)

    async def _screen(self, message: discord.Message, groups: list[Group]) -> bool:
        """Screen a message for each of the author's groups; True if they are told about it."""
        views = await views_of_message(message)
        before = self._recent.joined_with(message.channel.id, message.author.id, message.content, message.created_at)
        read = (*views, joined(before)) if len(before) > 1 else views
        now = self._parts.clock.now()
        late = (now - message.created_at).total_seconds() > LATE_SECONDS
        told = False
        for group in groups:
            context = Context(author_is_therapist=message.author.id in group.therapists)
            assessment = self._parts.screener.assess(read, context)
            raised = await self._parts.intake.found(group, _said(message), assessment, now, told=not told)
            told = told or (raised is not None and raised.told)
            self._client.dispatch("screened_message", ScreenedMessage(group, message, views, assessment, late))
        return told

    async def _report_message(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """*Tell a therapist privately*: the press itself stores the report and pages."""
        group = group_of(interaction.channel, self._parts.groups)
        words = self._parts.crisis_texts.words(group)
        if group is None:
            await answer_privately(interaction, words("crisis.report.not_here"))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._parts.intake.reported(group, _said(message), interaction.id, self._parts.clock.now())
        emergency = self._parts.crisis_texts.emergency(words, group.country)
        await interaction.followup.send(
            words("crisis.report.passed_on", group=group.label, emergency=emergency), ephemeral=True
        )


def _said(message: discord.Message) -> Said:
    return Said(
        author_id=message.author.id,
        channel_id=message.channel.id,
        message_id=message.id,
        at=message.created_at.astimezone(UTC),
        in_dm=is_direct(message.channel),
    )
