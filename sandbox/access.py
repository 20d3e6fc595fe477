"""Who may see and do what where, by Discord's own rules."""

from datetime import datetime

from sandbox.errors import refused
from sandbox.model import THREADS, Channel, ChannelType, Guild, Member, Role
from sandbox.permissions import ALL, IN_DIRECT_MESSAGES, NEEDS_SENDING, WHILE_TIMED_OUT, Permission
from sandbox.registry import Registry

P = Permission


def is_timed_out(member: Member, now: datetime) -> bool:
    """Tell whether a member is in a time-out now."""
    return member.timed_out_until is not None and member.timed_out_until > now


def in_guild(world: Registry, guild: Guild, user_id: int) -> Permission:
    """Work out what a user may do in a server, before any channel's overwrites."""
    member = guild.members.get(user_id)
    if member is None:
        return P.NONE
    if user_id == guild.owner_id:
        return ALL
    granted = guild.everyone.permissions
    for role_id in member.roles:
        granted |= guild.roles[role_id].permissions
    if granted & P.ADMINISTRATOR:
        return ALL
    return granted & WHILE_TIMED_OUT if is_timed_out(member, world.ids.now()) else granted


def in_channel(world: Registry, channel: Channel, user_id: int) -> Permission:
    """Work out what a user may do in a channel, a thread or a direct conversation."""
    if channel.guild_id is None:
        return IN_DIRECT_MESSAGES if user_id in channel.recipients else P.NONE
    guild = world.guilds[channel.guild_id]
    granted = in_guild(world, guild, user_id)
    member = guild.members.get(user_id)
    if member is None or granted & P.ADMINISTRATOR:
        return granted
    place = guild.channels[channel.parent_id] if channel.thread and channel.parent_id else channel
    granted = _with_overwrites(guild, place, member, granted)
    if is_timed_out(member, world.ids.now()):
        granted &= WHILE_TIMED_OUT
    return _without_implied(granted, channel)


def _with_overwrites(guild: Guild, place: Channel, member: Member, granted: Permission) -> Permission:
    everyone = place.overwrites.get(guild.id)
    if everyone:
        granted = (granted & ~everyone.deny) | everyone.allow
    allow = deny = P.NONE
    for role_id in member.roles:
        if overwrite := place.overwrites.get(role_id):
            allow |= overwrite.allow
            deny |= overwrite.deny
    granted = (granted & ~deny) | allow
    if own := place.overwrites.get(member.user.id):
        granted = (granted & ~own.deny) | own.allow
    return granted


def _without_implied(granted: Permission, channel: Channel) -> Permission:
    if not granted & P.VIEW_CHANNEL:
        return P.NONE
    sending = P.SEND_MESSAGES_IN_THREADS if channel.type in THREADS else P.SEND_MESSAGES
    return granted if granted & sending else granted & ~NEEDS_SENDING


def can_view(world: Registry, channel: Channel, user_id: int) -> bool:
    """Tell whether a user sees a channel; a private thread is seen by its members and by those who manage threads."""
    granted = in_channel(world, channel, user_id)
    if not granted & P.VIEW_CHANNEL:
        return False
    if channel.type is ChannelType.PRIVATE_THREAD and channel.thread:
        return user_id in channel.thread.members or bool(granted & P.MANAGE_THREADS)
    return True


def require_view(world: Registry, channel: Channel, user_id: int) -> None:
    """Refuse unless the user sees the channel."""
    if not can_view(world, channel, user_id):
        raise refused(50001)


def require(world: Registry, channel: Channel, user_id: int, needed: Permission) -> None:
    """Refuse unless the user sees the channel and has all these permissions there."""
    require_view(world, channel, user_id)
    if in_channel(world, channel, user_id) & needed != needed:
        raise refused(50013)


def require_in_guild(world: Registry, guild: Guild, user_id: int, needed: Permission) -> None:
    """Refuse unless the user is in the server and has all these permissions there."""
    if user_id not in guild.members:
        raise refused(50001)
    if in_guild(world, guild, user_id) & needed != needed:
        raise refused(50013)


def may_send(world: Registry, channel: Channel, user_id: int) -> bool:
    """Tell whether a user can write in a channel now."""
    if not can_view(world, channel, user_id):
        return False
    granted = in_channel(world, channel, user_id)
    if channel.thread:
        locked = channel.thread.locked and not granted & P.MANAGE_THREADS
        return bool(granted & P.SEND_MESSAGES_IN_THREADS) and not locked
    return bool(granted & P.SEND_MESSAGES) and channel.type is not ChannelType.CATEGORY


def top_role(guild: Guild, member: Member) -> Role:
    """Give a member's highest role; of two at the same height the older one is the higher."""
    return max((guild.roles[role_id] for role_id in [*member.roles, guild.id]), key=lambda r: (r.position, -r.id))


def is_above(guild: Guild, user_id: int, role: Role) -> bool:
    """Tell whether a user's highest role stands above this role."""
    if user_id == guild.owner_id:
        return True
    own = top_role(guild, guild.members[user_id])
    return (own.position, -own.id) > (role.position, -role.id)


def require_above_member(guild: Guild, user_id: int, target: Member) -> None:
    """Refuse unless the user stands above the target in the hierarchy; nobody stands above the owner."""
    if target.user.id == guild.owner_id or not is_above(guild, user_id, top_role(guild, target)):
        raise refused(50013)
