"""Where something happens on Discord, and to which group that place or person belongs."""

import discord
from discord.ext import commands

from bot.groups.model import Group
from bot.groups.service import Groups
from bot.words import Library, Words


def group_of(channel: object, groups: Groups) -> Group | None:
    """Return the group in whose circle, or in a thread of whose circle, this channel is."""
    if isinstance(channel, discord.Thread):
        return groups.of_circle(channel.parent_id)
    channel_id = getattr(channel, "id", None)
    return groups.of_circle(channel_id) if isinstance(channel_id, int) else None


def is_direct(channel: object) -> bool:
    """Say whether this is a direct conversation with the bot."""
    return isinstance(channel, discord.DMChannel) or getattr(channel, "type", None) is discord.ChannelType.private


async def groups_of_person(client: discord.Client, groups: Groups, person_id: int) -> list[Group]:
    """Return the groups whose circle this person can see: those they are a member of."""
    return [group for group in groups.all() if await is_member_of(client, group, person_id)]


def is_away(client: discord.Client, server: int) -> bool:
    """Say whether a server has a breakdown: what cannot be seen of it then is not gone."""
    guild = client.get_guild(server)
    return guild is not None and guild.unavailable


async def is_member_of(client: discord.Client, group: Group, person_id: int) -> bool:
    """Say whether a person can see a group's circle."""
    guild = client.get_guild(group.server)
    if guild is None and isinstance(client, commands.AutoShardedBot) and not served_here(client, group.server):
        return await _is_member_elsewhere(client, group, person_id)
    circle = guild.get_channel(group.circle) if guild else None
    if guild is None or circle is None:
        return False
    member = guild.get_member(person_id) or await _fetch(guild, person_id)
    return member is not None and circle.permissions_for(member).view_channel


def served_here(client: commands.AutoShardedBot, server: int) -> bool:
    """Say whether one of this process's shards is the one that Discord gives a server to."""
    # Discord's documentation, gateway, sharding formula.
    return (server >> 22) % (client.shard_count or 1) in client.shards


async def groups_concerned(interaction: discord.Interaction, groups: Groups) -> list[Group]:
    """Return the groups that a command is about: the one of the channel, else those of the person who used it."""
    here = group_of(interaction.channel, groups)
    if here is not None:
        return [here]
    return await groups_of_person(interaction.client, groups, interaction.user.id)


async def _is_member_elsewhere(client: discord.Client, group: Group, person_id: int) -> bool:
    """Ask Discord about a server that another process serves: direct messages come to the process with shard 0."""
    try:
        guild = await client.fetch_guild(group.server, with_counts=False)
        member = await guild.fetch_member(person_id)
        circle = await guild.fetch_channel(group.circle)
    except (discord.NotFound, discord.Forbidden):
        return False
    return isinstance(circle, discord.TextChannel) and circle.permissions_for(member).view_channel


async def _fetch(guild: discord.Guild, person_id: int) -> discord.Member | None:
    try:
        return await guild.fetch_member(person_id)
    except discord.NotFound:
        return None


def words_for(interaction: discord.Interaction, groups: list[Group], library: Library) -> Words:
    """Return the words for a private answer: the language of the group, or of the person where there is none."""
    return library.of(groups[0].language if groups else str(interaction.locale).partition("-")[0])
