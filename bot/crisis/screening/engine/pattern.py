"""The tiny pattern language of the lexicon, and its reader.

word    this word                (a|b c)  one of these        ..3   up to three other words, never a "not"
word*   a word starting so       [a|b]    may be there        ^ $   where a clause starts, where it ends
{NAME}  a concept                #  ##    a number, one of two digits or more       _name an emoji
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import ClassVar

from bot.crisis.screening.text.letters import plain_word

_SIGN = re.compile(r"\s*(\{[A-Z][A-Z0-9_]*\}|\.\.\d+|[()\[\]|^$]|#+|[\w*']+)")
_WORD = re.compile(r"_?\w+")
_OPENING = {"(": ")", "[": "]"}
_CLOSING = frozenset(")]|")
_LONGEST_GAP = 12
SHORTEST_STEM = 3
_NEEDS_WORD = attrgetter("needs_word")
NO_SPELLING: Mapping[str, str] = {}


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One exact word, or `word*` for every word that starts so, or `#` for a number."""

    key: str
    needs_word: ClassVar[bool] = True
    has_edge: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, eq=False)
class Ref:
    """A concept, by its name."""

    name: str
    needs_word: ClassVar[bool] = True
    has_edge: ClassVar[bool] = False


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Up to `most` other words."""

    most: int
    needs_word: ClassVar[bool] = False
    has_edge: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """Where a clause starts (`^`) or ends (`$`)."""

    start: bool
    needs_word: ClassVar[bool] = False
    has_edge: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several sequences; or none of them, if it is optional."""

    options: tuple["Sequence", ...]
    optional: bool
    needs_word: bool
    """Whether every way through it holds a word."""
    has_edge: bool
    """Whether an option begins or ends with an edge or a gap, or one inside it does."""
    refs: tuple[str, ...]
    """The concepts that it names."""
    needed: "Choice | None" = None
    """The same choice as one that must be there, if this one is optional."""


Item = Word | Ref | Gap | Edge | Choice
Sequence = tuple[Item, ...]


class Parser:
    """Reads the patterns of one language; what comes again and again is read once, and is the same object.

    So items are equal only if they are the same, and their looks need never be compared.
    """

    def __init__(self, written: Mapping[str, str] = NO_SPELLING) -> None:
        """Take how words are spelled in repaired text: "don't" is "do not" there."""
        self._written = written
        self._plain: dict[str, tuple[str, ...]] = {}
        self._items: dict[str, Item] = {}
        self._words: dict[str, Word] = {}
        self._choices: dict[tuple[tuple[Sequence, ...], bool], Choice] = {}

    @property
    def words(self) -> frozenset[str]:
        """Return the words, and the beginnings of words, of all patterns so far."""
        return frozenset(self._words)

    def parse(self, text: str) -> Sequence:
        """Return the items of a pattern; a fault raises PatternError."""
        signs = [plain for sign in _signs(text) for plain in (self._plain.get(sign) or self._spelled(sign))]
        items = self._sequence(signs)
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

    def _sequence(self, signs: Iterable[str]) -> Sequence:
        around: list[tuple[str, list[Sequence], list[Item]]] = []
        """What is open: its sign, and the options and the items that were read before it."""
        options: list[Sequence] = []
        items: list[Item] = []
        for sign in signs:
            item = self._items.get(sign)
            if item is None and sign in _OPENING:
                around.append((sign, options, items))
                options, items = [], []
                continue
            if item is None and sign in _CLOSING:
                if not around:
                    raise PatternError(f'"{sign}" closes nothing. Remove it, or open the group before it.')
                opened = around[-1][0]
                options.append(_option(items, opened))
                if sign == "|":
                    items = []
                    continue
                if sign != _OPENING[opened]:
                    raise PatternError(f'"{opened}" is closed by "{sign}". Write "{_OPENING[opened]}".')
                item = self._choice(tuple(options), optional=opened == "[")
                _, options, items = around.pop()
            items.append(item or self._new(sign))
        if around:
            opened = around[-1][0]
            _option(items, opened)
            raise PatternError(f'"{opened}" is not closed. Add "{_OPENING[opened]}".')
        return tuple(items)

    def _choice(self, options: tuple[Sequence, ...], *, optional: bool) -> Choice:
        known = self._choices.get((options, optional))
        if known is None:
            known = self._choices[options, optional] = Choice(
                options,
                optional,
                needs_word=not optional and all(map(_requires_a_word, options)),
                has_edge=any(map(_has_edge, options)),
                refs=tuple(name for option in options for name in refs(option)),
                needed=self._choice(options, optional=False) if optional else None,
            )
        return known

    def _new(self, sign: str) -> Item:
        item = _item(sign)
        if isinstance(item, Word):
            item = self._words.setdefault(item.key, item)
        self._items[sign] = item
        return item


def refs(sequence: Sequence) -> Iterator[str]:
    """Yield the concepts that a pattern names."""
    for item in sequence:
        if isinstance(item, Ref):
            yield item.name
        elif isinstance(item, Choice):
            yield from item.refs


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
    if not _WORD.fullmatch(stem) or (plain.endswith("*") and len(stem) < SHORTEST_STEM):
        raise PatternError(f'"{sign}" is no word. A star stands at the end, after at least three letters.')
    return plain


def _option(items: list[Item], opened: str) -> Sequence:
    if not items:
        raise PatternError(
            f'a choice in "{opened}{_OPENING[opened]}" is empty. '
            'Remove the extra "|", or put what may be missing into [ ].'
        )
    if not (_requires_a_word(items) or any(isinstance(item, Edge) for item in items)):
        raise PatternError("a choice holds nothing that must be there. Leave the brackets inside it out.")
    return tuple(items)


def _requires_a_word(items: Iterable[Item]) -> bool:
    return any(map(_NEEDS_WORD, items))


def _has_edge(option: Sequence) -> bool:
    return (
        option[0].has_edge
        or option[-1].has_edge
        or any(isinstance(item, Choice) and item.has_edge for item in option[1:-1])
    )
