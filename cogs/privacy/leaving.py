"""Comparing whom something is kept about with who is still on a server."""

import discord

from bot.app import Parts


async def compare_with_server(guild: discord.Guild, parts: Parts) -> None:
    """Note who is gone, by Discord's own word for each, and forget the departure of who is there."""
    known = await _known(guild.id, parts)
    noted = set(await parts.departures.noted(guild.id))
    gone = [person for person in known - noted if not await _is_there(guild, person)]
    back = [person for person in noted if await _is_there(guild, person)]
    await parts.departures.compare(guild.id, gone, back, parts.clock.now())


async def everybody_left(server: int, parts: Parts) -> None:
    """Begin the time of grace for everybody of whom something is kept on a server that the bot is not on any more."""
    await parts.departures.compare(server, await _known(server, parts), (), parts.clock.now())


async def _known(server: int, parts: Parts) -> set[int]:
    return await parts.my_data.people_of(frozenset(group.key for group in parts.groups.of_server(server)))


async def _is_there(guild: discord.Guild, person_id: int) -> bool:
    if guild.get_member(person_id) is not None:
        return True
    try:
        await guild.fetch_member(person_id)
    except discord.NotFound:
        return False
    return True
