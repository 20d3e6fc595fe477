"""Which events the bot's intents let through, and what is left of a message without its content."""

from enum import IntFlag
from functools import reduce
from operator import or_

from sandbox.bus import Event
from sandbox.model import JSON
from sandbox.registry import Registry


class Intent(IntFlag):
    """Discord's gateway intents."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


PRIVILEGED = {
    Intent.GUILD_PRESENCES: "presences",
    Intent.GUILD_MEMBERS: "members",
    Intent.MESSAGE_CONTENT: "message_content",
}
KNOWN = reduce(or_, Intent)

# The longest prefix that fits counts; a pair is (in a server, in a direct conversation).
NEEDED: dict[str, tuple[Intent, Intent]] = {
    "GUILD_MEMBER_": (Intent.GUILD_MEMBERS, Intent(0)),
    "GUILD_BAN_": (Intent.GUILD_MODERATION, Intent(0)),
    "GUILD_SCHEDULED_EVENT_": (Intent.GUILD_SCHEDULED_EVENTS, Intent(0)),
    "GUILD_": (Intent.GUILDS, Intent(0)),
    "CHANNEL_": (Intent.GUILDS, Intent.DIRECT_MESSAGES),
    "THREAD_MEMBERS_": (Intent.GUILD_MEMBERS, Intent(0)),
    "THREAD_": (Intent.GUILDS, Intent(0)),
    "MESSAGE_REACTION_": (Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
    "MESSAGE_": (Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
    "TYPING_": (Intent.GUILD_MESSAGE_TYPING, Intent.DIRECT_MESSAGE_TYPING),
    "AUTO_MODERATION_RULE_": (Intent.AUTO_MODERATION_CONFIGURATION, Intent(0)),
    "AUTO_MODERATION_ACTION_": (Intent.AUTO_MODERATION_EXECUTION, Intent(0)),
}


def lets_through(intents: Intent, event: Event, bot_id: int) -> bool:
    """Tell whether these intents let an event through; what concerns the bot itself always passes."""
    if _concerns(event, bot_id):
        return True
    for prefix, (in_guild, direct) in NEEDED.items():
        if event.name.startswith(prefix):
            needed = in_guild if event.guild else direct
            return bool(intents & needed) or not needed
    return True


def _concerns(event: Event, bot_id: int) -> bool:
    data = event.data
    if event.name == "GUILD_MEMBER_UPDATE":
        return bool(data["user"]["id"] == str(bot_id))
    if event.name == "THREAD_MEMBERS_UPDATE":
        added = [entry["user_id"] for entry in data.get("added_members", [])]
        return str(bot_id) in [*added, *data.get("removed_member_ids", [])]
    return False


def as_seen(world: Registry, intents: Intent, event: Event) -> JSON:
    """Give an event's data as a bot with these intents gets it."""
    if intents & Intent.MESSAGE_CONTENT:
        return event.data
    if event.name == "AUTO_MODERATION_ACTION_EXECUTION":
        return event.data | {"content": "", "matched_content": ""}
    if event.message is None or not hides_content(world, event.data, direct=event.guild is None):
        return event.data
    return without_content(event.data)


def hides_content(world: Registry, message: JSON, *, direct: bool) -> bool:
    """Tell whether a message's content is hidden from a bot without the intent.

    Shown are direct messages, the bot's own messages and those that mention it.
    """
    if direct or message["author"]["id"] == str(world.bot.id):
        return False
    return str(world.bot.id) not in [named["id"] for named in message["mentions"]]


def without_content(message: JSON) -> JSON:
    """Give a message with its content emptied."""
    emptied = message | {"content": "", "embeds": [], "attachments": [], "components": []}
    emptied.pop("poll", None)
    return emptied
