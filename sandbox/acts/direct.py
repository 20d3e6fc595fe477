"""Direct conversations."""

from sandbox.bus import Event
from sandbox.model import Channel, ChannelType
from sandbox.payloads import channels
from sandbox.registry import Registry


def open_between(world: Registry, one: int, other: int) -> Channel:
    """Give the direct conversation of two users; a new one appears to both, but as in Discord not to the bot."""
    between = frozenset({one, other})
    if between not in world.directs:
        channel = Channel(world.ids.snowflake(), ChannelType.DM, recipients=(one, other))
        world.directs[between] = world.channels[channel.id] = channel
        for user_id in between:
            data = channels.channel(world, channel, user_id)
            world.publish(Event("CHANNEL_CREATE", data, only=frozenset({user_id}), bot=False))
    return world.directs[between]
