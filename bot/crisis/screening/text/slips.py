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
_THIRD = 3
"""A word with one wrong letter still begins or ends with so many right ones."""
_DOUBLED = re.compile(r"(.)\1").search


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
        return _losses(word for word in self._words if len(word) >= _SAFE_LENGTH or word in self._guarded)

    @cached_property
    def _jumbled(self) -> frozenset[str]:
        """The letters of every word in alphabetical order: a quick look whether a swap can help at all."""
        return frozenset("".join(sorted(word)) for word in self._words if len(word) >= _SHORTEST_WORD)

    @cached_property
    def _by_ending(self) -> dict[str, list[str]]:
        """The longer guarded words by the three letters that they begin with, and by "-" and the three last ones."""
        endings: dict[str, list[str]] = {}
        for word in sorted(self._guarded):
            if len(word) >= _SAFE_NEIGHBOUR:
                endings.setdefault(word[:_THIRD], []).append(word)
                endings.setdefault("-" + word[-_THIRD:], []).append(word)
        return endings

    def slipped(self, word: str) -> str:
        """Return the word meant under two swapped letters, a lost, doubled or neighbouring one; or nothing."""
        if len(word) < _SHORTEST - 1 or word in self._real or not word.isalpha():
            return ""
        if "".join(sorted(word)) in self._jumbled or _DOUBLED(word):
            for meant in self._swapped(word):
                if meant in self._guarded or len(meant) >= _SAFE_LENGTH:
                    return meant
        longer = self._by_loss.get(word)
        if longer:
            return longer
        return self._beside(word) if len(word) >= _SAFE_NEIGHBOUR else ""

    def shaped(self, word: str) -> str:
        """Return the word that digits and signs stand for."""
        if word.isdigit() or (word.isalpha() and "i" not in word and "l" not in word):
            return ""
        found = self._by_shape.get(word.translate(_SAME))
        if found and (_DISGUISED.search(word) or found[0] in self._guarded):
            return found[0]
        return ""

    def starred(self, word: str) -> str:
        """Return the word in which letters were replaced by stars."""
        hidden = word.replace("#", "*")
        if "*" not in hidden:
            return self._fitting(word.replace("x", "*"), only_guarded=True) if "x" in word else ""
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

    def _swapped(self, word: str) -> Iterator[str]:
        known = self._known
        for at in range(len(word) - 1):
            if word[at] == word[at + 1]:
                meant = word[:at] + word[at + 1 :]
            else:
                meant = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            if meant in known:
                yield meant

    def _beside(self, word: str) -> str:
        """Return the guarded word of which one letter was missed by one key; the first such letter decides."""
        head, tail = self._by_ending.get(word[:_THIRD]), self._by_ending.get("-" + word[-_THIRD:])
        if not head and not tail:
            return ""
        found: list[tuple[int, int, str]] = []
        for meant in (*(head or ()), *(tail or ())):
            if len(meant) == len(word):
                wrong = [at for at in range(len(word)) if word[at] != meant[at]]
                if len(wrong) == 1 and meant[wrong[0]] in _BESIDE.get(word[wrong[0]], ""):
                    found.append((wrong[0], _BESIDE[word[wrong[0]]].index(meant[wrong[0]]), meant))
        return min(found)[2] if found else ""


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


def _losses(words: Iterable[str]) -> dict[str, str]:
    """Return each word by what is left without one of its letters; where two leave the same, the first is kept."""
    losses: dict[str, str] = {}
    for word in words:
        if len(word) >= _SHORTEST:
            for at in range(len(word)):
                losses.setdefault(word[:at] + word[at + 1 :], word)
    return losses
