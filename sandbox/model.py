"""What the sandbox's world is made of: plain data, no rules."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from sandbox.permissions import Permission

JSON = dict[str, Any]


class ChannelType(IntEnum):
    """Discord's channel types, as far as the sandbox has them."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13


class MessageType(IntEnum):
    """Discord's message types, as far as the sandbox makes them."""

    DEFAULT = 0
    RECIPIENT_ADD = 1
    RECIPIENT_REMOVE = 2
    CHANNEL_NAME_CHANGE = 4
    PINNED = 6
    USER_JOIN = 7
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU_COMMAND = 23
    AUTO_MODERATION_ACTION = 24


EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_EMBEDS = 1 << 2
HAS_THREAD = 1 << 5
COMPONENTS_V2 = 1 << 15
SUPPRESS_NOTIFICATIONS = 1 << 12
THREADS = (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD)
HOLDS_MESSAGES = (ChannelType.TEXT, ChannelType.DM, ChannelType.VOICE, ChannelType.ANNOUNCEMENT, *THREADS)


@dataclass(slots=True, eq=False)
class User:
    """A person, or the bot."""

    id: int
    name: str
    display_name: str | None = None
    about: str = ""
    bot: bool = False
    dms_open: bool = True
    locale: str = "en-US"


@dataclass(slots=True, eq=False)
class Role:
    """A role of a server; the one with the server's id is @everyone."""

    id: int
    guild_id: int
    name: str
    permissions: Permission = Permission.NONE
    position: int = 0
    color: int = 0
    hoist: bool = False
    mentionable: bool = False
    managed: bool = False
    bot_id: int | None = None


@dataclass(slots=True, eq=False)
class Member:
    """A user in a server."""

    user: User
    guild_id: int
    joined_at: datetime
    roles: list[int] = field(default_factory=list)
    nick: str | None = None
    timed_out_until: datetime | None = None


@dataclass(slots=True)
class Overwrite:
    """What a channel allows or denies a role (type 0) or a member (type 1)."""

    id: int
    type: int
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE


@dataclass(slots=True)
class ThreadMember:
    """A user who is in a thread."""

    user_id: int
    joined_at: datetime


@dataclass(slots=True, eq=False)
class Thread:
    """What a channel that is a thread has besides."""

    owner_id: int
    created_at: datetime
    archived_at: datetime
    auto_archive_minutes: int = 4320
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    members: dict[int, ThreadMember] = field(default_factory=dict)
    sent: int = 0


@dataclass(slots=True, eq=False)
class Channel:
    """A channel, a thread or a direct conversation."""

    id: int
    type: ChannelType
    guild_id: int | None = None
    name: str = ""
    topic: str | None = None
    position: int = 0
    parent_id: int | None = None
    nsfw: bool = False
    slowmode: int = 0
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    recipients: tuple[int, ...] = ()
    thread: Thread | None = None
    messages: "dict[int, Message]" = field(default_factory=dict)
    last_message_id: int | None = None
    last_pin_at: datetime | None = None
    default_auto_archive_minutes: int | None = None
    default_thread_slowmode: int = 0
    user_limit: int = 0
    bitrate: int = 64000

    @property
    def mention(self) -> str:
        """Write the channel so that Discord shows it as a link."""
        return f"<#{self.id}>"


@dataclass(slots=True, eq=False)
class Attachment:
    """A file of a message."""

    id: int
    filename: str
    content: bytes
    content_type: str
    description: str | None = None
    width: int | None = None
    height: int | None = None
    ephemeral: bool = False

    @property
    def spoiler(self) -> bool:
        """Tell whether the file is hidden until it is clicked."""
        return self.filename.startswith("SPOILER_")


@dataclass(slots=True)
class Mentions:
    """Whom a message names, and so notifies."""

    users: list[int] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    everyone: bool = False


@dataclass(slots=True, eq=False)
class Message:
    """A message; one with `only_for` is ephemeral and exists for that person and the bot alone."""

    id: int
    channel_id: int
    guild_id: int | None
    author_id: int
    content: str
    created_at: datetime
    type: MessageType = MessageType.DEFAULT
    flags: int = 0
    edited_at: datetime | None = None
    embeds: list[JSON] = field(default_factory=list)
    components: list[JSON] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mentions: Mentions = field(default_factory=Mentions)
    reactions: dict[str, list[int]] = field(default_factory=dict)
    nonce: str | int | None = None
    tts: bool = False
    pinned_at: datetime | None = None
    reference: JSON | None = None
    poll: JSON | None = None
    thread_id: int | None = None
    position: int | None = None
    webhook_id: int | None = None
    interaction: JSON | None = None
    command: JSON | None = None
    only_for: int | None = None
    dismissed: bool = False


@dataclass(slots=True, eq=False)
class ScheduledEvent:
    """An event on a server's calendar."""

    id: int
    guild_id: int
    creator_id: int
    name: str
    starts_at: datetime
    entity_type: int
    description: str | None = None
    channel_id: int | None = None
    ends_at: datetime | None = None
    location: str | None = None
    status: int = 1
    interested: set[int] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Rule:
    """An AutoMod rule; `trigger` and `actions` are kept in Discord's shape."""

    id: int
    guild_id: int
    creator_id: int
    name: str
    event_type: int
    trigger_type: int
    trigger: JSON
    actions: list[JSON]
    enabled: bool = True
    exempt_roles: list[int] = field(default_factory=list)
    exempt_channels: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    description: str | None = None
    locale: str = "en-US"
    system_channel_id: int | None = None
    available: bool = True
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    bans: dict[int, str | None] = field(default_factory=dict)
    events: dict[int, ScheduledEvent] = field(default_factory=dict)
    rules: dict[int, Rule] = field(default_factory=dict)

    @property
    def everyone(self) -> Role:
        """Give the role that every member has."""
        return self.roles[self.id]


@dataclass(slots=True, eq=False)
class Application:
    """The bot's application: what the developer portal holds."""

    id: int
    name: str
    description: str
    owner_id: int
    flags: int
    bot_public: bool = True
    tags: list[str] = field(default_factory=list)
    install_permissions: int | None = None
    custom_install_url: str | None = None
