"""Reading a Discord message: whether a person wrote it, and the views of it that are screened."""

import discord

from bot.crisis.screening import View, views_of
from cogs.shared.delivery import NOT_NOW

_SMALL_TEXT = 32_000
_TEXT_TYPES = ("text/plain", "text/markdown", "text/csv")
_PEOPLE_WRITE = (discord.MessageType.default, discord.MessageType.reply)


def written_by_a_person(message: discord.Message) -> bool:
    """Say whether somebody wrote this: no bot, no webhook, no notice of Discord's own."""
    return not message.author.bot and message.webhook_id is None and message.type in _PEOPLE_WRITE


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
    except NOT_NOW:
        return None  # the rest of the message is screened all the same
