"""Turns patterns into symbols: every choice of words becomes one symbol, every pattern a few paths of symbols."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from operator import attrgetter
from typing import NamedTuple

from bot.crisis.screening.engine.pattern import Choice, Edge, Gap, Ref, Word
from bot.crisis.screening.engine.pattern import Sequence as Items

END = -1
"""The symbol of a clause's end."""
Key = str | tuple[str, str]
"""What a text must hold: a word, or two words one right after the other."""
_MOST_PAIRS = 48
"""So many pairs of words may stand where two symbols meet; of more, the single words say enough."""
_PAIR_SHARE = 1 / 20_000
_RAREST_PAIR = 0.2


_weight_of = attrgetter("weight")


class Step(NamedTuple):
    """The next symbol of a path: after how many other words it may come, and whether it must start a clause."""

    gap: int
    symbol: int
    at_start: bool = False


Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """Words, or pairs of words, of which at least one is in every text where something stands."""

    keys: frozenset[Key]
    weight: tuple[float, int]
    """How common these are together; the second number only keeps the order fixed."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """The words that a symbol may begin or end with, and how common they are; none if too many, or not exact ones."""

    words: frozenset[str]
    weight: float


_UNKNOWN = _Edge(frozenset(), 0)


@dataclass(slots=True)
class Symbol:
    """What may stand at one place of a path: single words, and phrases."""

    keys: frozenset[str]
    paths: tuple[Path, ...]
    need: Need


class Symbols:
    """Interns choices of words as symbols; equal choices are one symbol."""

    def __init__(self, concepts: Mapping[str, Sequence[Items]], weight: Mapping[str, int]) -> None:
        self._concepts = concepts
        self._weight = weight
        self._known: dict[object, int] = {}
        self._edges: dict[tuple[int, int], _Edge] = {}
        self._met: dict[tuple[int, int], Need | None] = {}
        self.all: list[Symbol] = []

    def paths(self, items: Items) -> Iterator[Path]:
        """Yield every way through a pattern, with and without what is optional."""
        for variant in _variants(items):
            path = self._path(variant)
            if path:
                yield path

    def needs(self, path: Path) -> tuple[frozenset[Key], ...]:
        """Return what a text must hold for a path, one key of each choice, the rarest choice first."""
        return tuple(need.keys for need in sorted(set(self._needs(path)), key=_weight_of))

    def _needs(self, path: Path) -> list[Need]:
        needs: list[Need] = []
        before = END
        for gap, symbol, _ in path:
            if symbol != END:
                needs.append(self.all[symbol].need)
                if before != END and not gap:
                    pairs = self._pairs(before, symbol)
                    if pairs:
                        needs.append(pairs)
            before = symbol
        return needs

    def _pairs(self, first: int, second: int) -> Need | None:
        """Return the pairs of words of which one stands where two symbols meet; None if they are too many."""
        met = (first, second)
        if met in self._met:
            return self._met[met]
        lasts = self._edge(first, -1)
        firsts = self._edge(second, 0) if lasts.words else _UNKNOWN
        few = 0 < len(lasts.words) * len(firsts.words) <= _MOST_PAIRS
        pairs = self._met[met] = self._paired(lasts, firsts) if few else None
        return pairs

    def _paired(self, lasts: _Edge, firsts: _Edge) -> Need:
        pairs: frozenset[Key] = frozenset(product(lasts.words, firsts.words))
        weight = max(_RAREST_PAIR * len(pairs), lasts.weight * firsts.weight * _PAIR_SHARE)
        return Need(pairs, (weight, len(self.all) + len(self._met)))

    def _path(self, items: Items) -> Path:
        steps: list[Step] = []
        gap = 0
        at_start = False
        for item in items:
            if isinstance(item, Gap):
                gap += item.most
            elif isinstance(item, Edge):
                if item.start:
                    at_start = True
                else:
                    steps.append(Step(gap, END))
                    gap = 0
            else:
                known = self._known.get(item)
                steps.append(Step(gap, self._new(item) if known is None else known, at_start))
                gap, at_start = 0, False
        return tuple(steps)

    def _new(self, item: Word | Ref | Choice) -> int:
        if isinstance(item, Word):
            number = self._add(frozenset((item.key,)), ())
        else:
            number = self._chosen(self._concepts[item.name] if isinstance(item, Ref) else item.options)
        self._known[item] = number
        return number

    def _chosen(self, options: Sequence[Items]) -> int:
        keys: set[str] = set()
        paths: list[Path] = []
        for option in options:
            only = option[0] if len(option) == 1 else None
            if isinstance(only, Word):
                keys.add(only.key)
            else:
                paths.extend(self.paths(option))
        for path in list(paths):
            if len(path) == 1 and not path[0].at_start and path[0].symbol != END and not self.all[path[0].symbol].paths:
                keys |= self.all[path[0].symbol].keys
                paths.remove(path)
        return self._shared(frozenset(keys), tuple(dict.fromkeys(paths)))

    def _shared(self, keys: frozenset[str], paths: tuple[Path, ...]) -> int:
        content = (keys, paths)
        known = self._known.get(content)
        if known is None:
            known = self._known[content] = self._add(keys, paths)
        return known

    def _add(self, keys: frozenset[str], paths: tuple[Path, ...]) -> int:
        rarest = [min(self._needs(path), key=_weight_of) for path in paths]
        needed: frozenset[Key] = keys.union(*(need.keys for need in rarest))
        weight = self._weighed(keys) + sum(need.weight[0] for need in rarest)
        self.all.append(Symbol(keys, paths, Need(needed, (weight, len(self.all)))))
        return len(self.all) - 1

    def _weighed(self, words: Iterable[str]) -> float:
        known = self._weight
        return sum([known.get(word, 1) for word in words])

    def _edge(self, number: int, at: int) -> _Edge:
        """Return the words that a symbol may begin with, or end with, if `at` is -1."""
        if number == END:
            return _UNKNOWN
        known = self._edges.get((number, at))
        if known is None:
            known = self._edges[number, at] = self._new_edge(self.all[number], at)
        return known

    def _new_edge(self, symbol: Symbol, at: int) -> _Edge:
        if len(symbol.keys) > _MOST_PAIRS or any(word[0] == "#" or word[-1] == "*" for word in symbol.keys):
            return _UNKNOWN
        words = set(symbol.keys)
        for path in symbol.paths:
            part = self._edge(path[at].symbol, at).words
            words |= part
            if not part or len(words) > _MOST_PAIRS:
                return _UNKNOWN
        return _Edge(frozenset(words), self._weighed(words))


def _variants(items: Items) -> Iterator[Items]:
    """Yield the pattern with every optional part in and out, and with choices that hold an edge or a gap spread out."""
    for at, item in enumerate(items):
        if isinstance(item, Choice) and (item.optional or item.has_edge):
            before, after = items[:at], items[at + 1 :]
            if not item.has_edge:
                yield from _variants((*before, item.needed or item, *after))
            else:
                for option in item.options:
                    yield from _variants((*before, *option, *after))
            if item.optional:
                yield from _variants((*before, *after))
            return
    yield items
