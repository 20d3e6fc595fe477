"""Reading back: after a start or a gap, every watched channel from the last position on, each message once."""

import asyncio
from collections.abc import Awaitable, Callable

import discord

from bot.app import Parts
from bot.errors import StorageError
from bot.groups.model import Group
from bot.log import get
from cogs.shared.delivery import NOT_NOW

log = get("catch_up")

Read = Callable[[discord.Message], Awaitable[bool]]


class CatchUp:
    """Finds what was said while nobody listened, and hands it to `read` in the order in which it was said.

    A channel that cannot be read now, and a message that cannot be handled, hold up nothing else: they stay behind, and
    `rest` comes back for them.
    """

    def __init__(self, client: discord.Client, parts: Parts, read: Read) -> None:
        self._client = client
        self._parts = parts
        self._read = read
        self._one_at_a_time = asyncio.Lock()

    async def everything(self) -> None:
        """Read back every circle, its threads, and the direct messages that are known."""
        async with self._one_at_a_time:
            await self._direct_messages()
            await self.circles()
        await self._faults()

    async def rest(self) -> None:
        """Read back what is still behind."""
        if self._one_at_a_time.locked():
            return
        async with self._one_at_a_time:
            await self._direct_messages()
            for group in self._parts.groups.all():
                if self._parts.watermarks.behind(group.key):
                    await self._group(group)

    async def circles(self) -> None:
        """Read back every circle that this process can see, and its threads; begin with those that are new."""
        for group in self._parts.groups.all():
            await self._group(group)

    async def thread(self, thread: discord.Thread) -> bool:
        """Watch a thread of a circle and read it back; says whether all of it could be."""
        group = self._parts.groups.of_circle(thread.parent_id)
        if group is None:
            return True
        await self.watch(thread, group, None)
        return await self._back(thread, thread.id)

    async def _direct_messages(self) -> None:
        for channel_id in self._parts.watermarks.behind(None):
            private = discord.ChannelType.private
            await self._back(self._client.get_partial_messageable(channel_id, type=private), channel_id)

    async def _group(self, group: Group) -> None:
        """Read back a circle and its threads; what else was behind of the group has nothing that is missing then."""
        guild = self._client.get_guild(group.server)
        if guild is None or guild.unavailable:
            return
        marks = self._parts.watermarks
        behind, complete = marks.behind(group.key), True
        circle = guild.get_channel(group.circle)
        if isinstance(circle, discord.TextChannel):
            await self.watch(circle, group, None)
            complete = await self._back(circle, circle.id)
            threads = await self._threads(circle)
            complete = complete and threads is not None
            for thread in threads or []:
                complete = await self.thread(thread) and complete
        if complete:
            for channel_id, after in behind.items():
                marks.read_back_to(channel_id, after, None)

    async def watch(self, channel: discord.abc.Messageable, group: Group, before: int | None) -> None:
        """Give a channel its first position: a thread's beginning, or for a circle the group's import."""
        channel_id: int = getattr(channel, "id")  # noqa: B009  (every channel has one; the base class does not say so)
        if self._parts.watermarks.knows(channel_id):
            return
        if isinstance(channel, discord.Thread):
            start = channel.id - 1
        else:
            start = discord.utils.time_snowflake(group.imported_at)
            start = min(start, before - 1) if before is not None else start
        now = self._parts.clock.now()
        await self._parts.watermarks.begin(channel_id, start, now, group_key=group.key, is_dm=False)

    async def _faults(self) -> None:
        """Try again what could not be screened; a message that is gone by now stays in its fault case."""
        for group_key, channel_id, message_id in await self._parts.cases.faults():
            try:
                channel = self._client.get_channel(channel_id) or await self._client.fetch_channel(channel_id)
                if not isinstance(channel, discord.abc.Messageable):
                    continue
                read = await self._read(await channel.fetch_message(message_id))
            except (discord.NotFound, discord.Forbidden):
                continue
            except Exception as error:
                log.error("fault_not_read_again", exc_info=error)
                continue
            if read:
                await self._parts.cases.screened_after_all(group_key, message_id, self._parts.clock.now())

    async def _threads(self, circle: discord.TextChannel) -> list[discord.Thread] | None:
        """Return the circle's threads: the active ones, and those archived since we last read them. None: not now."""
        threads = list(circle.threads)
        try:
            async for thread in circle.archived_threads(limit=50):
                position = self._parts.watermarks.position(thread.id)
                if thread.last_message_id is not None and (position is None or thread.last_message_id > position):
                    threads.append(thread)
        except discord.Forbidden:
            log.warning("archived_threads_hidden")
        except NOT_NOW as error:
            log.warning("archived_threads_not_listed", exc_info=error)
            return None
        return threads

    async def _back(self, channel: discord.abc.Messageable, channel_id: int) -> bool:
        """Read back one channel; False if something of it has to be tried again."""
        reached = self._parts.watermarks.missing_after(channel_id)
        if reached is None:
            return True
        count, complete = 0, True
        try:
            async for message in channel.history(after=discord.Object(reached), oldest_first=True, limit=None):
                count += 1
                complete = await self._handled(message) and complete
                if complete and self._parts.watermarks.read_back_to(channel_id, reached, message.id):
                    reached = message.id
        except (discord.Forbidden, discord.NotFound):
            log.warning("channel_cannot_be_read_back")
        except (*NOT_NOW, StorageError) as error:
            log.warning("channel_not_read_back_yet", exc_info=error)
            return False
        if count:
            log.info("read_back", count=count)
        return complete and self._parts.watermarks.read_back_to(channel_id, reached, None)

    async def _handled(self, message: discord.Message) -> bool:
        """Hand one message to be read; what breaks over it is logged, and those after it are read all the same."""
        try:
            await self._read(message)
        except StorageError:
            raise
        except Exception as error:
            log.error("message_not_read_back", exc_info=error)
            return False
        return True
