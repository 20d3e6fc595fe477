"""Threads: started, changed, archived, deleted, joined and left."""

from datetime import timedelta

from sandbox import access
from sandbox.acts import channels as channel_acts
from sandbox.acts import guilds
from sandbox.acts.messages import Draft, post
from sandbox.bus import Event
from sandbox.errors import refused
from sandbox.model import HAS_THREAD, Channel, ChannelType, Guild, Message, MessageType, Thread, ThreadMember
from sandbox.permissions import Permission
from sandbox.registry import Registry

P = Permission
MOST_MEMBERS = 1000


def start(
    world: Registry,
    guild: Guild,
    parent: Channel,
    owner_id: int,
    name: str,
    *,
    private: bool = False,
    invitable: bool = True,
    source: Message | None = None,
    auto_archive_minutes: int | None = None,
    slowmode: int = 0,
    thread_id: int | None = None,
) -> Channel:
    """Start a thread; one that starts from a message has that message's id."""
    needed = P.CREATE_PRIVATE_THREADS if private else P.CREATE_PUBLIC_THREADS
    access.require(world, parent, owner_id, needed)
    if parent.type not in (ChannelType.TEXT, ChannelType.ANNOUNCEMENT):
        raise refused(50024)
    if source and source.thread_id:
        raise refused(160004)
    now = world.ids.moment()
    thread = Thread(
        owner_id,
        now,
        now,
        auto_archive_minutes or parent.default_auto_archive_minutes or 4320,
        invitable=invitable,
        members={owner_id: ThreadMember(owner_id, now)},
    )
    channel = Channel(
        source.id if source else thread_id or world.ids.snowflake(),
        ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD,
        guild.id,
        name,
        parent_id=parent.id,
        slowmode=slowmode or parent.default_thread_slowmode,
        thread=thread,
    )
    guild.channels[channel.id] = channel
    world.channels[channel.id] = channel
    channel_acts.publish_thread(world, channel, "CREATE", {"newly_created": True})
    _tell_parent(world, parent, channel, source)
    return channel


def _tell_parent(world: Registry, parent: Channel, channel: Channel, source: Message | None) -> None:
    if channel.type is ChannelType.PRIVATE_THREAD or channel.thread is None:
        return
    reference = {"type": 0, "channel_id": str(channel.id), "guild_id": str(channel.guild_id)}
    if source is None:
        draft = Draft(channel.name, reference=reference, type=MessageType.THREAD_CREATED)
        post(world, channel.thread.owner_id, parent, draft)
        return
    source.thread_id = channel.id
    source.flags |= HAS_THREAD
    first = Draft(
        reference=reference | {"channel_id": str(parent.id), "message_id": str(source.id)},
        type=MessageType.THREAD_STARTER,
    )
    post(world, source.author_id, channel, first)


def require_open(channel: Channel) -> None:
    """Refuse to change an archived thread."""
    if channel.thread and channel.thread.archived:
        raise refused(50083)


def add_member(world: Registry, channel: Channel, actor_id: int, user_id: int) -> None:
    """Put somebody into a thread."""
    guild = world.guild_of(channel)
    if guild is None or channel.thread is None:
        raise refused(50024)
    access.require_view(world, channel, actor_id)
    require_open(channel)
    granted = access.in_channel(world, channel, actor_id)
    if not granted & P.SEND_MESSAGES_IN_THREADS:
        raise refused(50013)
    private = channel.type is ChannelType.PRIVATE_THREAD and not channel.thread.invitable
    if private and actor_id != channel.thread.owner_id and not granted & P.MANAGE_THREADS:
        raise refused(50013)
    world.member(guild, user_id)
    if channel.parent_id and not access.can_view(world, world.channel(channel.parent_id), user_id):
        raise refused(50001)
    if len(channel.thread.members) >= MOST_MEMBERS:
        raise refused(30033)
    if guilds.enter_thread(world, channel, user_id):
        _say(world, channel, actor_id, MessageType.RECIPIENT_ADD, about=user_id)


def _say(world: Registry, channel: Channel, actor_id: int, kind: MessageType, *, about: int) -> None:
    message = post(world, actor_id, channel, Draft(type=kind))
    message.mentions.users.append(about)


def rename(world: Registry, channel: Channel, actor_id: int, name: str) -> None:
    """Rename a thread and say so in it."""
    channel.name = name
    post(world, actor_id, channel, Draft(name, type=MessageType.CHANNEL_NAME_CHANGE))


def archive_idle(world: Registry) -> None:
    """Archive the threads in which nothing has happened for as long as they stay open."""
    for channel in tuple(world.channels.values()):
        thread = channel.thread
        if thread is None or thread.archived:
            continue
        moments = [message.created_at for message in channel.messages.values()]
        idle = world.ids.now() - max([thread.archived_at, *moments])
        if idle >= timedelta(minutes=thread.auto_archive_minutes):
            thread.archived, thread.archived_at = True, world.ids.moment()
            channel_acts.publish_thread(world, channel, "UPDATE")


def join(world: Registry, channel: Channel, user_id: int) -> None:
    """Enter a thread oneself."""
    if channel.thread is None:
        raise refused(50024)
    access.require_view(world, channel, user_id)
    require_open(channel)
    guilds.enter_thread(world, channel, user_id)


def remove_member(world: Registry, channel: Channel, actor_id: int, user_id: int) -> None:
    """Take somebody else out of a thread: for those who manage threads, and for the owner of a private one."""
    if channel.thread is None:
        raise refused(50024)
    access.require_view(world, channel, actor_id)
    require_open(channel)
    owns = channel.type is ChannelType.PRIVATE_THREAD and channel.thread.owner_id == actor_id
    if not owns and not access.in_channel(world, channel, actor_id) & P.MANAGE_THREADS:
        raise refused(50013)
    if user_id in channel.thread.members:
        guilds.exit_thread(world, channel, user_id)
        _say(world, channel, actor_id, MessageType.RECIPIENT_REMOVE, about=user_id)


def delete(world: Registry, guild: Guild, channel: Channel) -> None:
    """Delete a thread and tell."""
    data = {
        "id": str(channel.id),
        "guild_id": str(guild.id),
        "parent_id": str(channel.parent_id),
        "type": int(channel.type),
    }
    world.publish(Event("THREAD_DELETE", data, guild=guild, channel=channel))
    channel_acts.forget(world, guild, channel)
