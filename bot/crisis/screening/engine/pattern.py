"""The tiny pattern language of the lexicon, and its reader.

word    this word                (a|b c)  one of these        ..3   up to three other words, never a "not"
word*   a word starting so       [a|b]    may be there        ^ $   where a clause starts, where it ends
{NAME}  a concept                #  ##    a number, one of two digits or more       _name an emoji
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.crisis.screening.text.letters import plain_word

_SIGN = re.compile(r"\s*(\{[A-Z][A-Z0-9_]*\}|\.\.\d+|[()\[\]|^$]|#+|[\w*']+)")
_WORD = re.compile(r"_?\w+")
_LONGEST_GAP = 12
_SHORTEST_STEM = 3
NO_SPELLING: Mapping[str, str] = {}


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class Word:
    """One exact word, or `word*` for every word that starts so, or `#` for a number."""

    key: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A concept, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `most` other words."""

    most: int


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a clause starts (`^`) or ends (`$`)."""

    start: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences; or none of them, if it is optional."""

    options: tuple["Sequence", ...]
    optional: bool


Item = Word | Ref | Gap | Edge | Choice
Sequence = tuple[Item, ...]


def parse(text: str, written: Mapping[str, str] = NO_SPELLING) -> Sequence:
    """Return the items of a pattern, its words spelled as in `written`; a fault raises PatternError."""
    signs = [plain for sign in _signs(text) for plain in _spelled(sign, written)]
    items, at = _sequence(signs, 0)
    if at != len(signs):
        raise PatternError(f'"{signs[at]}" closes nothing. Remove it, or open the group before it.')
    if not _requires_a_word(items):
        raise PatternError(
            "it has no word that must be there. Add one; an optional word or a gap alone matches anything."
        )
    if isinstance(items[0], Gap) or isinstance(items[-1], Gap):
        raise PatternError("a gap stands at its edge. A pattern begins and ends with a word.")
    return items


def _spelled(sign: str, written: Mapping[str, str]) -> list[str]:
    """Return a word as it stands in repaired text: "don't" is "do not" there."""
    plain = written.get(sign.lower()) or written.get(plain_word(sign))
    return plain.split() if plain else [sign]


def _signs(text: str) -> list[str]:
    signs: list[str] = []
    at = 0
    text = text.strip()
    while at < len(text):
        match = _SIGN.match(text, at)
        if not match:
            raise PatternError(
                f'"{text[at:].split()[0]}" is no sign of the pattern language. See docs/lexicon-format.md.'
            )
        signs.append(match.group(1))
        at = match.end()
    if not signs:
        raise PatternError("it is empty. Write a word.")
    return signs


def _sequence(signs: list[str], at: int) -> tuple[Sequence, int]:
    items: list[Item] = []
    while at < len(signs) and signs[at] not in {")", "]", "|"}:
        sign = signs[at]
        if sign in {"(", "["}:
            choice, at = _choice(signs, at)
            items.append(choice)
        else:
            items.append(_item(sign))
            at += 1
    return tuple(items), at


def _choice(signs: list[str], at: int) -> tuple[Choice, int]:
    opened = signs[at]
    closing = {"(": ")", "[": "]"}[opened]
    options: list[Sequence] = []
    while True:
        option, at = _sequence(signs, at + 1)
        if not option:
            raise PatternError(
                f'a choice in "{opened}{closing}" is empty. Remove the extra "|", or put what may be missing into [ ].'
            )
        if not (_requires_a_word(option) or any(isinstance(item, Edge) for item in option)):
            raise PatternError("a choice holds nothing that must be there. Leave the brackets inside it out.")
        options.append(option)
        if at >= len(signs):
            raise PatternError(f'"{opened}" is not closed. Add "{closing}".')
        if signs[at] == closing:
            return Choice(tuple(options), optional=opened == "["), at + 1
        if signs[at] != "|":
            raise PatternError(f'"{opened}" is closed by "{signs[at]}". Write "{closing}".')


def _item(sign: str) -> Item:
    if sign.startswith("{"):
        return Ref(sign[1:-1])
    if sign.startswith(".."):
        most = int(sign[2:])
        if not 1 <= most <= _LONGEST_GAP:
            raise PatternError(f'"{sign}": a gap has room for 1 to {_LONGEST_GAP} words.')
        return Gap(most)
    if sign in {"^", "$"}:
        return Edge(start=sign == "^")
    if sign[0] == "#":
        return Word(sign)
    return Word(_key(sign))


def _key(sign: str) -> str:
    plain = plain_word(sign)
    stem = plain.removesuffix("*")
    if not _WORD.fullmatch(stem) or (plain.endswith("*") and len(stem) < _SHORTEST_STEM):
        raise PatternError(f'"{sign}" is no word. A star stands at the end, after at least three letters.')
    return plain


def _requires_a_word(items: Sequence) -> bool:
    return any(
        isinstance(item, Word | Ref)
        or (isinstance(item, Choice) and not item.optional and all(map(_requires_a_word, item.options)))
        for item in items
    )
