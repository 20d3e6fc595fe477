"""Servers, their roles and their members."""

from sandbox.acts.visibility import noticing
from sandbox.bus import Event
from sandbox.model import Channel, Guild, Member, Role, ThreadMember, User
from sandbox.payloads import channels, guilds, users
from sandbox.registry import Registry


def announce(world: Registry, guild: Guild, *, known: bool = False) -> None:
    """Let the bot know of a server that is there now: a new one, or one that was known and had failed."""
    if world.bot.id in guild.members:
        data = guilds.created(world, guild, world.bot.id, all_members=False)
        data |= {"unavailable": False} if known else {}
        world.publish(Event("GUILD_CREATE", data, guild=guild))


def update(world: Registry, guild: Guild) -> None:
    """Tell of a changed server."""
    world.publish(Event("GUILD_UPDATE", guilds.guild(world, guild), guild=guild))


def withdraw(world: Registry, guild: Guild, *, outage: bool = False) -> None:
    """Tell the bot that it is no longer in a server, or that the server is out of order for a while."""
    data = {"id": str(guild.id)} | ({"unavailable": True} if outage else {})
    world.publish(Event("GUILD_DELETE", data, guild=guild, only=frozenset({world.bot.id}), people=False))


def add_role(world: Registry, guild: Guild, role: Role, *, position: int | None = None) -> Role:
    """Add a role; without a position it goes to the bottom, above @everyone, as in Discord."""
    role.position = 1 if position is None else position
    for other in guild.roles.values():
        if other.id != guild.id and other.position >= role.position:
            other.position += 1
    guild.roles[role.id] = role
    world.publish(Event("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": users.role(role)}, guild=guild))
    return role


def update_role(world: Registry, guild: Guild, role: Role) -> None:
    """Tell of a changed role."""
    world.publish(Event("GUILD_ROLE_UPDATE", {"guild_id": str(guild.id), "role": users.role(role)}, guild=guild))


def delete_role(world: Registry, guild: Guild, role: Role) -> None:
    """Delete a role and take it from everybody."""
    with noticing(world, guild):
        del guild.roles[role.id]
        for member in guild.members.values():
            if role.id in member.roles:
                member.roles.remove(role.id)
        for channel in guild.channels.values():
            channel.overwrites.pop(role.id, None)
    world.publish(Event("GUILD_ROLE_DELETE", {"guild_id": str(guild.id), "role_id": str(role.id)}, guild=guild))


def join(world: Registry, guild: Guild, user: User, roles: list[int] | None = None) -> Member:
    """Make a user a member of a server."""
    if user.id in guild.members:
        return guild.members[user.id]
    with noticing(world, guild):
        member = Member(user, guild.id, world.ids.moment(), list(roles or []))
        guild.members[user.id] = member
    data = users.member(member) | {"guild_id": str(guild.id)}
    world.publish(Event("GUILD_MEMBER_ADD", data, guild=guild))
    joined = {"id": str(guild.id), "name": guild.name}
    world.publish(Event("GUILD_CREATE", joined, only=frozenset({user.id}), bot=False))
    return member


def leave(world: Registry, guild: Guild, user: User) -> None:
    """Take a user out of a server, its threads and its channels."""
    if user.id == world.bot.id:
        withdraw(world, guild)
    data = {"guild_id": str(guild.id), "user": users.user(user)}
    with noticing(world, guild):
        del guild.members[user.id]
        for thread in world.threads(guild):
            if thread.thread:
                thread.thread.members.pop(user.id, None)
    world.publish(Event("GUILD_MEMBER_REMOVE", data, guild=guild))
    world.publish(Event("GUILD_DELETE", {"id": str(guild.id)}, only=frozenset({user.id}), bot=False))


def remove_bot(world: Registry, guild: Guild) -> None:
    """Take the bot with its own role out of a server."""
    leave(world, guild, world.bot)
    for role in [role for role in guild.roles.values() if role.bot_id == world.bot.id]:
        delete_role(world, guild, role)


def update_member(world: Registry, guild: Guild, member: Member) -> None:
    """Tell of a changed member."""
    data = users.member(member) | {"guild_id": str(guild.id)}
    world.publish(Event("GUILD_MEMBER_UPDATE", data, guild=guild))


def set_roles(world: Registry, guild: Guild, member: Member, roles: list[int]) -> None:
    """Give a member exactly these roles."""
    with noticing(world, guild):
        member.roles = [role_id for role_id in guild.roles if role_id in set(roles) and role_id != guild.id]
    update_member(world, guild, member)


def ban(world: Registry, guild: Guild, user: User, reason: str | None) -> None:
    """Ban a user and throw them out."""
    guild.bans[user.id] = reason
    data = {"guild_id": str(guild.id), "user": users.user(user)}
    world.publish(Event("GUILD_BAN_ADD", data, guild=guild))
    if user.id in guild.members:
        leave(world, guild, user)


def unban(world: Registry, guild: Guild, user: User) -> None:
    """Lift a ban."""
    del guild.bans[user.id]
    data = {"guild_id": str(guild.id), "user": users.user(user)}
    world.publish(Event("GUILD_BAN_REMOVE", data, guild=guild))


def enter_thread(world: Registry, channel: Channel, user_id: int) -> bool:
    """Put a user into a thread and tell; False if they were in it already."""
    thread, guild = channel.thread, world.guild_of(channel)
    if thread is None or guild is None or user_id in thread.members:
        return False
    entry = ThreadMember(user_id, world.ids.moment())
    thread.members[user_id] = entry
    added = channels.thread_member(channel, entry) | {"member": users.member(guild.members[user_id]), "presence": None}
    joined = channels.channel(world, channel, user_id)
    world.publish(Event("THREAD_CREATE", joined, guild=guild, channel=channel, only=frozenset({user_id})))
    _tell_membership(world, channel, {"added_members": [added]})
    return True


def exit_thread(world: Registry, channel: Channel, user_id: int) -> None:
    """Take a user out of a thread and tell, also the one who left."""
    if channel.thread is None:
        return
    channel.thread.members.pop(user_id, None)
    _tell_membership(world, channel, {"removed_member_ids": [str(user_id)]}, gone=user_id)


def _tell_membership(world: Registry, channel: Channel, change: dict[str, object], gone: int | None = None) -> None:
    thread, guild = channel.thread, world.guild_of(channel)
    if thread is None or guild is None:
        return
    data = {"id": str(channel.id), "guild_id": str(guild.id), "member_count": min(len(thread.members), 50)} | change
    world.publish(Event("THREAD_MEMBERS_UPDATE", data, guild=guild, channel=channel))
    if gone is not None:
        world.publish(Event("THREAD_MEMBERS_UPDATE", data, guild=guild, only=frozenset({gone})))
