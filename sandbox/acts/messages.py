"""Messages: sent, edited, deleted, pinned."""

from dataclasses import dataclass, field
from datetime import timedelta

from sandbox import access
from sandbox.acts import automod, channels, guilds, mentions
from sandbox.bus import Event
from sandbox.errors import refused
from sandbox.ids import iso
from sandbox.limits.form import Form
from sandbox.model import HOLDS_MESSAGES, JSON, Attachment, Channel, ChannelType, Guild, Message, MessageType
from sandbox.payloads import messages as payload
from sandbox.permissions import Permission
from sandbox.registry import Registry

P = Permission
NONCE_HOLDS = timedelta(minutes=5)
DRAW_IN_AT_MOST = 100
SYSTEM_TYPES_WITHOUT_REPLY = (
    MessageType.RECIPIENT_ADD,
    MessageType.RECIPIENT_REMOVE,
    MessageType.CHANNEL_NAME_CHANGE,
    MessageType.PINNED,
    MessageType.THREAD_CREATED,
    MessageType.THREAD_STARTER,
)


@dataclass(slots=True)
class Draft:
    """A message before it is sent."""

    content: str = ""
    embeds: list[JSON] = field(default_factory=list)
    components: list[JSON] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    enforce_nonce: bool = False
    tts: bool = False
    reference: JSON | None = None
    allowed_mentions: JSON | None = None
    poll: JSON | None = None
    type: MessageType = MessageType.DEFAULT
    webhook_id: int | None = None
    interaction: JSON | None = None
    command: JSON | None = None
    only_for: int | None = None


def send(world: Registry, author_id: int, channel: Channel, draft: Draft) -> Message:
    """Send a message with all of its author's rights checked."""
    known = _sent_before(world, author_id, draft)
    if known:
        return known
    _require_sending(world, author_id, channel, draft)
    replied_to = _replied_to(world, author_id, channel, draft)
    text = mentions.texts(draft.content, draft.components)
    findings = automod.examine(world, author_id, channel, text)
    if automod.is_blocked(findings):
        automod.execute(world, author_id, channel, text, findings, None)
        raise automod.blocked(findings)
    message = post(world, author_id, channel, draft, replied_to)
    automod.execute(world, author_id, channel, text, findings, message)
    return message


def post(world: Registry, author_id: int, channel: Channel, draft: Draft, replied_to: Message | None = None) -> Message:
    """Put a message into a channel without asking whether its author may."""
    text = mentions.texts(draft.content, draft.components)
    named = mentions.resolve(world, channel, author_id, text, draft.allowed_mentions, replied_to)
    message = Message(
        id=world.ids.snowflake(),
        channel_id=channel.id,
        guild_id=channel.guild_id,
        author_id=author_id,
        content=draft.content,
        created_at=world.ids.moment(),
        type=draft.type,
        flags=draft.flags,
        embeds=draft.embeds,
        components=draft.components,
        attachments=draft.attachments,
        mentions=named,
        nonce=draft.nonce,
        tts=draft.tts,
        reference=draft.reference,
        poll=draft.poll,
        webhook_id=draft.webhook_id,
        interaction=draft.interaction,
        command=draft.command,
        only_for=draft.only_for,
    )
    if draft.nonce is not None:
        world.nonces[author_id, str(draft.nonce)] = message
    _place(world, channel, message)
    return message


def _place(world: Registry, channel: Channel, message: Message) -> None:
    if channel.thread and message.only_for is None:
        _reopen(world, channel)
        message.position = channel.thread.sent
        channel.thread.sent += 1
        if message.webhook_id is None:
            guilds.enter_thread(world, channel, message.author_id)
    channel.messages[message.id] = message
    if message.only_for is None:
        channel.last_message_id = message.id
    publish(world, message, "CREATE")
    if channel.thread and message.only_for is None:
        _draw_in(world, channel, message)


def _reopen(world: Registry, channel: Channel) -> None:
    if channel.thread and channel.thread.archived:
        channel.thread.archived = False
        channel.thread.archived_at = world.ids.moment()
        channels.publish_thread(world, channel, "UPDATE")


def _draw_in(world: Registry, channel: Channel, message: Message) -> None:
    drawn = mentions.drawn_in(world, channel, message.mentions)
    if len(drawn) > DRAW_IN_AT_MOST or not _may_invite(world, channel, message.author_id):
        return
    for user_id in drawn:
        guilds.enter_thread(world, channel, user_id)


def _may_invite(world: Registry, channel: Channel, user_id: int) -> bool:
    thread = channel.thread
    if thread is None:
        return False
    if channel.type is ChannelType.PUBLIC_THREAD or thread.invitable or thread.owner_id == user_id:
        return True
    return bool(access.in_channel(world, channel, user_id) & P.MANAGE_THREADS)


def audience(world: Registry, message: Message) -> frozenset[int] | None:
    """Give those who alone see a message; None if everybody in the channel does."""
    if message.only_for is None:
        return None
    return frozenset({world.bot.id} if message.dismissed else {message.only_for, world.bot.id})


def publish(world: Registry, message: Message, verb: str) -> None:
    """Tell those who see a message that it was created or updated."""
    channel = world.channel(message.channel_id)
    only = audience(world, message)
    data = payload.on_the_wire(world, message, world.bot.id)
    guild = world.guild_of(channel)
    world.publish(Event(f"MESSAGE_{verb}", data, guild=guild, channel=channel, message=message, only=only))


def _sent_before(world: Registry, author_id: int, draft: Draft) -> Message | None:
    if not draft.enforce_nonce or draft.nonce is None:
        return None
    known = world.nonces.get((author_id, str(draft.nonce)))
    return known if known and world.ids.now() - known.created_at <= NONCE_HOLDS else None


def _require_sending(world: Registry, author_id: int, channel: Channel, draft: Draft) -> None:
    access.require_view(world, channel, author_id)
    if channel.type not in HOLDS_MESSAGES:
        raise refused(50008)
    if channel.guild_id is None:
        require_reachable(world, author_id, channel)
        return
    needed = P.SEND_MESSAGES_IN_THREADS if channel.thread else P.SEND_MESSAGES
    if draft.attachments:
        needed |= P.ATTACH_FILES
    if draft.embeds:
        needed |= P.EMBED_LINKS
    if draft.tts:
        needed |= P.SEND_TTS_MESSAGES
    if draft.poll:
        needed |= P.SEND_POLLS
    access.require(world, channel, author_id, needed)
    locked = channel.thread is not None and channel.thread.locked
    if locked and not access.in_channel(world, channel, author_id) & P.MANAGE_THREADS:
        raise refused(160005)


def require_reachable(world: Registry, author_id: int, channel: Channel) -> None:
    """Refuse a direct message to somebody who takes none or shares no server with the author."""
    for user_id in channel.recipients:
        if user_id == author_id:
            continue
        if not world.share_a_guild(author_id, user_id):
            raise refused(50278)
        if not world.user(user_id).dms_open:
            raise refused(50007)


def _replied_to(world: Registry, author_id: int, channel: Channel, draft: Draft) -> Message | None:
    if draft.reference is None:
        return None
    form = Form()
    message = channel.messages.get(int(draft.reference.get("message_id") or 0))
    if message is None or message.only_for is not None:
        if draft.reference.get("fail_if_not_exists", True):
            form.add("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            form.done()
        draft.reference = None
        return None
    if message.type in SYSTEM_TYPES_WITHOUT_REPLY:
        form.add("message_reference", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message")
        form.done()
    if not access.in_channel(world, channel, author_id) & P.READ_MESSAGE_HISTORY:
        raise refused(160002)
    draft.type = MessageType.REPLY
    draft.reference = {"type": 0, "channel_id": str(channel.id), "message_id": str(message.id)}
    if channel.guild_id is not None:
        draft.reference["guild_id"] = str(channel.guild_id)
    return message


@dataclass(slots=True)
class Change:
    """What an edit changes; None leaves a part as it is."""

    content: str | None = None
    embeds: list[JSON] | None = None
    components: list[JSON] | None = None
    attachments: list[Attachment] | None = None
    flags: int | None = None
    allowed_mentions: JSON | None = None


def edit(world: Registry, message: Message, change: Change, *, counts: bool = True) -> Message:
    """Change a message and tell; the completion of a deferred answer does not count as an edit."""
    channel = world.channel(message.channel_id)
    for name in ("content", "embeds", "components", "attachments", "flags"):
        value = getattr(change, name)
        if value is not None:
            setattr(message, name, value)
    require_something(message)
    if change.content is not None or change.components is not None:
        text = mentions.texts(message.content, message.components)
        message.mentions = mentions.resolve(world, channel, message.author_id, text, change.allowed_mentions, None)
    if counts:
        message.edited_at = world.ids.moment()
    publish(world, message, "UPDATE")
    return message


def edit_own(world: Registry, author_id: int, message: Message, change: Change) -> Message:
    """Change one's own message with all rights checked."""
    channel = world.channel(message.channel_id)
    access.require_view(world, channel, author_id)
    if message.author_id != author_id:
        raise refused(50005)
    require_changeable(world, channel, author_id)
    findings = automod.examine(world, author_id, channel, change.content or "")
    if automod.is_blocked(findings):
        automod.execute(world, author_id, channel, change.content or "", findings, message)
        raise automod.blocked(findings)
    edit(world, message, change)
    automod.execute(world, author_id, channel, change.content or "", findings, message)
    return message


def require_changeable(world: Registry, channel: Channel, user_id: int) -> None:
    """Refuse to change what is in an archived thread, or in a locked one without the permission."""
    if channel.thread is None:
        return
    if channel.thread.archived:
        raise refused(50083)
    if channel.thread.locked and not access.in_channel(world, channel, user_id) & P.MANAGE_THREADS:
        raise refused(160005)


def require_something(message: Message | Draft) -> None:
    """Refuse a message in which there is nothing to see."""
    if not (message.content.strip() or message.embeds or message.components or message.attachments or message.poll):
        raise refused(50006)


def unfurl(world: Registry, message: Message, embeds: list[JSON]) -> Message:
    """Add the preview of a link, as Discord itself does: an update that is no edit."""
    message.embeds = [*message.embeds, *embeds]
    publish(world, message, "UPDATE")
    return message


def delete(world: Registry, message: Message) -> None:
    """Delete a message and tell."""
    channel = world.channel(message.channel_id)
    del channel.messages[message.id]
    data = {"id": str(message.id), "channel_id": str(channel.id)}
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    only = audience(world, message)
    guild = world.guild_of(channel)
    world.publish(Event("MESSAGE_DELETE", data, guild=guild, channel=channel, only=only))


def delete_many(world: Registry, channel: Channel, message_ids: list[int]) -> None:
    """Delete several messages at once and tell of them in one event."""
    gone = [message_id for message_id in message_ids if channel.messages.pop(message_id, None)]
    data: JSON = {"ids": [str(message_id) for message_id in gone], "channel_id": str(channel.id)}
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    world.publish(Event("MESSAGE_DELETE_BULK", data, guild=world.guild_of(channel), channel=channel))


def delete_recent(world: Registry, guild: Guild, author_id: int, since: timedelta) -> None:
    """Delete what somebody wrote in a server during the last time, as a ban can."""
    oldest = world.ids.now() - since
    for channel in guild.channels.values():
        recent = [m.id for m in channel.messages.values() if m.author_id == author_id and m.created_at > oldest]
        if since and recent:
            delete_many(world, channel, recent)


def set_pin(world: Registry, channel: Channel, message: Message, *, pinned: bool) -> None:
    """Pin or unpin a message and tell."""
    most = 250
    if pinned and len([m for m in channel.messages.values() if m.pinned_at]) >= most:
        raise refused(30003)
    message.pinned_at = world.ids.moment() if pinned else None
    channel.last_pin_at = message.pinned_at or channel.last_pin_at
    publish(world, message, "UPDATE")
    data: JSON = {"channel_id": str(channel.id), "last_pin_timestamp": iso(channel.last_pin_at)}
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    world.publish(Event("CHANNEL_PINS_UPDATE", data, guild=world.guild_of(channel), channel=channel))


def announce_pin(world: Registry, channel: Channel, message: Message, actor_id: int) -> None:
    """Say in the channel who pinned a message."""
    reference: JSON = {"type": 0, "channel_id": str(channel.id), "message_id": str(message.id)}
    if channel.guild_id is not None:
        reference["guild_id"] = str(channel.guild_id)
    post(world, actor_id, channel, Draft(reference=reference, type=MessageType.PINNED))
