"""Reading back: after a start or a gap, every watched channel from the last position on, each message once."""

from collections.abc import Awaitable, Callable

import discord

from bot.app import Parts
from bot.groups.model import Group
from bot.log import get

log = get("catch_up")

Read = Callable[[discord.Message], Awaitable[bool]]


class CatchUp:
    """Finds what was said while nobody listened, and hands it to `read` in the order in which it was said."""

    def __init__(self, client: discord.Client, parts: Parts, read: Read) -> None:
        self._client = client
        self._parts = parts
        self._read = read

    async def everything(self) -> None:
        """Read back every circle, its threads, and the direct messages that are known."""
        positions = await self._parts.watermarks.load()
        for position in positions:
            if position.is_dm:
                await self._back(self._client.get_partial_messageable(position.channel_id))
        await self.circles()
        await self._faults()

    async def circles(self) -> None:
        """Read back every circle that this process can see, and its threads; begin with those that are new."""
        for group in self._parts.groups.all():
            circle = self._client.get_channel(group.circle)
            if isinstance(circle, discord.TextChannel):
                await self.watch(circle, group, None)
                await self._back(circle)
                for thread in await self._threads(circle):
                    await self.thread(thread)

    async def thread(self, thread: discord.Thread) -> None:
        """Watch a thread of a circle and read it back."""
        group = self._parts.groups.of_circle(thread.parent_id)
        if group is not None:
            await self.watch(thread, group, None)
            await self._back(thread)

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
                message = await self._client.get_partial_messageable(channel_id).fetch_message(message_id)
            except (discord.NotFound, discord.Forbidden):
                continue
            if await self._read(message):
                await self._parts.cases.screened_after_all(group_key, message_id, self._parts.clock.now())

    async def _threads(self, circle: discord.TextChannel) -> list[discord.Thread]:
        """Return the circle's threads: the active ones, and those archived since we last read them."""
        threads = list(circle.threads)
        try:
            async for thread in circle.archived_threads(limit=50):
                position = self._parts.watermarks.position(thread.id)
                if thread.last_message_id is not None and (position is None or thread.last_message_id > position):
                    threads.append(thread)
        except discord.Forbidden:
            log.warning("archived_threads_hidden")
        return threads

    async def _back(self, channel: discord.abc.Messageable) -> None:
        channel_id: int = getattr(channel, "id")  # noqa: B009
        position = self._parts.watermarks.position(channel_id)
        if position is None:
            return
        count = 0
        try:
            async for message in channel.history(after=discord.Object(position), oldest_first=True, limit=None):
                count += 1
                await self._read(message)
        except (discord.Forbidden, discord.NotFound):
            log.warning("channel_cannot_be_read_back")
        if count:
            log.info("read_back", count=count)
