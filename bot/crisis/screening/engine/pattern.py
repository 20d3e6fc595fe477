"""The tiny pattern language of the lexicon, and its reader.

word    this word                (a|b c)  one of these        ..3   up to three other words, never a "not"
word*   a word starting so       [a|b]    may be there        ^ $   where a clause starts, where it ends
{NAME}  a concept                #  ##    a number, one of two digits or more       _name an emoji
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.crisis.screening.text.letters import plain_word

_SIGN = re.compile(r"\s*(\{[A-Z][A-Z0-9_]*\}|\.\.\d+|[()\[\]|^$]|#+|[\w*']+)")
_WORD = re.compile(r"_?\w+")
_OPENING = {"(": ")", "[": "]"}
_CLOSING = frozenset(")]|")
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
    needs_word: bool = field(init=False, compare=False)
    """Whether every way through it holds a word."""
    has_edge: bool = field(init=False, compare=False)
    """Whether an option begins or ends with an edge or a gap, or one inside it does."""
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Work out once what is asked of it again and again."""
        object.__setattr__(self, "needs_word", not self.optional and all(map(_requires_a_word, self.options)))
        object.__setattr__(self, "has_edge", any(map(_has_edge, self.options)))
        object.__setattr__(self, "_hash", hash((self.options, self.optional)))

    def __hash__(self) -> int:
        """Return a number that is the same for equal choices."""
        return self._hash


Item = Word | Ref | Gap | Edge | Choice
Sequence = tuple[Item, ...]


class Parser:
    """Reads the patterns of one language; what comes again and again is read once, and is the same object."""

    def __init__(self, written: Mapping[str, str] = NO_SPELLING) -> None:
        """Take how words are spelled in repaired text: "don't" is "do not" there."""
        self._written = written
        self._plain: dict[str, tuple[str, ...]] = {}
        self._items: dict[str, Item] = {}
        self._choices: dict[Choice, Choice] = {}

    @property
    def words(self) -> frozenset[str]:
        """Return the words, and the beginnings of words, of all patterns so far."""
        return frozenset(item.key for item in self._items.values() if isinstance(item, Word))

    def parse(self, text: str) -> Sequence:
        """Return the items of a pattern; a fault raises PatternError."""
        signs = [plain for sign in _signs(text) for plain in (self._plain.get(sign) or self._spelled(sign))]
        items, at = self._sequence(signs, 0)
        if at != len(signs):
            raise PatternError(f'"{signs[at]}" closes nothing. Remove it, or open the group before it.')
        if not _requires_a_word(items):
            raise PatternError(
                "it has no word that must be there. Add one; an optional word or a gap alone matches anything."
            )
        if isinstance(items[0], Gap) or isinstance(items[-1], Gap):
            raise PatternError("a gap stands at its edge. A pattern begins and ends with a word.")
        return items

    def _spelled(self, sign: str) -> tuple[str, ...]:
        plain = self._written.get(sign.lower()) or self._written.get(plain_word(sign))
        spelled = self._plain[sign] = tuple(plain.split()) if plain else (sign,)
        return spelled

    def _sequence(self, signs: list[str], at: int) -> tuple[Sequence, int]:
        items: list[Item] = []
        while at < len(signs) and signs[at] not in _CLOSING:
            sign = signs[at]
            item = self._items.get(sign)
            if item is None and sign in _OPENING:
                item, at = self._choice(signs, at)
            else:
                if item is None:
                    item = self._items[sign] = _item(sign)
                at += 1
            items.append(item)
        return tuple(items), at

    def _choice(self, signs: list[str], at: int) -> tuple[Choice, int]:
        opened = signs[at]
        closing = _OPENING[opened]
        options: list[Sequence] = []
        while True:
            option, at = self._sequence(signs, at + 1)
            if not option:
                raise PatternError(
                    f'a choice in "{opened}{closing}" is empty. '
                    'Remove the extra "|", or put what may be missing into [ ].'
                )
            if not (_requires_a_word(option) or any(isinstance(item, Edge) for item in option)):
                raise PatternError("a choice holds nothing that must be there. Leave the brackets inside it out.")
            options.append(option)
            if at >= len(signs):
                raise PatternError(f'"{opened}" is not closed. Add "{closing}".')
            if signs[at] == closing:
                choice = Choice(tuple(options), optional=opened == "[")
                return self._choices.setdefault(choice, choice), at + 1
            if signs[at] != "|":
                raise PatternError(f'"{opened}" is closed by "{signs[at]}". Write "{closing}".')


def parse(text: str, written: Mapping[str, str] = NO_SPELLING) -> Sequence:
    """Return the items of one pattern, its words spelled as in `written`; a fault raises PatternError."""
    return Parser(written).parse(text)


def _signs(text: str) -> list[str]:
    signs = _SIGN.findall(text)
    if not signs:
        raise PatternError("it is empty. Write a word.")
    if sum(map(len, signs)) != len("".join(text.split())):
        raise PatternError(f'"{_strange(text)}" is no sign of the pattern language. See docs/lexicon-format.md.')
    return signs


def _strange(text: str) -> str:
    """Return the part of a text in which the first sign is that does not belong to the language."""
    at = 0
    text = text.strip()
    while match := _SIGN.match(text, at):
        at = match.end()
    return text[at:].split()[0]


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
    return any(isinstance(item, (Word, Ref)) or (isinstance(item, Choice) and item.needs_word) for item in items)


def _has_edge(option: Sequence) -> bool:
    return (
        isinstance(option[0], (Edge, Gap))
        or isinstance(option[-1], (Edge, Gap))
        or any(isinstance(item, Choice) and item.has_edge for item in option)
    )
