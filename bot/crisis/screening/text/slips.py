"""Finds the word that was meant under swapped, lost, doubled, neighbouring, hidden or stretched letters."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

_SAME = str.maketrans({"1": "i", "l": "i", "!": "i", "|": "i", "3": "e", "4": "a", "@": "a", "0": "o", "$": "s",
                       "5": "s", "7": "t", "+": "t", "8": "b", "9": "g", "6": "g", "2": "z"})  # fmt: skip
_DISGUISED = re.compile(r"[0-9@$!|+]")
_STRETCHED = re.compile(r"(.)\1\1+")
_RUN = re.compile(r"(.)\1+")
_RUNS = re.compile(r"((.)\2*)")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {letter: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in _ROWS for at, letter in enumerate(row)}
_SHORTEST = 4
_SHORTEST_WORD = 3
_SAFE_LENGTH = 5
_SAFE_NEIGHBOUR = 6


class Slips:
    """The words of one language by what they look like when they are badly written."""

    def __init__(
        self, targets: Iterable[str], guarded: frozenset[str], real: frozenset[str], rank: dict[str, int]
    ) -> None:
        words = sorted(targets, key=lambda word: (word not in guarded, rank.get(word, len(rank)), word))
        self._known = frozenset(words)
        self._guarded = guarded
        self._real = real
        self._by_shape = _index(words, lambda word: word.translate(_SAME))
        self._words = words

    @cached_property
    def _by_runs(self) -> dict[str, list[str]]:
        return _index((word for word in self._words if len(word) >= _SHORTEST_WORD), _squeezed)

    @cached_property
    def _by_ends(self) -> dict[str, list[str]]:
        longer = (word for word in self._words if len(word) >= _SHORTEST_WORD)
        return _index(longer, lambda word: f"{len(word)}{word[0]}{word[-1]}")

    @cached_property
    def _by_loss(self) -> dict[str, str]:
        return dict(_losses(self._words))

    def slipped(self, word: str) -> str:
        """Return the word meant under two swapped letters, a lost, doubled or neighbouring one; or nothing."""
        if len(word) < _SHORTEST - 1 or word in self._real or not word.isalpha():
            return ""
        for meant in self._unslipped(word):
            if meant in self._guarded or len(meant) >= _SAFE_LENGTH:
                return meant
        return ""

    def shaped(self, word: str) -> str:
        """Return the word that digits and signs stand for."""
        if word.isdigit():
            return ""
        found = self._by_shape.get(word.translate(_SAME))
        if found and (_DISGUISED.search(word) or found[0] in self._guarded):
            return found[0]
        return ""

    def starred(self, word: str) -> str:
        """Return the word in which letters were replaced by stars."""
        hidden = word.replace("#", "*")
        if "*" not in hidden:
            return self._fitting(word.replace("x", "*"), only_guarded=True)
        bare = hidden.replace("*", "")
        if not bare.isalpha():
            return ""
        return (
            self._fitting(hidden, only_guarded=True)
            or (bare if bare in self._known else "")
            or self._fitting(hidden, only_guarded=False)
        )

    def _fitting(self, hidden: str, *, only_guarded: bool) -> str:
        """Return the first word of the same length in which stars stand for other letters."""
        if "*" not in hidden or "*" in {hidden[0], hidden[-1]} or not hidden.replace("*", "").isalpha():
            return ""
        fits = re.compile(hidden.replace("*", "[a-z]")).fullmatch
        for meant in self._by_ends.get(f"{len(hidden)}{hidden[0]}{hidden[-1]}", ()):
            if (meant in self._guarded or not only_guarded) and fits(meant):
                return meant
        return ""

    def stretched(self, word: str) -> tuple[str, str]:
        """Return the word whose letters were drawn out, and the word with its long runs cut to one."""
        if not _STRETCHED.search(word):
            return "", ""
        shape = word.translate(_SAME)
        fitting = [known for known in self._by_runs.get(_squeezed(word), ()) if _covers(shape, known.translate(_SAME))]
        return max(fitting, key=len, default=""), _STRETCHED.sub(r"\1", word)

    def _unslipped(self, word: str) -> Iterator[str]:
        known = self._known
        for at in range(len(word) - 1):
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            if swapped in known and word[at] != word[at + 1]:
                yield swapped
            elif word[at] == word[at + 1] and (single := word[:at] + word[at + 1 :]) in known:
                yield single
        longer = self._by_loss.get(word)
        if longer:
            yield longer
        if len(word) >= _SAFE_NEIGHBOUR:
            yield from self._beside(word)

    def _beside(self, word: str) -> Iterator[str]:
        for at, letter in enumerate(word):
            for other in _BESIDE.get(letter, ""):
                near = word[:at] + other + word[at + 1 :]
                if near in self._guarded:
                    yield near


def _index(words: Iterable[str], shape: Callable[[str], str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for word in words:
        index.setdefault(shape(word), []).append(word)
    return index


def _squeezed(word: str) -> str:
    return _RUN.sub(r"\1", word.translate(_SAME))


def _covers(stretched: str, word: str) -> bool:
    """Tell whether each run of the stretched form is at least as long as the word's."""
    long = [len(match.group(1)) for match in _RUNS.finditer(stretched)]
    short = [len(match.group(1)) for match in _RUNS.finditer(word)]
    return len(long) == len(short) and all(a >= b for a, b in zip(long, short, strict=True))


def _losses(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each word without one of its letters; where two words leave the same, the rarer-first order decides."""
    seen: set[str] = set()
    for word in words:
        if len(word) < _SHORTEST:
            continue
        for at in range(len(word)):
            lost = word[:at] + word[at + 1 :]
            if lost not in seen:
                seen.add(lost)
                yield lost, word
