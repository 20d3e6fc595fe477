"""Interactions in Discord's shape."""

from sandbox.access import in_channel
from sandbox.interactions.model import Interaction, Kind
from sandbox.model import JSON, Channel, Guild
from sandbox.payloads import channels, messages, users
from sandbox.registry import Registry

SIZE_LIMIT = 10 * 1024 * 1024
CONTEXT_GUILD, CONTEXT_BOT_DM = 0, 1
ON_USER = 2


def interaction(world: Registry, subject: Interaction) -> JSON:
    """Write an interaction as the gateway sends it."""
    guild = world.guild_of(subject.channel)
    body: JSON = {
        "id": str(subject.id),
        "application_id": str(world.application.id),
        "type": int(subject.kind),
        "token": subject.token,
        "version": 1,
        "channel_id": str(subject.channel.id),
        "channel": _channel(world, subject),
        "data": subject.data,
        "locale": subject.user.locale,
        "entitlements": [],
        "authorizing_integration_owners": owners(subject),
        "context": CONTEXT_GUILD if guild else CONTEXT_BOT_DM,
        "attachment_size_limit": SIZE_LIMIT,
        "app_permissions": str(int(in_channel(world, subject.channel, world.bot.id))),
    }
    if subject.message:
        body["message"] = messages.message(world, subject.message)
    if guild:
        return body | _in_guild(world, guild, subject)
    return body | {"user": users.user(subject.user)}


def _in_guild(world: Registry, guild: Guild, subject: Interaction) -> JSON:
    granted = in_channel(world, subject.channel, subject.user.id)
    return {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": users.member(guild.members[subject.user.id]) | {"permissions": str(int(granted))},
    }


def _channel(world: Registry, subject: Interaction) -> JSON:
    granted = in_channel(world, subject.channel, subject.user.id)
    return channels.channel(world, subject.channel, world.bot.id) | {"permissions": str(int(granted))}


def owners(subject: Interaction) -> JSON:
    """Say by which installation an interaction came: the server's, or 0 in a direct conversation."""
    return {"0": str(subject.channel.guild_id or 0)}


def metadata(subject: Interaction, original_message_id: int | None = None) -> JSON:
    """Write what an answer says of its interaction."""
    body: JSON = {
        "id": str(subject.id),
        "type": int(subject.kind),
        "user": users.user(subject.user),
        "authorizing_integration_owners": owners(subject),
    }
    if original_message_id:
        body["original_response_message_id"] = str(original_message_id)
    if subject.kind is Kind.COMMAND and "target_id" in subject.data:
        body |= _target(subject)
    if subject.kind is Kind.COMPONENT and subject.message:
        body["interacted_message_id"] = str(subject.message.id)
    if subject.kind is Kind.MODAL and subject.cause:
        body["triggering_interaction_metadata"] = metadata(subject.cause)
    return body


def _target(subject: Interaction) -> JSON:
    target_id = subject.data["target_id"]
    if subject.data["type"] == ON_USER:
        return {"target_user": subject.data["resolved"]["users"][target_id]}
    return {"target_message_id": target_id}


def command(subject: Interaction) -> JSON | None:
    """Write which command an answer is to, as Discord still does besides the metadata; None for other kinds."""
    if subject.kind is not Kind.COMMAND:
        return None
    names, options = [subject.data["name"]], subject.data.get("options") or []
    while options and options[0]["type"] in (1, 2):
        names.append(options[0]["name"])
        options = options[0]["options"]
    user = users.user(subject.user)
    return {"id": str(subject.id), "type": int(subject.kind), "name": " ".join(names), "user": user}


def resolved_user(world: Registry, guild: Guild | None, user_id: int, place: Channel) -> dict[str, JSON]:
    """Write a user whom somebody chose, with the membership if there is one."""
    found: dict[str, JSON] = {"users": {str(user_id): users.user(world.user(user_id))}}
    if guild and user_id in guild.members:
        granted = in_channel(world, place, user_id)
        member = users.bare_member(guild.members[user_id]) | {"permissions": str(int(granted))}
        found["members"] = {str(user_id): member}
    return found


def resolved_channel(world: Registry, channel: Channel, user_id: int) -> dict[str, JSON]:
    """Write a channel that somebody chose."""
    body = channels.channel(world, channel, world.bot.id)
    body["permissions"] = str(int(in_channel(world, channel, user_id)))
    return {"channels": {str(channel.id): body}}


def merge(into: dict[str, JSON], more: dict[str, JSON]) -> None:
    """Add resolved things to others."""
    for kind, things in more.items():
        into.setdefault(kind, {}).update(things)
