"""Who can see a group's care channel, as Discord computes it."""

import discord

from bot.crisis.alarm.model import CareLook
from bot.groups.model import Group


async def look(client: discord.Client, group: Group) -> CareLook:
    """Look at the care channel: who sees it besides the therapists and the bot itself, and who of them always will.

    On a large server the list of members may still be on its way after a start; nobody is to be missed for that.
    """
    guild = client.get_guild(group.server)
    if guild is not None and not guild.chunked:
        await guild.chunk()
    channel = guild.get_channel(group.care) if guild else None
    if guild is None or not isinstance(channel, discord.TextChannel):
        return CareLook(exists=False)
    strangers: list[int] = []
    overseers: list[int] = []
    for member in guild.members:
        if member.id in group.therapists or member == guild.me or not channel.permissions_for(member).view_channel:
            continue
        oversees = member.id == guild.owner_id or member.guild_permissions.administrator
        (overseers if oversees else strangers).append(member.id)
    return CareLook(exists=True, strangers=tuple(strangers), overseers=tuple(overseers))
