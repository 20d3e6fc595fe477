"""Reading a case's messages again, live from Discord, at the moment in which a therapist looks. Nothing is kept."""

from collections.abc import Iterable
from dataclasses import dataclass

import discord

from bot.crisis.cases.model import KnownSignal
from bot.crisis.screening import Context
from bot.crisis.watching.screeners import Screeners
from bot.groups.model import Group
from bot.log import get
from cogs.crisis.reading import views_of_message
from cogs.shared.delivery import NOT_NOW

log = get("crisis")

_MESSAGES = ("message", "report", "note", "fault")


@dataclass(frozen=True, slots=True)
class Live:
    """A message as it stands now, and the words in it that light up.

    `text` is None where it cannot be read, `words` where it could not be screened.
    """

    text: str | None
    words: tuple[str, ...] | None = None


async def read_again(client: discord.Client, screeners: Screeners, group: Group, signal: KnownSignal) -> Live | None:
    """Fetch and screen a signal's message; None for a signal that is no message."""
    if signal.key.partition(":")[0] not in _MESSAGES or not signal.message_id:
        return None
    try:
        channel = client.get_partial_messageable(signal.channel_id)
        message = await channel.fetch_message(signal.message_id)
    except NOT_NOW:
        return Live(None)
    context, views = Context(author_is_therapist=message.author.id in group.therapists), await views_of_message(message)
    try:
        found = screeners.of(group).assess(views, context)
    except Exception as error:
        log.error("screening_failed", group_key=group.key, exc_info=error)
        return Live(message.content)
    return Live(message.content, _longest(dict.fromkeys(piece.words for piece in found.evidence)))


def _longest(found: Iterable[str]) -> tuple[str, ...]:
    """Leave out what stands in a longer piece too."""
    pieces = list(found)
    return tuple(each for each in pieces if not any(each != other and each in other for other in pieces))
