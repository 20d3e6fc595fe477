"""Cuts clean text into raw tokens and the breaks between them."""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from bot.crisis.screening.text.letters import EMOJI_MARK

RAW = re.compile(rf"{EMOJI_MARK}?[^\W_]+(?:['*@$!|+]{{1,3}}[^\W_]+)*")
"""A raw token: letters and digits, with the signs inside it that people write for letters."""
_PLAIN_RAW = re.compile(r"[a-z0-9]+(?:['*@$!|+]{1,3}[a-z0-9]+)*")
"""The same in lower-case ASCII, where it is quicker."""
_NOT_WORDS = re.compile(r"https?://\S*|<(?:[@#][!&]?|/[^:>\n]{1,40}:)\d+>|<t:-?\d+(?::\w)?>")
_CUSTOM_EMOJI = re.compile(r"<a?:(\w{2,32}):\d+>")
_CLAUSE_SIGNS = frozenset(',;:()/"–—¿¡')


class Break(IntEnum):
    """What stands between two words: nothing, or the end of a clause, of a line, of a sentence, or of the last two."""

    NONE = 0
    CLAUSE = 1
    LINE = 2
    SENTENCE = 3
    BOTH = 4


class Raw(NamedTuple):
    """One raw token of the clean text, with the break before it."""

    text: str
    start: int
    end: int
    before: str


def without_addresses(clean: str) -> str:
    """Blank out links, mentions and times; a custom emoji leaves its name."""
    if "<" in clean:
        clean = _CUSTOM_EMOJI.sub(lambda match: _same_length(match, match.group(1)), clean)
    elif "http" not in clean:
        return clean
    return _NOT_WORDS.sub(lambda match: " " * len(match.group()), clean)


def raw_texts(clean: str) -> list[str]:
    """Return the texts of the raw tokens of clean text."""
    return (_PLAIN_RAW if clean.isascii() else RAW).findall(clean)


def raw_tokens(clean: str) -> list[Raw]:
    """Return the raw tokens of clean text in order."""
    found: list[Raw] = []
    last = 0
    for match in (_PLAIN_RAW if clean.isascii() else RAW).finditer(clean):
        start, end = match.span()
        found.append(Raw(match.group(), start, end, clean[last:start]))
        last = end
    return found


def backwards(tokens: Sequence[Raw]) -> Iterator[list[Raw]]:
    """Yield tokens written backwards as they were meant: the whole text turned round, or each word by itself."""
    after = [token.before for token in tokens[1:]] + [""]
    turned = zip(reversed(tokens), reversed(after), strict=True)
    yield [token._replace(text=token.text[::-1], before=gap) for token, gap in turned]
    yield [token._replace(text=token.text[::-1]) for token in tokens]


def break_of(between: str) -> Break:
    """Return what the signs between two words mean; an ellipsis or a lone sign ends a clause only."""
    if between == " " or not between or between == ".":
        return Break.NONE
    ends = "?" in between or "!" in between or "." in between
    if ends and ".." not in between and len(between) > 1:
        return Break.BOTH if "\n" in between else Break.SENTENCE
    if "\n" in between:
        return Break.LINE
    if ends or " - " in between or not _CLAUSE_SIGNS.isdisjoint(between):
        return Break.CLAUSE
    return Break.NONE


def _same_length(match: re.Match[str], name: str) -> str:
    room = len(match.group())
    return (" " + EMOJI_MARK + name.lower().replace("_", "") + " ").ljust(room)[:room]
