"""Sending the private notes. Where no private way works the note is not said at all."""

from datetime import datetime

from bot.boundaries.model import Detail
from bot.groups.service import Groups
from bot.outbox.model import Permanent, Receipt, Row
from bot.words import Library, Words
from cogs.shared.private_word import PrivateWord, Word


class NoteDeliverer:
    """Sends the outbox's notes."""

    def __init__(self, groups: Groups, words: Library, private_word: PrivateWord) -> None:
        self._groups = groups
        self._words = words
        self._private_word = private_word

    async def note(self, row: Row, _now: datetime) -> Receipt:
        """Tell the author what others can see, and that it is theirs to decide."""
        group = self._groups.get(row.group_key or "")
        if group is None:
            raise Permanent("group_unknown")
        words = self._words.of(group.language)
        link = f"https://discord.com/channels/{group.server}/{row.ref['channel']}/{row.ref['message']}"
        word = Word(
            full=words("boundaries.note.text", what=_named(row.ref["details"], words), group=group.label, link=link),
            short=None,
            thread_name=words("crisis.member.thread_name"),
            nonce=row.nonce,
        )
        return await self._private_word.say(group, row.ref["member"], word, fallback_channel=group.circle)


def _named(details: list[str], words: Words) -> str:
    known = [words(f"boundaries.detail.{detail.value}") for detail in Detail if detail.value in details]
    if len(known) == 1:
        return known[0]
    return words("boundaries.detail.both", first=known[0], second=known[1])
