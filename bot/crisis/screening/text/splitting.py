"""Parts words that were glued together, or spelt letter by letter, into the words of a language."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Words = tuple[str, ...]

_KNOWN_COST = 20
_COMMONEST_COST = 14
_RANKS_A_STEP = 60
"""A piece costs one less for every so many places that it stands nearer to the language's commonest word."""
_LETTER_COST = 26
_COMMONEST_LETTER_COST = 13
_STRANGE_COST = 60
_SHORTEST = 5
_SHORTEST_HOLDING = 6
_LONG = 15
_LONGEST = 600
"""So many letters in a row are parted; nobody writes more without a blank."""
_SHORTEST_TELLING = 4
_SHORTEST_SPELT = 4
_MOST_STRANGE = 0.35
_MOST_STRANGE_GLUED = 0.2
_PAIR = 2
_SHORTEST_BESIDE = 3


@dataclass(frozen=True, slots=True)
class Hasty:
    """Words that people in haste write together with the word after them, and with the word before them."""

    first: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()
    """The plain words that may stand beside them: no slang, which is often a part of a longer word."""


NEVER_HASTY = Hasty()


class Splitter:
    """The words of one language, to be found in a row of letters."""

    def __init__(
        self,
        pieces: Collection[str],
        wanted: Collection[str],
        telling: Collection[str],
        common: Sequence[str] = (),
        hasty: Hasty = NEVER_HASTY,
    ) -> None:
        """Take the words that may be found, those of which one is wanted, and those that will do in a long row."""
        rank = {word: at for at, word in reversed(list(enumerate(common)))}
        self._costs = {
            word: _cost(word, rank)
            for word in pieces
            if not (word not in rank and word[-1:] in pieces and word[:-1] in pieces)
        }
        self._wanted = frozenset(wanted)
        self._telling = self._wanted | {word for word in telling if len(word) >= _SHORTEST_TELLING}
        self._common = frozenset(common)
        self._hasty = hasty
        self._sure = hasty.sure

    @cached_property
    def _lengths(self) -> dict[str, tuple[int, ...]]:
        """How long the pieces are that begin with the same two letters, shortest first; by one letter, if it is one."""
        lengths: dict[str, set[int]] = {}
        for piece in self._costs:
            lengths.setdefault(piece[:2], set()).add(len(piece))
        for head, found in lengths.items():
            if head[0] in self._costs:
                found.add(1)
        return {head: tuple(sorted(found)) for head, found in lengths.items()}

    def glued(self, letters: str) -> Words:
        """Return the words of one written word; an ordinary word gives nothing.

        A long row may hold something strange. In a shorter one a word is wanted, or the words are such as people write
        together in haste: "wantto", "ijust", "imdone".
        """
        if len(letters) >= _LONG:
            return self._parted(letters, _MOST_STRANGE_GLUED)
        if len(letters) < _SHORTEST:
            return ()
        words = self._exactly(letters)
        if not words:
            return ()
        if len(letters) >= _SHORTEST_HOLDING and not self._wanted.isdisjoint(words):
            return words
        return words if self._in_haste(words) else ()

    def spelt(self, letters: str, *, strange: bool) -> Words:
        """Return the words of letters that stood apart, with some strange letters between if need be.

        Nobody writes ordinary words so; hence any longer word of the language will do.
        """
        if not letters.isalnum():
            return ()
        words, count = self._cheapest(letters[:_LONGEST])
        told = any(len(word) >= _SHORTEST_SPELT or word in self._wanted for word in words)
        return words if told and count <= len(letters) * (_MOST_STRANGE if strange else 0) else ()

    def _in_haste(self, words: Words) -> bool:
        """Tell whether these are words that hang together in haste, and not a name made of two."""
        first, last = words[0], words[-1]
        if last in self._hasty.first and last not in self._hasty.last:
            return False
        if len(words) == _PAIR:
            return (first in self._hasty.first or self._will_do(first)) and (
                last in self._hasty.last or self._will_do(last)
            )
        joined = sum(word in self._hasty.first or word in self._hasty.last for word in words)
        return 2 * joined > len(words) and all(len(word) > 1 for word in words[1:-1])

    def _will_do(self, word: str) -> bool:
        return word in self._sure and (len(word) >= _SHORTEST_BESIDE or (len(word) > 1 and word in self._common))

    def _parted(self, letters: str, most_strange: float) -> Words:
        if not letters.isalnum():
            return ()
        words, strange = self._cheapest(letters[:_LONGEST])
        wanted = self._telling if len(letters) >= _LONG else self._wanted
        if strange > len(letters) * most_strange or wanted.isdisjoint(words):
            return ()
        return words

    def _exactly(self, letters: str) -> Words:
        """Return the cheapest way to part the letters with none left over, or nothing."""
        pieces, lengths_of = self._costs, self._lengths
        count = len(letters)
        best: dict[int, tuple[int, int]] = {0: (0, 0)}
        for begin in range(count):
            here = best.get(begin)
            if here is None:
                continue
            head = letters[begin : begin + 2]
            for length in lengths_of.get(head) or lengths_of.get(head[0], ()):
                end = begin + length
                if end > count:
                    break
                cost = pieces.get(letters[begin:end])
                if cost is not None and (end not in best or here[0] + cost < best[end][0]):
                    best[end] = (here[0] + cost, begin)
        if count not in best:
            return ()
        words: list[str] = []
        end = count
        while end:
            begin = best[end][1]
            words.append(letters[begin:end])
            end = begin
        return tuple(reversed(words))

    def _cheapest(self, letters: str) -> tuple[Words, int]:
        """Return the cheapest way to part the letters, and how many of them it leaves strange."""
        pieces, lengths_of = self._costs, self._lengths
        count = len(letters)
        costs = [0, *[_STRANGE_COST * (count + 1)] * count]
        starts = [-1] * (count + 1)
        for begin in range(count):
            here = costs[begin]
            head = letters[begin : begin + 2]
            for length in lengths_of.get(head) or lengths_of.get(head[0], ()):
                end = begin + length
                if end > count:
                    break
                cost = pieces.get(letters[begin:end])
                if cost is not None and here + cost < costs[end]:
                    costs[end], starts[end] = here + cost, begin
            if here + _STRANGE_COST <= costs[begin + 1]:
                costs[begin + 1], starts[begin + 1] = here + _STRANGE_COST, -1
        return _followed(letters, starts)


def _cost(word: str, rank: Mapping[str, int]) -> int:
    """Return what a piece costs: less for a common word, more for a letter."""
    if len(word) == 1:
        return _LETTER_COST if rank.get(word) != 0 else _COMMONEST_LETTER_COST
    at = rank.get(word)
    return _KNOWN_COST if at is None else min(_KNOWN_COST, _COMMONEST_COST + at // _RANKS_A_STEP)


def _followed(letters: str, starts: list[int]) -> tuple[Words, int]:
    words: list[str] = []
    strange = 0
    end = len(letters)
    while end:
        start = starts[end]
        if start < 0:
            strange += 1
            end -= 1
        else:
            words.append(letters[start:end])
            end = start
    return tuple(reversed(words)), strange
