"""What happens, as each person sees it."""

import asyncio
from collections.abc import Callable

from sandbox.access import can_view
from sandbox.bus import Event
from sandbox.model import JSON, ChannelType
from sandbox.payloads import channels, messages
from sandbox.registry import Registry


def hears(world: Registry, event: Event, user_id: int) -> bool:
    """Tell whether a person hears of an event."""
    if not event.people:
        return False
    if event.only is not None:
        return user_id in event.only
    if event.channel is not None:
        return can_view(world, event.channel, user_id)
    return event.guild is None or user_id in event.guild.members


def as_seen(world: Registry, event: Event, user_id: int) -> JSON:
    """Give an event's data as this person sees it."""
    if event.message is not None:
        return messages.on_the_wire(world, event.message, user_id)
    viewed = event.name in ("CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE")
    if viewed and event.channel is not None:
        seen = channels.channel(world, event.channel, user_id)
        return seen | {"newly_created": True} if event.data.get("newly_created") else seen
    return event.data


class Stream:
    """One person's events, from its opening on."""

    def __init__(self, world: Registry, user_id: int) -> None:
        self._world = world
        self._user_id = user_id
        self._queue: asyncio.Queue[JSON] = asyncio.Queue()
        self._stop: Callable[[], None] = world.bus.listen(self._take)
        world.watchers[user_id] += 1

    def _take(self, event: Event) -> None:
        if hears(self._world, event, self._user_id):
            data = as_seen(self._world, event, self._user_id)
            if event.channel is not None and event.channel.type is ChannelType.DM:
                data = {key: value for key, value in data.items() if key != "guild_id"}
            self._queue.put_nowait({"t": event.name, "d": data})

    async def next(self, within: float | None = None) -> JSON:
        """Wait for the next event: `{"t": name, "d": data}`."""
        return await asyncio.wait_for(self._queue.get(), within)

    def close(self) -> None:
        """Stop listening."""
        self._stop()
        self._world.watchers[self._user_id] -= 1
