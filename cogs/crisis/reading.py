"""Reading a Discord message: which group it belongs to, and the views of it that are screened."""

import discord

from bot.crisis.screening import View, views_of
from bot.groups.model import Group
from bot.groups.service import Groups

_SMALL_TEXT = 32_000
_TEXT_TYPES = ("text/plain", "text/markdown", "text/csv")
_PEOPLE_WRITE = (discord.MessageType.default, discord.MessageType.reply)


def written_by_a_person(message: discord.Message) -> bool:
    """Say whether somebody wrote this: no bot, no webhook, no notice of Discord's own."""
    return not message.author.bot and message.webhook_id is None and message.type in _PEOPLE_WRITE


def group_of(channel: object, groups: Groups) -> Group | None:
    """Return the group in whose circle, or in a thread of whose circle, this channel is."""
    if isinstance(channel, discord.Thread):
        return groups.of_circle(channel.parent_id)
    channel_id = getattr(channel, "id", None)
    return groups.of_circle(channel_id) if isinstance(channel_id, int) else None


def is_direct(channel: object) -> bool:
    """Say whether this is a direct conversation with the bot."""
    return isinstance(channel, discord.DMChannel) or getattr(channel, "type", None) is discord.ChannelType.private


async def groups_of_person(client: discord.Client, groups: Groups, person_id: int) -> list[Group]:
    """Return the groups whose circle this person can see: those they are a member of."""
    found = []
    for group in groups.all():
        guild = client.get_guild(group.server)
        circle = guild.get_channel(group.circle) if guild else None
        if guild is None or circle is None:
            continue
        member = guild.get_member(person_id) or await _fetch(guild, person_id)
        if member is not None and circle.permissions_for(member).view_channel:
            found.append(group)
    return found


async def views_of_message(message: discord.Message) -> tuple[View, ...]:
    """Return every reading of a message: its text, spoilers, code, quotes, files, poll and thread title."""
    poll = message.poll
    return tuple(
        views_of(
            message.content,
            file_names=[attachment.filename for attachment in message.attachments],
            alt_texts=[attachment.description for attachment in message.attachments if attachment.description],
            file_texts=[text for attachment in message.attachments if (text := await _small_text(attachment))],
            poll=[] if poll is None else [str(poll.question), *(answer.text for answer in poll.answers)],
        )
    )


async def _small_text(attachment: discord.Attachment) -> str | None:
    kind = (attachment.content_type or "").partition(";")[0]
    if kind not in _TEXT_TYPES or attachment.size > _SMALL_TEXT:
        return None
    try:
        return (await attachment.read()).decode("utf-8", errors="replace")
    except discord.HTTPException:
        return None


async def _fetch(guild: discord.Guild, person_id: int) -> discord.Member | None:
    try:
        return await guild.fetch_member(person_id)
    except discord.NotFound:
        return None
