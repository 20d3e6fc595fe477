"""Where something was said: a link that somebody can open, or in words what it was instead."""

from bot.groups.model import Group
from bot.words import Words

_PRESSES = ("help", "report")
"""A press may be about a message, or about none."""
_GIVEN = {"nickname": "nickname", "win": "win", "form": "elsewhere"}
"""What is no message: there is none to open, nor was one deleted."""
_MESSAGES = ("message", "note", "fault", *_PRESSES)


def message_link(server: int | None, channel: int, message: int) -> str:
    """Write the address under which Discord's programs open a message."""
    return f"https://discord.com/channels/{server or '@me'}/{channel}/{message}"


def where(group: Group, key: str, channel_id: int, message_id: int, words: Words, *, in_dm: bool) -> str:
    """Say where something was said; `key` is its signal's key, which begins with what it is."""
    place = key.partition(":")[0]
    if place in _GIVEN:
        return words(f"cases.where.{_GIVEN[place]}")
    if in_dm and place in _PRESSES:
        return words("cases.where.none")
    if in_dm:
        return words("cases.where.dm")
    if place == "title":
        return words("cases.where.title", link=f"https://discord.com/channels/{group.server}/{channel_id}")
    if not channel_id or not message_id:
        return words("cases.where.none")
    if place in _MESSAGES:
        return words("cases.where.link", link=message_link(group.server, channel_id, message_id))
    return words("cases.where.elsewhere")
