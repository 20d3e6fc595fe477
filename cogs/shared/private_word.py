"""A private word to a member: a direct message where they opted in, else a private thread, else the shortest form.

The thread hangs in the circle and holds the member and the bot. It is created with `invitable` off, and nobody else
is mentioned in it, because a mention adds people to a private thread.
"""

from dataclasses import dataclass
from typing import Any

import discord

from bot.groups.model import Group
from bot.outbox.model import Permanent, Receipt
from bot.privacy.preferences import Preferences
from cogs.shared.delivery import discord_problems


@dataclass(frozen=True, slots=True)
class Word:
    """What is said: in full for a private place, and the shortest form for the channel (None: then it is not said)."""

    full: str
    short: str | None
    thread_name: str
    nonce: str
    view: discord.ui.View | None = None


class PrivateWord:
    """Finds the private way to a member and uses it."""

    def __init__(self, client: discord.Client, preferences: Preferences) -> None:
        self._client = client
        self._preferences = preferences

    async def say(self, group: Group, member_id: int, word: Word, *, fallback_channel: int) -> Receipt:
        """Say it in the most private way that works; raises Permanent if none does, Temporary if one may later."""
        if await self._preferences.wants_direct_messages(member_id):
            try:
                return await self.direct(member_id, word)
            except Permanent:
                pass  # their direct messages are closed after all; the thread is the next best
        try:
            return await self._in_thread(group, member_id, word)
        except Permanent:
            if word.short is None:
                raise
        with discord_problems():
            channel = self._client.get_partial_messageable(fallback_channel)
            sent = await channel.send(word.short, nonce=word.nonce)
        return Receipt(sent.channel.id, sent.id)

    async def room(self, group: Group, member_id: int, therapist_id: int, word: Word) -> int:
        """Bring a therapist into the member's private thread and say so there; returns the thread.

        Raises Permanent if the member cannot be given one, Temporary if it may work later.
        """
        with discord_problems():
            thread = await self._thread_with(group, member_id, word.thread_name)
            await thread.add_user(discord.Object(therapist_id))
            await thread.send(word.full, nonce=word.nonce)
        return thread.id

    async def direct(self, member_id: int, word: Word) -> Receipt:
        """Send a direct message."""
        with discord_problems():
            channel = await self._client.create_dm(discord.Object(member_id))
            sent = await channel.send(word.full, nonce=word.nonce, **_with(word))
        return Receipt(sent.channel.id, sent.id)

    async def _in_thread(self, group: Group, member_id: int, word: Word) -> Receipt:
        with discord_problems():
            thread = await self._thread_with(group, member_id, word.thread_name)
            sent = await thread.send(word.full, nonce=word.nonce, **_with(word))
        return Receipt(sent.channel.id, sent.id)

    async def _thread_with(self, group: Group, member_id: int, name: str) -> discord.Thread:
        """Return the member's thread with the member in it.

        Discord's documentation does not say whether a thread's creator may add somebody while `invitable` is off. If
        it refuses, a thread in which the member could invite others is still far better than a word in the channel.
        """
        thread = await self._thread(group, member_id, name)
        try:
            await thread.add_user(discord.Object(member_id))  # again each time: a crash may have come between
        except discord.Forbidden:
            thread = await self._new_thread(group, member_id, name, invitable=True)
            await thread.add_user(discord.Object(member_id))
        return thread

    async def _thread(self, group: Group, member_id: int, name: str) -> discord.Thread:
        known = await self._preferences.private_thread(group.key, member_id)
        if known is not None and (thread := await self._still_there(known)) is not None:
            return thread
        return await self._new_thread(group, member_id, name, invitable=False)

    async def _new_thread(self, group: Group, member_id: int, name: str, *, invitable: bool) -> discord.Thread:
        circle = self._client.get_channel(group.circle) or await self._client.fetch_channel(group.circle)
        if not isinstance(circle, discord.TextChannel):
            raise Permanent("circle_is_no_text_channel")
        thread = await circle.create_thread(
            name=name, type=discord.ChannelType.private_thread, invitable=invitable, auto_archive_duration=1440
        )
        await self._preferences.remember_private_thread(group.key, member_id, thread.id)
        return thread

    async def _still_there(self, thread_id: int) -> discord.Thread | None:
        try:
            thread = self._client.get_channel(thread_id) or await self._client.fetch_channel(thread_id)
        except (discord.NotFound, discord.Forbidden):
            return None
        if not isinstance(thread, discord.Thread) or thread.locked:
            return None
        if thread.archived:
            await thread.edit(archived=False)
        return thread


def _with(word: Word) -> dict[str, Any]:
    return {} if word.view is None else {"view": word.view}
