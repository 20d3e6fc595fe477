"""The thread of a prompt: it hangs on the post, and Discord gives it the post's own id."""

from typing import Final

import discord

from bot.daily_prompts.model import Prompt
from bot.groups.model import Group
from cogs.shared.writing import shortened

_NAME_LIMIT = 100
_KEPT_OPEN: Final = 4320  # minutes: three days; a thread that went quiet opens again with the next answer
_EXISTS_ALREADY = 160004


async def open_thread(client: discord.Client, group: Group, message_id: int, prompt: Prompt | None) -> None:
    """Open the thread of a post, unless it is there."""
    circle = client.get_partial_messageable(group.circle, guild_id=group.server)
    name = shortened(" ".join(prompt.text.split()), _NAME_LIMIT) if prompt else "…"
    try:
        await circle.get_partial_message(message_id).create_thread(name=name, auto_archive_duration=_KEPT_OPEN)
    except discord.HTTPException as refused:
        if refused.code != _EXISTS_ALREADY:
            raise
