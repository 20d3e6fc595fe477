"""The boundaries cog: listens for messages that crisis care has let pass, and sends the notes."""

import discord
from discord.ext import commands

from bot.app import Parts
from bot.boundaries.model import NOTE, Occasion
from bot.crisis.screening import Level
from cogs.boundaries.deliver import NoteDeliverer
from cogs.shared.private_word import PrivateWord
from cogs.shared.screened import ScreenedMessage


class BoundariesCog(commands.Cog):
    """Notices contact details in a circle; what follows is between the bot and the author."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._parts = parts
        private_word = PrivateWord(client, parts.preferences)
        self._deliverer = NoteDeliverer(parts.groups, parts.words, private_word)

    async def cog_load(self) -> None:
        """Register what this feature sends."""
        self._parts.outbox.deliver_with(NOTE, self._deliverer.note)

    async def cog_unload(self) -> None:
        """Take it back."""
        self._parts.outbox.stop_delivering(NOTE)

    @commands.Cog.listener()
    async def on_screened_message(self, screened: ScreenedMessage) -> None:
        """Look at a message, unless crisis care is about it, it is old, or not said before the group."""
        group, message = screened.group, screened.message
        if screened.late or screened.assessment.level >= Level.HIGH or message.author.id in group.therapists:
            return
        if not _before_the_group(message.channel):
            return
        occasion = Occasion(group.key, message.author.id, message.channel.id, message.id)
        await self._parts.boundaries.look(occasion, message.content, self._parts.clock.now())


def _before_the_group(channel: object) -> bool:
    """Say whether a whole group reads here: the circle and its open threads, not a private one or a direct message."""
    if isinstance(channel, discord.Thread):
        return not channel.is_private()
    return isinstance(channel, discord.TextChannel)
