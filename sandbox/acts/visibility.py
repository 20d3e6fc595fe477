"""Who gains or loses sight of channels when roles, overwrites or memberships change."""

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.access import can_view
from sandbox.bus import Event
from sandbox.model import Channel, Guild
from sandbox.payloads import channels
from sandbox.registry import Registry

Sight = dict[int, set[int]]


def _sight(world: Registry, guild: Guild) -> Sight:
    return {
        user_id: {place.id for place in guild.channels.values() if can_view(world, place, user_id)}
        for user_id in guild.members
        if world.watchers[user_id] > 0 or user_id == world.bot.id
    }


@contextmanager
def noticing(world: Registry, guild: Guild) -> Iterator[None]:
    """Tell everybody concerned which channels appeared or vanished for them while the block ran."""
    before = _sight(world, guild)
    yield
    for user_id, seen in _sight(world, guild).items():
        was_seen = before.get(user_id, set())
        gained = [guild.channels[channel_id] for channel_id in sorted(seen - was_seen)]
        if user_id == world.bot.id:
            _sync_threads(world, guild, gained)
        else:
            _tell_person(world, user_id, gained, "CREATE")
            lost = [guild.channels[channel_id] for channel_id in was_seen - seen if channel_id in guild.channels]
            _tell_person(world, user_id, lost, "DELETE")


def _tell_person(world: Registry, user_id: int, places: list[Channel], verb: str) -> None:
    for place in places:
        name = f"THREAD_{verb}" if place.thread else f"CHANNEL_{verb}"
        data = channels.channel(world, place, user_id)
        world.publish(Event(name, data, only=frozenset({user_id}), bot=False))


def _sync_threads(world: Registry, guild: Guild, gained: list[Channel]) -> None:
    parents = [place for place in gained if not place.thread]
    threads = [
        thread
        for parent in parents
        for thread in world.threads(guild, parent)
        if thread.thread and not thread.thread.archived and can_view(world, thread, world.bot.id)
    ]
    if not threads:
        return
    own = [(t, t.thread.members[world.bot.id]) for t in threads if t.thread and world.bot.id in t.thread.members]
    data = {
        "guild_id": str(guild.id),
        "channel_ids": [str(parent.id) for parent in parents],
        "threads": [channels.channel(world, thread, world.bot.id) for thread in threads],
        "members": [channels.thread_member(thread, entry) for thread, entry in own],
    }
    world.publish(Event("THREAD_LIST_SYNC", data, guild=guild, only=frozenset({world.bot.id}), people=False))
