"""Everything that exists in the sandbox, found by id."""

from collections import Counter
from typing import TypeVar

from sandbox.bus import Bus, Event
from sandbox.errors import unknown
from sandbox.ids import Clock, Ids, SystemClock
from sandbox.model import (
    JSON,
    Application,
    Attachment,
    Channel,
    Guild,
    Member,
    Message,
    Role,
    ScheduledEvent,
    User,
)

# Source: Discord's documentation, application flags: GATEWAY_PRESENCE, GATEWAY_GUILD_MEMBERS, GATEWAY_MESSAGE_CONTENT.
PRIVILEGED_FLAGS = {"presences": 1 << 12, "members": 1 << 14, "message_content": 1 << 18}
LIMITED_FLAGS = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}


T = TypeVar("T")


class Registry:
    """All that exists. Building it is `sandbox.world`'s business, changing it that of `sandbox.acts`."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.ids = Ids(clock or SystemClock())
        self.bus = Bus()
        self.base_url = "http://127.0.0.1"
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.directs: dict[frozenset[int], Channel] = {}
        self.global_commands: dict[int, JSON] = {}
        self.guild_commands: dict[int, dict[int, JSON]] = {}
        self.read: dict[tuple[int, int], int] = {}
        self.files: dict[int, Attachment] = {}
        self.shards = 1
        self.watchers: Counter[int] = Counter()
        self.nonces: dict[tuple[int, str], Message] = {}
        owner = User(self.ids.snowflake(), "sandbox-developer", "Sandbox developer")
        self.bot = User(self.ids.snowflake(), "sandbox-bot", bot=True)
        self.users: dict[int, User] = {owner.id: owner, self.bot.id: self.bot}
        self.application = Application(
            self.bot.id, "sandbox-bot", "", owner.id, PRIVILEGED_FLAGS["members"] | PRIVILEGED_FLAGS["message_content"]
        )

    def publish(self, event: Event) -> None:
        """Let it be known."""
        self.bus.publish(event)

    def switch_intent(self, name: str, *, on: bool) -> None:
        """Switch a privileged intent ("presences", "members", "message_content") in the application's settings."""
        self.application.flags &= ~(PRIVILEGED_FLAGS[name] | LIMITED_FLAGS[name])
        if on:
            self.application.flags |= PRIVILEGED_FLAGS[name]

    def has_intent(self, name: str) -> bool:
        """Tell whether a privileged intent is switched on in the application's settings."""
        return bool(self.application.flags & (PRIVILEGED_FLAGS[name] | LIMITED_FLAGS[name]))

    def user(self, user_id: int) -> User:
        """Find a user."""
        return _found(self.users, user_id, "user")

    def guild(self, guild_id: int) -> Guild:
        """Find a server."""
        return _found(self.guilds, guild_id, "guild")

    def channel(self, channel_id: int) -> Channel:
        """Find a channel, a thread or a direct conversation."""
        return _found(self.channels, channel_id, "channel")

    def member(self, guild: Guild, user_id: int) -> Member:
        """Find a member of a server."""
        return _found(guild.members, user_id, "member")

    def role(self, guild: Guild, role_id: int) -> Role:
        """Find a role of a server."""
        return _found(guild.roles, role_id, "role")

    def message(self, channel: Channel, message_id: int) -> Message:
        """Find a message that is not ephemeral."""
        message = _found(channel.messages, message_id, "message")
        if message.only_for is not None:
            raise unknown("message")
        return message

    def event(self, guild: Guild, event_id: int) -> ScheduledEvent:
        """Find an event of a server's calendar."""
        return _found(guild.events, event_id, "event")

    def guild_of(self, channel: Channel) -> Guild | None:
        """Give a channel's server; None for a direct conversation."""
        return self.guilds[channel.guild_id] if channel.guild_id is not None else None

    def share_a_guild(self, one: int, other: int) -> bool:
        """Tell whether two users are in a server together."""
        return any(one in guild.members and other in guild.members for guild in self.guilds.values())

    def threads(self, guild: Guild, parent: Channel | None = None) -> list[Channel]:
        """List a server's threads, or those of one of its channels."""
        return [
            channel
            for channel in guild.channels.values()
            if channel.thread and (parent is None or channel.parent_id == parent.id)
        ]


def _found(things: dict[int, T], thing_id: int, what: str) -> T:
    try:
        return things[thing_id]
    except KeyError:
        raise unknown(what) from None
