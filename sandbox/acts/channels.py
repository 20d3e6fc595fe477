"""Channels: made, changed, deleted; and who may see them."""

from collections.abc import Iterable

from sandbox.acts.visibility import noticing
from sandbox.bus import Event
from sandbox.model import JSON, Channel, Guild, Overwrite
from sandbox.payloads import channels
from sandbox.registry import Registry


def publish(world: Registry, channel: Channel, verb: str) -> None:
    """Tell of a channel that was created, updated or is about to be deleted."""
    guild = world.guild_of(channel)
    world.publish(Event(f"CHANNEL_{verb}", channels.channel(world, channel), guild=guild, channel=channel))


def publish_thread(world: Registry, channel: Channel, verb: str, extra: JSON | None = None) -> None:
    """Tell those who see a thread that it was created or updated."""
    data = channels.channel(world, channel, world.bot.id) | (extra or {})
    world.publish(Event(f"THREAD_{verb}", data, guild=world.guild_of(channel), channel=channel))


def add(world: Registry, guild: Guild, channel: Channel) -> Channel:
    """Put a new channel into a server."""
    guild.channels[channel.id] = channel
    world.channels[channel.id] = channel
    publish(world, channel, "CREATE")
    return channel


def delete(world: Registry, guild: Guild, channel: Channel) -> None:
    """Take a channel with its threads out of a server."""
    publish(world, channel, "DELETE")
    for thread in world.threads(guild, channel):
        forget(world, guild, thread)
    forget(world, guild, channel)
    for child in guild.channels.values():
        if child.parent_id == channel.id and not child.thread:
            child.parent_id = None


def forget(world: Registry, guild: Guild, channel: Channel) -> None:
    """Drop a channel from the indexes."""
    guild.channels.pop(channel.id, None)
    world.channels.pop(channel.id, None)


def set_overwrites(world: Registry, guild: Guild, channel: Channel, overwrites: Iterable[Overwrite]) -> None:
    """Replace a channel's overwrites."""
    with noticing(world, guild):
        channel.overwrites = {overwrite.id: overwrite for overwrite in overwrites}
    publish(world, channel, "UPDATE")


def set_overwrite(world: Registry, guild: Guild, channel: Channel, overwrite: Overwrite) -> None:
    """Set one overwrite of a channel; one that allows and denies nothing is taken away."""
    kept = [entry for entry in channel.overwrites.values() if entry.id != overwrite.id]
    set_overwrites(world, guild, channel, [*kept, overwrite] if overwrite.allow or overwrite.deny else kept)
