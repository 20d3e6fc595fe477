"""A session on the server's calendar: only on a voice channel that the group alone can see, one event per session.

Discord shows an event to everybody who can see its channel, and one without a channel to the whole server (Discord's
documentation, Guild Scheduled Event). So a check goes before each event, and says why not.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import discord

from bot.daily_prompts.sessions.model import Session, SessionState
from bot.groups.model import Group
from bot.words import Words

_RIGHTS = ("view_channel", "connect", "create_events")
_SHOWN = 5
_ALMOST_NOW = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whether sessions go onto the calendar: the channel if they do, else the name of the text that says why not."""

    channel: discord.VoiceChannel | None
    text: str
    places: dict[str, str] = field(default_factory=dict)


def check(client: discord.Client, group: Group, words: Words) -> Calendar:
    """Say whether a group's sessions may go onto the server's calendar."""
    wanted = group.session.event_channel if group.session else None
    if wanted is None:
        return Calendar(None, "off")
    guild = client.get_guild(group.server)
    channel = guild.get_channel(wanted) if guild else None
    circle = guild.get_channel(group.circle) if guild else None
    if guild is None or channel is None or circle is None:
        return Calendar(None, "no_channel")
    named = {"channel": channel.mention}
    if not isinstance(channel, discord.VoiceChannel):
        return Calendar(None, "no_voice", named)
    others = _others(guild, channel, circle, group)
    if others:
        return Calendar(None, "others", named | {"who": ", ".join(others[:_SHOWN])})
    granted = channel.permissions_for(guild.me)
    lacking = [words(f"sessions.event.right_{right}") for right in _RIGHTS if not getattr(granted, right)]
    if lacking:
        return Calendar(None, "rights", named | {"rights": ", ".join(lacking)})
    return Calendar(channel, "on", named)


async def put(channel: discord.VoiceChannel, session: Session, words: Words, *, again: bool) -> int:
    """Put a session onto the calendar and return the event's id; an interrupted try's event is found, not doubled."""
    if again:
        for event in await channel.guild.fetch_scheduled_events():
            same = event.channel_id == channel.id and abs(event.start_time - session.slot.starts_at) <= _ALMOST_NOW
            if same and event.creator_id == channel.guild.me.id:
                return event.id
    event = await channel.guild.create_scheduled_event(
        name=words("sessions.event.name"),
        start_time=session.slot.starts_at,
        end_time=session.slot.ends_at,
        channel=channel,
        entity_type=discord.EntityType.voice,
        privacy_level=discord.PrivacyLevel.guild_only,
    )
    return event.id


async def bring_up_to_date(guild: discord.Guild, event_id: int, session: Session) -> None:
    """Move the event of a session that was moved, and take away that of one that was left out."""
    try:
        event = await guild.fetch_scheduled_event(event_id)
        if session.state is SessionState.LEFT_OUT:
            await event.delete()
        elif abs(event.start_time - session.slot.starts_at) > _ALMOST_NOW:
            await event.edit(start_time=session.slot.starts_at, end_time=session.slot.ends_at)
    except discord.NotFound:
        return  # somebody took it off the calendar


def _others(
    guild: discord.Guild, channel: discord.VoiceChannel, circle: discord.abc.GuildChannel, group: Group
) -> list[str]:
    """Name roles and people outside the group who can see the channel; an administrator sees every channel anyway."""
    roles = [
        role.mention if not role.is_default() else "@everyone"
        for role in guild.roles
        if not role.permissions.administrator
        and channel.permissions_for(role).view_channel
        and not circle.permissions_for(role).view_channel
        and not (role.managed and role in guild.me.roles)
    ]
    people = [
        member.mention
        for member in guild.members
        if not member.guild_permissions.administrator
        and member != guild.me
        and member.id not in group.therapists
        and channel.permissions_for(member).view_channel
        and not circle.permissions_for(member).view_channel
    ]
    return [*roles, *people]
