"""What the bot finds of a group's channels on Discord."""

from collections.abc import Iterable

import discord

from bot.groups.model import Group
from bot.groups.problems import Channel
from bot.permissions import NEEDED_IN_CARE, NEEDED_IN_CIRCLE


def reached(client: discord.Client, group: Group) -> tuple[Channel, Channel]:
    """Return what is found of a group's circle and care channel."""
    guild = client.get_guild(group.server)
    if guild is None:
        return Channel(exists=False), Channel(exists=False)
    return _channel(guild, group.circle, NEEDED_IN_CIRCLE), _channel(guild, group.care, NEEDED_IN_CARE)


def _channel(guild: discord.Guild, channel_id: int, needed: Iterable[str]) -> Channel:
    channel = guild.get_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        return Channel(exists=False)
    granted = channel.permissions_for(guild.me)
    return Channel(exists=True, lacking=tuple(name for name in needed if not getattr(granted, name)))
