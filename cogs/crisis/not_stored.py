"""Telling the therapists at once of a message that is not stored: the outbox needs a database, this does not."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import discord
from discord.ext import commands

from bot.app import Parts
from bot.groups.model import Group
from bot.log import get
from cogs.crisis.where import message_link
from cogs.shared.delivery import NOT_NOW
from cogs.shared.places import group_of, groups_of_person, is_direct

log = get("crisis")

_PATIENCE_S = 15.0
"""A database that another program holds makes every write wait for its turn; nobody in danger can wait for that."""


class NotStored:
    """Tells of each message once, in the care channel of every group of its author; who reads it again is elsewhere."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts
        self._told: set[tuple[str, int]] = set()
        self._telling: set[asyncio.Task[None]] = set()

    @contextmanager
    def watching(self, message: discord.Message) -> Iterator[None]:
        """Tell of a message whose reading takes too long."""
        timer = asyncio.get_running_loop().call_later(_PATIENCE_S, self._begin_to_tell, message)
        try:
            yield
        finally:
            timer.cancel()

    async def tell(self, message: discord.Message) -> None:
        """Tell of a message; what Discord refuses is logged, and tried when the message fails the next time."""
        for group in await self._groups(message):
            if (group.key, message.id) in self._told:
                continue
            self._told.add((group.key, message.id))
            try:
                await self._say(group, message)
            except NOT_NOW as error:
                self._told.discard((group.key, message.id))
                log.error("not_stored_not_told", group_key=group.key, exc_info=error)

    def stored(self, message_id: int) -> None:
        """Note that a message is stored, so that nothing is remembered of it."""
        if self._told:
            self._told = {each for each in self._told if each[1] != message_id}

    def _begin_to_tell(self, message: discord.Message) -> None:
        telling = asyncio.create_task(self.tell(message))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _say(self, group: Group, message: discord.Message) -> None:
        words = self._parts.words.of(group.language)
        people = " ".join(f"<@{person}>" for person in group.therapists)
        if is_direct(message.channel):
            text = words("outside.not_stored.direct", people=people, member=message.author.id)
        else:
            link = message_link(group.server, message.channel.id, message.id)
            text = words("outside.not_stored.message", people=people, link=link)
        await self._client.get_partial_messageable(group.care, guild_id=group.server).send(
            text, allowed_mentions=discord.AllowedMentions(users=[discord.Object(each) for each in group.therapists])
        )

    async def _groups(self, message: discord.Message) -> list[Group]:
        if is_direct(message.channel):
            return await groups_of_person(self._client, self._parts.groups, message.author.id)
        group = group_of(message.channel, self._parts.groups)
        return [group] if group is not None else []
