"""Reads a raw token as the words of one language: spelling, slipped and disguised letters.

A repair is taken only if it leads to words that the language's lexicon uses itself, so that a repair can reveal a
phrase but never turn ordinary text of another kind into one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.crisis.screening.text.letters import EMOJI_MARK, Letters

Words = tuple[str, ...]

_SAME = str.maketrans({"1": "i", "l": "i", "!": "i", "|": "i", "3": "e", "4": "a", "@": "a", "0": "o", "$": "s",
                       "5": "s", "7": "t", "+": "t", "8": "b", "9": "g", "6": "g", "2": "z"})  # fmt: skip
_INNER_SIGNS = re.compile(r"[*@$!|+#]+")
_DISGUISED = re.compile(r"[0-9@$!|+]")
_STRETCHED = re.compile(r"(.)\1\1+")
_RUNS = re.compile(r"((.)\2*)")
_NUMBER = re.compile(r"(\d+)([a-z]{1,5})?$")
_ORDINALS = {"st": "1", "nd": "2", "rd": "3"}
_PAIR = 2
_SHORTEST_PART = 3
_LONGEST = 60
_LONG_ENOUGH = 6
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in _ROWS for at, letter in enumerate(row)}
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


@dataclass
class Repair:
    """Reads raw tokens; remembers what it read, up to a bound."""

    spelling: Spelling
    letters: Letters
    _read: dict[str, Words] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spelling = self.spelling
        targets = spelling.known | spelling.written.keys()
        self._slips = dict(_slips(spelling))
        self._by_shape = _index(targets, lambda word: word.translate(_SAME))
        self._by_runs = _index((word for word in targets if len(word) > 2), lambda word: _squeezed(word.translate(_SAME)))
        self._by_ends = _index(spelling.guarded, lambda word: word[0] + word[-1] if len(word) > 2 else "")
        self._halves = dict(_halves(spelling))
        self._odd_halves = frozenset(
            first if first not in spelling.known else second for first, second in self._halves
        )
        self._pieces = frozenset(word for word in targets if len(word) > 1 and word.isalpha()) | {"i", "a"}
        self._longest_piece = max(map(len, self._pieces))

    def words(self, raw: str) -> Words:
        """Return the plain words of a raw token; a word that means nothing to the lexicon stays what it is."""
        known = self._read.get(raw)
        if known is None:
            if len(self._read) >= _KEPT:
                self._read.clear()
            known = self._read[raw] = self._spelled(raw)
        return known

    def may_be_halved(self, raws: Iterable[str]) -> bool:
        """Tell whether a token is one half of a guarded word and no word itself."""
        return not self._odd_halves.isdisjoint(raws)

    def halves(self, first: str, second: str) -> Words:
        """Return the guarded word that a blank has split, or nothing."""
        whole = self._halves.get((first, second))
        return self.words(whole) if whole else ()

    def run(self, letters: str) -> Words:
        """Return the words of single letters that were written apart, or nothing."""
        found = self._plain(letters) or self._hidden(letters)
        return self._respelled(found or self._split(letters.translate(_SAME_LETTERS), strict=False))

    def _spelled(self, raw: str) -> Words:
        if raw[0] == EMOJI_MARK:
            return ("_" + raw[1:],)
        plain = raw.replace("'", "")
        direct = self.spelling.written.get(raw) or self._plain(plain)
        if direct:
            return direct
        if not plain.isascii():
            return self._foreign(plain)
        if raw.endswith("'s") and raw[:-2] in self.spelling.known:
            return (raw[:-2],)
        return self._number(plain) or self._respelled(self._hidden(plain)) or self._parts(plain)

    def _plain(self, word: str) -> Words:
        written = self.spelling.written.get(word)
        if written is not None:
            return written
        if word in self.spelling.known:
            return (word,)
        slip = self._slips.get(word) or self._full_ending(word)
        return self._respelled((slip,)) if slip else ()

    def _full_ending(self, word: str) -> str:
        """Return "feeling" for "feelin", where the language knows the longer word."""
        longer = word + "g"
        return longer if word.endswith("in") and len(word) > _LONG_ENOUGH - 2 and longer in self.spelling.known else ""

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
        if len(word) > _LONGEST or len(word) < 2:
            return ()
        return self._starred(word) or self._shaped(word) or self._stretched(word) or self._split(word, strict=True)

    def _parts(self, word: str) -> Words:
        parts = [part for part in _INNER_SIGNS.split(word) if part]
        if len(parts) < _PAIR or min(map(len, parts)) < _SHORTEST_PART:
            return (word,)
        return tuple(plain for part in parts for plain in self.words(part))

    def _starred(self, word: str) -> Words:
        hidden = word.replace("#", "*") if "*" in word or "#" in word else word.replace("x", "*")
        if "*" not in hidden or hidden[0] == "*":
            return ()
        without = self._plain(hidden.replace("*", "")) if hidden != word.replace("x", "*") else ()
        if without:
            return without
        fits = re.compile(re.escape(hidden).replace(r"\*", "[a-z]")).fullmatch
        for guarded in self._by_ends.get(hidden[0] + hidden[-1], ()):
            if len(guarded) == len(word) and fits(guarded):
                return (guarded,)
        return ()

    def _shaped(self, word: str) -> Words:
        if word.isdigit():
            return ()
        found = self._by_shape.get(word.translate(_SAME))
        if found and (_DISGUISED.search(word) or found[0] in self.spelling.guarded):
            return (found[0],)
        slip = self._slips.get(word.translate(_SAME_LETTERS))
        return (slip,) if slip else ()

    def _stretched(self, word: str) -> Words:
        if not _STRETCHED.search(word):
            return ()
        found = self._by_runs.get(_squeezed(word.translate(_SAME)), ())
        fitting = [known for known in found if _covers(word.translate(_SAME), known.translate(_SAME))]
        if fitting:
            return (max(fitting, key=len),)
        short = _STRETCHED.sub(r"\1", word)
        return self._plain(short) or self._shaped(short) or self._split(short, strict=True)

    def _split(self, word: str, *, strict: bool) -> Words:
        """Return the fewest known words that the letters consist of, if one of them is guarded."""
        if len(word) < (6 if strict else 2) or not word.isalnum():
            return ()
        pieces, longest = self._pieces, self._longest_piece
        best: list[tuple[int, Words] | None] = [(0, ())] + [None] * len(word)
        for start in range(len(word)):
            here = best[start]
            if here is None:
                continue
            for end in range(start + 1, min(len(word), start + longest) + 1):
                piece = word[start:end]
                there = best[end]
                if piece in pieces and (there is None or here[0] + _cost(piece) < there[0]):
                    best[end] = (here[0] + _cost(piece), (*here[1], piece))
        last = best[-1]
        words = last[1] if last else ()
        return words if any(piece in self.spelling.guarded for piece in words) else ()


_SAME_LETTERS = str.maketrans({"1": "i", "!": "i", "|": "l", "3": "e", "4": "a", "@": "a", "0": "o", "$": "s", "5": "s",
                               "7": "t", "+": "t", "8": "b", "9": "g"})  # fmt: skip


def _cost(piece: str) -> int:
    return 3 if len(piece) == 1 else 2


def _index(words: Iterable[str], shape: Callable[[str], str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for word in sorted(words):
        index.setdefault(shape(word), []).append(word)
    return index


@lru_cache(maxsize=4096)
def _squeezed(word: str) -> str:
    return "".join(match.group(2) for match in _RUNS.finditer(word))


def _covers(stretched: str, word: str) -> bool:
    """Tell whether each run of the stretched form is at least as long as the word's."""
    long = [len(match.group(1)) for match in _RUNS.finditer(stretched)]
    short = [len(match.group(1)) for match in _RUNS.finditer(word)]
    return len(long) == len(short) and all(a >= b for a, b in zip(long, short, strict=True))


def _slips(spelling: Spelling) -> Iterator[tuple[str, str]]:
    """Yield what comes of swapping two letters of a guarded word, losing one or doubling one."""
    taken = spelling.known | spelling.written.keys() | spelling.real
    for word in sorted(spelling.guarded, key=len):
        if len(word) < 4:
            continue
        pairs = range(len(word) - 1)
        swapped = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in pairs)
        lost = (word[:at] + word[at + 1 :] for at in range(len(word)))
        doubled = (word[: at + 1] + word[at:] for at in range(len(word)))
        for slip in (*swapped, *lost, *doubled, *_neighbours(word)):
            if slip not in taken:
                yield slip, word


def _neighbours(word: str) -> Iterator[str]:
    """Yield the word with one letter taken for the key beside it; short words would be too many others."""
    if len(word) < _LONG_ENOUGH:
        return
    for at, letter in enumerate(word):
        for other in _BESIDE.get(letter, ""):
            yield word[:at] + other + word[at + 1 :]


def _halves(spelling: Spelling) -> Iterator[tuple[tuple[str, str], str]]:
    for word in spelling.guarded:
        for at in range(1, len(word)):
            first, second = word[:at], word[at:]
            if not (first in spelling.known and second in spelling.known):
                yield (first, second), word
