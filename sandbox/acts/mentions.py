"""Whom a message names, as far as it is allowed to, and who is notified."""

import re
from collections.abc import Iterator

from sandbox.access import can_view, in_channel
from sandbox.model import JSON, Channel, Guild, Mentions, Message
from sandbox.permissions import Permission
from sandbox.registry import Registry

USER = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")
EVERYONE = re.compile(r"@(everyone|here)\b")
TEXT_DISPLAY = 10


def texts(content: str, components: list[JSON]) -> str:
    """Join all text of a message in which a mention counts: its content and its text displays."""
    return "\n".join([content, *(part["content"] for part in walk(components) if part.get("type") == TEXT_DISPLAY)])


def walk(components: list[JSON]) -> Iterator[JSON]:
    """Go through all components, however deep."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        yield from walk([part for key in ("accessory", "component") if (part := component.get(key))])


def resolve(
    world: Registry, channel: Channel, author_id: int, text: str, allowed: JSON | None, replied_to: Message | None
) -> Mentions:
    """Work out the mentions of a text that its author and `allowed_mentions` let through."""
    rules: JSON = allowed if allowed is not None else {"parse": ["users", "roles", "everyone"], "replied_user": True}
    parse = rules.get("parse") or []
    found = Mentions()
    named = _allowed(USER, text, "users" in parse, rules.get("users"))
    found.users = [user_id for user_id in named if user_id in world.users]
    if replied_to and rules.get("replied_user") and replied_to.author_id not in found.users:
        found.users.append(replied_to.author_id)
    guild = world.guild_of(channel)
    if guild is None:
        return found
    may_name_all = bool(in_channel(world, channel, author_id) & Permission.MENTION_EVERYONE)
    named = _allowed(ROLE, text, "roles" in parse, rules.get("roles"))
    found.roles = [r for r in named if r in guild.roles and (may_name_all or guild.roles[r].mentionable)]
    found.everyone = may_name_all and "everyone" in parse and bool(EVERYONE.search(text))
    return found


def _allowed(pattern: re.Pattern[str], text: str, every: bool, only: list[str | int] | None) -> list[int]:
    named = list(dict.fromkeys(int(found) for found in pattern.findall(text)))
    if every:
        return named
    chosen = {int(entry) for entry in only or []}
    return [entry for entry in named if entry in chosen]


def notified(world: Registry, message: Message) -> set[int]:
    """Give everybody whom a message notifies: named, able to see it, and not its author."""
    channel = world.channel(message.channel_id)
    guild = world.guild_of(channel)
    if guild is None:
        return set(channel.recipients) - {message.author_id}
    named = set(message.mentions.users) | _of_roles(guild, message.mentions.roles)
    if message.mentions.everyone:
        named |= set(guild.members)
    if message.only_for is not None:
        named &= {message.only_for}
    return {user_id for user_id in named if user_id != message.author_id and can_view(world, channel, user_id)}


def _of_roles(guild: Guild, roles: list[int]) -> set[int]:
    return {user_id for user_id, member in guild.members.items() if set(roles) & set(member.roles)}


def drawn_in(world: Registry, channel: Channel, mentions: Mentions) -> list[int]:
    """Give those whom a message in a thread draws into it: named, not yet in it, and able to see its parent."""
    guild = world.guild_of(channel)
    if guild is None or channel.thread is None or channel.parent_id is None:
        return []
    named = set(mentions.users) | _of_roles(guild, mentions.roles)
    parent = world.channel(channel.parent_id)
    return sorted(u for u in named if u not in channel.thread.members and can_view(world, parent, u))
