"""Messages in Discord's shape."""

from urllib.parse import quote

from sandbox.ids import iso
from sandbox.model import JSON, Attachment, Message, MessageType
from sandbox.payloads import channels, users
from sandbox.registry import Registry

MAY_REFER = (MessageType.REPLY, MessageType.THREAD_STARTER, MessageType.CONTEXT_MENU_COMMAND)


def attachment_url(world: Registry, channel_id: int, file: Attachment) -> str:
    """Give the address at which a file can be fetched."""
    return f"{world.base_url}/attachments/{channel_id}/{file.id}/{quote(file.filename)}"


def attachment(world: Registry, channel_id: int, file: Attachment) -> JSON:
    """Write a file of a message."""
    url = attachment_url(world, channel_id, file)
    body: JSON = {
        "id": str(file.id),
        "filename": file.filename,
        "size": len(file.content),
        "url": url,
        "proxy_url": url,
        "content_type": file.content_type,
        "flags": 0,
    }
    if file.description is not None:
        body["description"] = file.description
    if file.width and file.height:
        body |= {"width": file.width, "height": file.height}
    return body | {"ephemeral": True} if file.ephemeral else body


def reactions(subject: Message, viewer: int) -> list[JSON]:
    """Write a message's reactions as this viewer sees them."""
    return [
        {
            "emoji": emoji(key),
            "count": len(user_ids),
            "count_details": {"burst": 0, "normal": len(user_ids)},
            "burst_colors": [],
            "me": viewer in user_ids,
            "me_burst": False,
        }
        for key, user_ids in subject.reactions.items()
    ]


def emoji(key: str) -> JSON:
    """Write an emoji: a character, or `name:id` for one of a server."""
    name, _, emoji_id = key.partition(":")
    return {"id": emoji_id or None, "name": name}


def message(world: Registry, subject: Message, viewer: int | None = None, *, nested: bool = False) -> JSON:
    """Write a message as this viewer (the bot unless named) sees it."""
    who = viewer if viewer is not None else world.bot.id
    body: JSON = {
        "id": str(subject.id),
        "type": int(subject.type),
        "channel_id": str(subject.channel_id),
        "author": users.user(world.user(subject.author_id)),
        "content": subject.content,
        "timestamp": iso(subject.created_at),
        "edited_timestamp": iso(subject.edited_at),
        "tts": subject.tts,
        "pinned": subject.pinned_at is not None,
        "mention_everyone": subject.mentions.everyone,
        "mentions": [users.user(world.user(user_id)) for user_id in subject.mentions.users],
        "mention_roles": [str(role_id) for role_id in subject.mentions.roles],
        "attachments": [attachment(world, subject.channel_id, file) for file in subject.attachments],
        "embeds": subject.embeds,
        "components": subject.components,
        "flags": subject.flags,
    }
    body |= _optional(world, subject)
    if subject.reactions:
        body["reactions"] = reactions(subject, who)
    if not nested:
        body |= _related(world, subject, who)
    return body


def _optional(world: Registry, subject: Message) -> JSON:
    found = {
        "nonce": subject.nonce,
        "position": subject.position,
        "poll": subject.poll,
        "message_reference": subject.reference,
        "webhook_id": str(subject.webhook_id) if subject.webhook_id else None,
        "application_id": str(subject.webhook_id) if subject.webhook_id else None,
        "interaction_metadata": subject.interaction,
        "interaction": subject.command,
    }
    return {key: value for key, value in found.items() if value is not None}


def _related(world: Registry, subject: Message, viewer: int) -> JSON:
    body: JSON = {}
    if subject.type in MAY_REFER and subject.reference:
        original = _original(world, subject)
        body["referenced_message"] = message(world, original, viewer, nested=True) if original else None
    thread = world.channels.get(subject.thread_id) if subject.thread_id else None
    if thread:
        body["thread"] = channels.channel(world, thread, viewer)
    return body


def _original(world: Registry, subject: Message) -> Message | None:
    reference = subject.reference or {}
    channel = world.channels.get(int(reference.get("channel_id", 0)))
    return channel.messages.get(int(reference.get("message_id", 0))) if channel else None


def on_the_wire(world: Registry, subject: Message, viewer: int) -> JSON:
    """Write a message as the gateway sends it: with the server and the author's membership."""
    body = message(world, subject, viewer)
    guild = world.guilds.get(subject.guild_id) if subject.guild_id else None
    if guild is None:
        return body | {"channel_type": 1} if subject.guild_id is None else body
    body |= {"guild_id": str(guild.id), "channel_type": int(world.channel(subject.channel_id).type)}
    if subject.author_id in guild.members:
        body["member"] = users.bare_member(guild.members[subject.author_id])
    for named in body["mentions"]:
        if int(named["id"]) in guild.members:
            named["member"] = users.bare_member(guild.members[int(named["id"])])
    return body
