"""Parts words that were glued together, or spelt letter by letter, into the words of a language."""

import re
from collections.abc import Collection, Iterable

Words = tuple[str, ...]

_KNOWN_COST = 2
_LETTER_COST = 3
_STRANGE_COST = 6
_SHORTEST = 6
_LONG = 15
_LONGEST = 600
"""So many letters in a row are parted; nobody writes more without a blank."""
_SHORTEST_TELLING = 4
_SHORTEST_SPELT = 4
_MOST_STRANGE = 0.35
_MOST_STRANGE_GLUED = 0.2


class Splitter:
    """The words of one language, to be found in a row of letters."""

    def __init__(self, pieces: Collection[str], wanted: Collection[str], telling: Collection[str]) -> None:
        """Take the words that may be found, those of which one is wanted, and those that will do in a long row."""
        self._pieces = frozenset(pieces)
        self._wanted = frozenset(wanted)
        self._telling = self._wanted | {word for word in telling if len(word) >= _SHORTEST_TELLING}
        self._longest = max(map(len, pieces), default=1)
        self._holds_wanted = re.compile(_any_of(wanted)).search

    def glued(self, letters: str) -> Words:
        """Return the words of one written word, if one of them is wanted; an ordinary long word gives nothing."""
        if len(letters) >= _LONG:
            return self._parted(letters, _MOST_STRANGE_GLUED)
        return self._parted(letters, 0) if len(letters) >= _SHORTEST and self._holds_wanted(letters) else ()

    def spelt(self, letters: str, *, strange: bool) -> Words:
        """Return the words of letters that stood apart, with some strange letters between if need be.

        Nobody writes ordinary words so; hence any longer word of the language will do.
        """
        if not letters.isalnum():
            return ()
        words, count = self._cheapest(letters[:_LONGEST])
        told = any(len(word) >= _SHORTEST_SPELT or word in self._wanted for word in words)
        return words if told and count <= len(letters) * (_MOST_STRANGE if strange else 0) else ()

    def _parted(self, letters: str, most_strange: float) -> Words:
        if not letters.isalnum():
            return ()
        words, strange = self._cheapest(letters[:_LONGEST])
        wanted = self._telling if len(letters) >= _LONG else self._wanted
        if strange > len(letters) * most_strange or wanted.isdisjoint(words):
            return ()
        return words

    def _cheapest(self, letters: str) -> tuple[Words, int]:
        """Return the cheapest way to part the letters, and how many of them it leaves strange."""
        costs = [0]
        starts = [0]
        pieces, longest = self._pieces, self._longest
        for end in range(1, len(letters) + 1):
            cost, start = costs[end - 1] + _STRANGE_COST, -1
            for begin in range(max(0, end - longest), end):
                if letters[begin:end] in pieces:
                    here = costs[begin] + (_KNOWN_COST if end - begin > 1 else _LETTER_COST)
                    if here < cost:
                        cost, start = here, begin
            costs.append(cost)
            starts.append(start)
        return _followed(letters, starts)


def _any_of(words: Iterable[str]) -> str:
    """Return a regular expression for one of some words, which looks at each letter of a text only once."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(words):
        by_first.setdefault(word[:1], []).append(word[1:])
    if "" in by_first:
        return ""
    branches = [re.escape(first) + _any_of(rests) for first, rests in by_first.items()]
    return f"(?:{'|'.join(branches)})" if len(branches) > 1 else "".join(branches) or "(?!)"


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
