"""The crisis cog: what is said in a circle, its threads and in direct messages is screened, once, also after a gap."""

from dataclasses import dataclass
from datetime import UTC, datetime

import discord
from discord.ext import commands

from bot.app import Parts
from bot.crisis.cases.model import NOTICE, PAGE
from bot.crisis.screening import joined, views_of
from bot.crisis.watching.intake import LATE_SECONDS, Said
from bot.crisis.watching.recent import RecentMessages
from bot.errors import StorageError
from bot.groups.model import Group
from bot.log import get
from cogs.crisis.catch_up import CatchUp
from cogs.crisis.deliver import CrisisDeliverers
from cogs.crisis.gaps import note_gap
from cogs.crisis.not_stored import NotStored
from cogs.crisis.reading import views_of_message, written_by_a_person
from cogs.crisis.views import acknowledge_button
from cogs.shared.places import group_of, groups_of_person, is_away, is_direct
from cogs.shared.private_word import PrivateWord
from cogs.shared.screened import ScreenedMessage

log = get("crisis")

_REMEMBERED_EDITS = 500


@dataclass(frozen=True, slots=True)
class _Seen:
    """Whether the author is told about what they wrote, and whether all of it could be screened."""

    told: bool = False
    readable: bool = True


class MembershipUnknown(Exception):
    """Somebody wrote directly, and whether they belong to a group cannot be said before its server is back."""


class CrisisCog(commands.Cog):
    """Listens, screens, raises cases, and registers who sends the pages."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._recent = RecentMessages()
        self._edits: dict[int, datetime] = {}
        self._missed: list[int] = []
        self._gap_is_noted = True
        self._not_stored = NotStored(client, parts)
        self._catch_up = CatchUp(client, parts, self.read)
        private_word = PrivateWord(client, parts.preferences)
        self._deliverers = CrisisDeliverers(
            client, parts.cases, parts.groups, parts.crisis_texts, private_word, parts.reach
        )
        self._button = acknowledge_button(parts.cases, parts.groups, parts.crisis_texts, parts.clock)

    async def cog_load(self) -> None:
        """Register what this feature sends, and its buttons; learn how far was read before anything is heard."""
        await self._parts.watermarks.load()
        outbox = self._parts.outbox
        outbox.deliver_with(PAGE, self._deliverers.page)
        outbox.deliver_with(NOTICE, self._deliverers.notice)
        self._client.add_dynamic_items(self._button)

    async def cog_unload(self) -> None:
        """Take everything back."""
        for kind in (PAGE, NOTICE):
            self._parts.outbox.stop_delivering(kind)
        self._client.remove_dynamic_items(self._button)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """After a start, and after a gap that the gateway did not replay: read what was said meanwhile."""
        self._gap_is_noted = False
        try:
            await self._note_gap()
            self._parts.watermarks.began()
            await self._catch_up.everything()
            await self._tell_what_is_read()
        except StorageError as error:
            log.error("reading_back_waits", exc_info=error)
            self._parts.watermarks.began()
        self._parts.watermarks.read_back_with(self._read_the_rest)
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

    @commands.Cog.listener()
    async def on_thread_create(self, thread: discord.Thread) -> None:
        """Screen the title of a new thread, and watch it."""
        await self._catch_up.thread(thread)
        await self._read_title(thread)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Note in its case that a message is gone; the case stays."""
        for group in self._parts.groups.all():
            if payload.guild_id in (None, group.server):
                await self._parts.cases.message_deleted(group.key, payload.message_id, self._parts.clock.now())

    @commands.Cog.listener()
    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Screen the new title of a thread."""
        if before.name != after.name:
            await self._read_title(after)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Screen a changed nickname, in the groups that the person is in."""
        if after.bot or before.nick == after.nick or not after.nick:
            return
        groups = await groups_of_person(self._client, self._parts.groups, after.id)
        now = self._parts.clock.now()
        for group in groups:
            if group.server == after.guild.id:
                said = Said(
                    after.id, group.circle, discord.utils.time_snowflake(now), now, in_dm=False, place="nickname"
                )
                await self._parts.watch.read(group, said, views_of("", nickname=after.nick), now, told=True)

    async def read(self, message: discord.Message) -> bool:
        """Screen one message, wherever it came from; doing it twice is doing it once. False if it could not be read."""
        if not written_by_a_person(message):
            return True
        try:
            with self._not_stored.watching(message):
                readable = await self._read(message)
        except StorageError:
            await self._not_stored.tell(message)
            raise
        self._not_stored.stored(message.id)
        return readable

    async def _read(self, message: discord.Message) -> bool:
        if is_direct(message.channel):
            return await self._read_direct(message)
        group = group_of(message.channel, self._parts.groups)
        if group is None:
            return True
        await self._catch_up.watch(message.channel, group, message.id)
        with self._parts.watermarks.handling(message.channel.id, message.id):
            return (await self._screen(message, [group])).readable

    async def _note_gap(self) -> None:
        if not self._gap_is_noted:
            self._missed += await note_gap(self._client, self._parts)
            self._gap_is_noted = True

    async def _read_the_rest(self) -> None:
        await self._note_gap()
        await self._catch_up.rest()
        await self._tell_what_is_read()

    async def _tell_what_is_read(self) -> None:
        """Let the notice of a gap say that what was said in it is read, once nothing of its group is behind."""
        waiting, self._missed = self._missed, []
        for gap_id in waiting:
            gap = await self._parts.gaps.get(gap_id)
            if gap is not None and self._parts.watermarks.behind(gap.group_key):
                self._missed.append(gap_id)
            elif gap is not None:
                await self._parts.gaps.read_back([gap_id], self._parts.clock.now())

    async def _read_direct(self, message: discord.Message) -> bool:
        now = self._parts.clock.now()
        await self._parts.watermarks.begin(message.channel.id, message.id - 1, now, group_key=None, is_dm=True)
        with self._parts.watermarks.handling(message.channel.id, message.id):
            groups = await groups_of_person(self._client, self._parts.groups, message.author.id)
            if not groups and any(is_away(self._client, group.server) for group in self._parts.groups.all()):
                raise MembershipUnknown  # it is read again with the ticks that follow
            seen = await self._screen(message, groups)
            if not seen.told:
                first = groups[0].key if groups else None
                await self._parts.direct_answers.answer(message.author.id, message.id, first, now)
        return seen.readable

    async def _screen(self, message: discord.Message, groups: list[Group]) -> _Seen:
        """Screen a message for each of the author's groups."""
        views = await views_of_message(message)
        before = self._recent.joined_with(message.channel.id, message.author.id, message.content, message.created_at)
        read = (*views, joined(before)) if len(before) > 1 else views
        reply_to = message.reference.message_id if message.reference else None
        now, said, seen = self._parts.clock.now(), _said(message), _Seen()
        late = (now - message.created_at).total_seconds() > LATE_SECONDS
        for group in groups:
            found = await self._parts.watch.read(group, said, read, now, reply_to=reply_to, told=not seen.told)
            told = found.raised is not None and found.raised.told
            seen = _Seen(told=seen.told or told, readable=seen.readable and found.assessment is not None)
            if found.assessment is not None:
                if message.edited_at is not None:
                    await self._parts.cases.edited_away(group.key, said.key, found.assessment.level, now)
                self._client.dispatch(
                    "screened_message", ScreenedMessage(group, message, views, found.assessment, late)
                )
        return seen

    async def _read_title(self, thread: discord.Thread) -> None:
        group = group_of(thread, self._parts.groups)
        if group is None or thread.owner_id is None:
            return
        now = self._parts.clock.now()
        said = Said(thread.owner_id, thread.id, thread.id, now, in_dm=False, place="title")
        await self._parts.watch.read(group, said, views_of("", thread_title=thread.name), now, told=True)


def _said(message: discord.Message) -> Said:
    return Said(
        author_id=message.author.id,
        channel_id=message.channel.id,
        message_id=message.id,
        at=message.created_at.astimezone(UTC),
        in_dm=is_direct(message.channel),
    )
