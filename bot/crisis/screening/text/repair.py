"""Reads a raw token as the words of one language: spelling, slipped and disguised letters.

A repair is taken only if it leads to words that the language's lexicon uses itself, so that a repair can reveal a
phrase but never turn ordinary text of another kind into one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.crisis.screening.text.letters import EMOJI_MARK, Letters
from bot.crisis.screening.text.slips import Slips
from bot.crisis.screening.text.splitting import NEVER_HASTY, Hasty, Splitter, Words

_READ_AS = str.maketrans({"1": "i", "!": "i", "|": "l", "3": "e", "4": "a", "@": "a", "0": "o", "$": "s", "5": "s",
                          "7": "t", "+": "t", "8": "b", "9": "g"})  # fmt: skip
_INNER_SIGNS = re.compile(r"[*@$!|+#]+")
_NUMBER = re.compile(r"(\d+)([a-z]{1,5})?$")
_ORDINALS = {"st": "1", "nd": "2", "rd": "3"}
_PAIR = 2
_SHORTEST_PART = 3
_SHORTEST_TURNED = 4
_SHORTEST_ENDING = 4
_LONGEST = 60
_LONGEST_NUMBER = 3
_KEPT = 60_000


@dataclass(frozen=True)
class Spelling:
    """How one language is written: its own words and the tables that lead to them."""

    known: frozenset[str]
    """Every word that the language's patterns use, and its common words."""
    written: Mapping[str, Words]
    """Abbreviations, slang and frequent misspellings, in plain words."""
    guarded: frozenset[str]
    """Words worth finding under a slip of the fingers or a disguise."""
    real: frozenset[str] = frozenset()
    """Ordinary words that a slip must not be read into."""
    units: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    clipped: frozenset[str] = frozenset()
    """Endings that an apostrophe cuts off, and a blank where somebody left it out."""
    hasty: Hasty = NEVER_HASTY
    foreign: frozenset[str] = frozenset()
    """Words of the other languages, which are no slips of this one's."""


@dataclass
class Repair:
    """Reads raw tokens; remembers what it read, up to a bound."""

    spelling: Spelling
    letters: Letters
    _read: dict[str, Words] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spelling = self.spelling
        targets = spelling.known | spelling.written.keys()
        rank = {word: at for at, word in enumerate(spelling.common)}
        self._slips = Slips(targets, spelling.guarded, spelling.real, rank)
        pieces = {word for word in targets if len(word) > 1 and word.isalpha()} | {"i", "a"}
        self._splitter = Splitter(
            pieces, _wanted(spelling), targets.difference(spelling.common), spelling.common, spelling.hasty
        )
        self._backwards = frozenset(_backwards(spelling))
        self._halves = dict(_halves(spelling))
        self._odd_halves = frozenset(first if first not in spelling.known else second for first, second in self._halves)
        self._clipped = dict(_clipped(spelling))
        self._halves |= self._clipped
        self._odd_halves |= spelling.clipped

    def words(self, raw: str) -> Words:
        """Return the plain words of a raw token; a word that means nothing to the lexicon stays what it is."""
        known = self._read.get(raw)
        if known is None:
            if len(self._read) >= _KEPT:
                self._read.clear()
            known = self._read[raw] = self._spelled(raw)
        return known

    def is_halved(self, raws: Sequence[str]) -> bool:
        """Tell whether a blank between two neighbouring tokens has split a word, or stands for an apostrophe."""
        return not self._odd_halves.isdisjoint(raws) and any(pair in self._halves for pair in pairwise(raws))

    def is_backwards(self, raws: Sequence[str]) -> bool:
        """Tell whether more of the tokens are words if they are read backwards, a telling one among them."""
        if self._backwards.isdisjoint(raws):
            return False
        known, foreign = self.spelling.known, self.spelling.foreign
        forwards = sum(raw in known or raw in foreign for raw in raws)
        return sum(raw[::-1] in known for raw in raws) > forwards

    def halves(self, first: str, second: str) -> Words:
        """Return the words of two tokens that a blank has split: a guarded word, or "i m"; or nothing."""
        whole = self._halves.get((first, second))
        return self.words(whole) if whole else ()

    def is_clipped(self, first: str, second: str) -> bool:
        """Tell whether a blank stands for an apostrophe between two tokens."""
        return (first, second) in self._clipped

    def run(self, groups: Iterable[str]) -> Words:
        """Return the words of letters that were written apart, a group for each word as far as that shows."""
        parts = list(groups)
        if len(parts) == 1:
            return self._letters(parts[0], alone=True)
        found = [self._letters(part, alone=False) or (part,) for part in parts]
        return tuple(word for words in found for word in words)

    def number(self, raw: str) -> Words:
        """Return the word that a short number stands for among other words in digits ("50" for "so"), or nothing."""
        word = raw.translate(_READ_AS)
        return self._plain(word) if len(raw) <= _LONGEST_NUMBER and word.isalpha() else ()

    def _letters(self, letters: str, *, alone: bool) -> Words:
        found = self._plain(letters) or self._hidden(letters)
        if not found:
            found = self._splitter.spelt(letters.translate(_READ_AS), strange=alone)
        return self._respelled(found)

    def _spelled(self, raw: str) -> Words:
        if raw[0] == EMOJI_MARK:
            return ("_" + raw[1:],)
        spelling = self.spelling
        plain = raw.replace("'", "")
        direct = spelling.written.get(raw) or spelling.written.get(plain)
        if direct:
            return direct
        if plain in spelling.known or plain in spelling.foreign:
            return (plain,)
        direct = self._meant(plain)
        if direct:
            return direct
        if not plain.isascii():
            return self._foreign(plain)
        if raw.endswith("'s") and raw[:-2] in spelling.known:
            return (raw[:-2],)
        if plain.isalpha():
            return self._respelled(self._hidden(plain)) or (plain,)
        return self._number(plain) or self._respelled(self._hidden(plain)) or self._parts(plain)

    def _exact(self, word: str) -> Words:
        return self.spelling.written.get(word) or ((word,) if word in self.spelling.known else ())

    def _plain(self, word: str) -> Words:
        return self._exact(word) or self._meant(word)

    def _meant(self, word: str) -> Words:
        meant = self._full_ending(word) or self._slips.slipped(word)
        return self._respelled((meant,)) if meant else ()

    def _full_ending(self, word: str) -> str:
        """Return "feeling" for "feelin", where the language knows the longer word."""
        longer = word + "g"
        return longer if word.endswith("in") and len(word) >= _SHORTEST_ENDING and longer in self.spelling.known else ""

    def _respelled(self, words: Words) -> Words:
        written = self.spelling.written
        return tuple(plain for word in words for plain in written.get(word, (word,)))

    def _foreign(self, word: str) -> Words:
        latin = self.letters.latin(word)
        if latin is None:
            return (word,)
        return self._plain(latin) or self._respelled(self._hidden(latin)) or (word,)

    def _number(self, word: str) -> Words:
        match = _NUMBER.match(word)
        if not match:
            return ()
        number, unit = match.groups()
        if unit is None:
            return (number,)
        if unit in _ORDINALS and not number.endswith(_ORDINALS[unit]):
            return ()
        return (number, unit) if unit in self.spelling.units else ()

    def _hidden(self, word: str) -> Words:
        if len(word) > _LONGEST:
            return self._splitter.glued(word)
        if len(word) < _PAIR:
            return ()
        found = self._slips.starred(word) or self._slips.shaped(word)
        if found:
            return (found,)
        drawn, short = self._slips.stretched(word)
        if drawn:
            return (drawn,)
        if len(short) >= _SHORTEST_PART:
            return self._plain(short) or self._hidden(short)
        if word.isalpha():
            return self._splitter.glued(word) if word not in self.spelling.real else ()
        plain = word.translate(_READ_AS)
        return (self._plain(plain) or self._splitter.glued(plain)) if plain.isalpha() else self._splitter.glued(word)

    def _parts(self, word: str) -> Words:
        parts = [part for part in _INNER_SIGNS.split(word) if part]
        if len(parts) < _PAIR or min(map(len, parts)) < _SHORTEST_PART:
            return (word,)
        return tuple(plain for part in parts for plain in self.words(part))


def _wanted(spelling: Spelling) -> set[str]:
    """Return the guarded words, and what leads to them."""
    leads = {word for word, plain in spelling.written.items() if not spelling.guarded.isdisjoint(plain)}
    return {word for word in spelling.guarded | leads if len(word) >= _SHORTEST_PART}


def _backwards(spelling: Spelling) -> Iterator[str]:
    ordinary = spelling.known | spelling.real | spelling.written.keys()
    for word in (*spelling.guarded, *spelling.common):
        turned = word[::-1]
        if len(word) >= _SHORTEST_TURNED and turned not in ordinary:
            yield turned


def _halves(spelling: Spelling) -> Iterator[tuple[tuple[str, str], str]]:
    for word in spelling.guarded:
        for at in range(1, len(word)):
            first, second = word[:at], word[at:]
            if not (first in spelling.known and second in spelling.known):
                yield (first, second), word


def _clipped(spelling: Spelling) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield a word without its ending and the ending, and the word as it is known to be spelled."""
    for word in spelling.written:
        bare = word.replace("'", "")
        for ending in spelling.clipped:
            if bare.endswith(ending) and len(bare) > len(ending) and word in {bare, f"{bare[: -len(ending)]}'{ending}"}:
                yield (bare[: -len(ending)], ending), word
