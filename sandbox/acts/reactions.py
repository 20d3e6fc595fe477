"""Reactions to messages."""

from sandbox import access
from sandbox.acts.messages import audience, require_changeable
from sandbox.bus import Event
from sandbox.errors import refused, unknown
from sandbox.model import JSON, Channel, Message
from sandbox.payloads import messages as payload
from sandbox.payloads import users
from sandbox.permissions import Permission
from sandbox.registry import Registry

MOST = 20
LONGEST_EMOJI = 64


def _data(world: Registry, channel: Channel, message: Message, emoji: str | None, user_id: int | None) -> JSON:
    data: JSON = {"channel_id": str(channel.id), "message_id": str(message.id)}
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    if emoji is not None:
        data["emoji"] = payload.emoji(emoji)
    if user_id is not None:
        data |= {"user_id": str(user_id), "burst": False, "type": 0}
    return data


def _tell(world: Registry, channel: Channel, message: Message, name: str, data: JSON) -> None:
    only = audience(world, message)
    guild = world.guild_of(channel)
    world.publish(Event(f"MESSAGE_REACTION_{name}", data, guild=guild, channel=channel, only=only))


def add(world: Registry, channel: Channel, message: Message, user_id: int, emoji: str) -> None:
    """React; a new emoji needs the permission to add reactions, one that is there already does not."""
    access.require(world, channel, user_id, Permission.READ_MESSAGE_HISTORY)
    require_changeable(world, channel, user_id)
    if not emoji or (emoji.isascii() and ":" not in emoji and not emoji.isdigit()) or len(emoji) > LONGEST_EMOJI:
        raise unknown("emoji")
    if emoji not in message.reactions:
        access.require(world, channel, user_id, Permission.ADD_REACTIONS)
        if len(message.reactions) >= MOST:
            raise refused(30010)
    who = message.reactions.setdefault(emoji, [])
    if user_id in who:
        return
    who.append(user_id)
    data = _data(world, channel, message, emoji, user_id) | {"message_author_id": str(message.author_id)}
    guild = world.guild_of(channel)
    if guild:
        data["member"] = users.member(guild.members[user_id])
    _tell(world, channel, message, "ADD", data)


def remove(world: Registry, channel: Channel, message: Message, user_id: int, emoji: str) -> None:
    """Take a reaction back."""
    require_changeable(world, channel, user_id)
    who = message.reactions.get(emoji, [])
    if user_id not in who:
        raise unknown("emoji")
    who.remove(user_id)
    if not who:
        del message.reactions[emoji]
    _tell(world, channel, message, "REMOVE", _data(world, channel, message, emoji, user_id))


def clear(world: Registry, channel: Channel, message: Message) -> None:
    """Take all reactions from a message."""
    message.reactions.clear()
    _tell(world, channel, message, "REMOVE_ALL", _data(world, channel, message, None, None))


def clear_emoji(world: Registry, channel: Channel, message: Message, emoji: str) -> None:
    """Take all reactions with one emoji from a message."""
    if message.reactions.pop(emoji, None) is None:
        raise unknown("emoji")
    _tell(world, channel, message, "REMOVE_EMOJI", _data(world, channel, message, emoji, None))
