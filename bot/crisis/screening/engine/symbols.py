"""Turns patterns into symbols: every choice of words becomes one symbol, every pattern a few paths of symbols."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.crisis.screening.engine.pattern import Choice, Edge, Gap, Ref, Word
from bot.crisis.screening.engine.pattern import Sequence as Items

END = -1
"""The symbol of a clause's end."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next symbol of a path: after how many other words it may come, and whether it must start a clause."""

    gap: int
    symbol: int
    at_start: bool = False


Path = tuple[Step, ...]


@dataclass(slots=True)
class Symbol:
    """What may stand at one place of a path: single words, and phrases."""

    keys: frozenset[str]
    paths: tuple[Path, ...]
    anchors: frozenset[str]
    """Words of which at least one is in every text where the symbol stands."""
    weight: tuple[int, int]
    """How common these words are together; the second number only keeps the order fixed."""


class Symbols:
    """Interns choices of words as symbols; equal choices are one symbol."""

    def __init__(self, concepts: Mapping[str, Sequence[Items]], weight: Mapping[str, int]) -> None:
        self._concepts = concepts
        self._weight = weight
        self._known: dict[object, int] = {}
        self.all: list[Symbol] = []

    def paths(self, items: Items) -> Iterator[Path]:
        """Yield every way through a pattern, with and without what is optional."""
        for variant in _variants(items):
            path = self._path(variant)
            if path:
                yield path

    def anchors(self, path: Path) -> frozenset[str]:
        """Return words of which at least one is in every text that the path matches: the rarest such set."""
        symbols = [self.all[step.symbol] for step in path if step.symbol != END]
        return min(symbols, key=_weight_of).anchors

    def choices(self, path: Path) -> tuple[frozenset[str], ...]:
        """Return for each concept of a path the words of which the text must hold one, the rarest choice first."""
        symbols = {self.all[step.symbol].anchors: self.all[step.symbol] for step in path if step.symbol != END}
        return tuple(symbol.anchors for symbol in sorted(symbols.values(), key=_weight_of))

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
                steps.append(Step(gap, self._symbol(item), at_start))
                gap, at_start = 0, False
        return tuple(steps)

    def _symbol(self, item: Word | Ref | Choice) -> int:
        known = self._known.get(item)
        if known is None:
            known = self._known[item] = self._new(item)
        return known

    def _new(self, item: Word | Ref | Choice) -> int:
        if isinstance(item, Word):
            return self._add(frozenset((item.key,)), ())
        options = self._concepts[item.name] if isinstance(item, Ref) else item.options
        keys = {option[0].key for option in options if len(option) == 1 and isinstance(option[0], Word)}
        paths: list[Path] = []
        for option in options:
            if len(option) != 1 or not isinstance(option[0], Word):
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
        anchors = keys.union(*(self.anchors(path) for path in paths))
        weight = sum(self._weight.get(key, 1) for key in anchors)
        self.all.append(Symbol(keys, paths, anchors, (weight, len(self.all))))
        return len(self.all) - 1


def _weight_of(symbol: Symbol) -> tuple[int, int]:
    return symbol.weight


def _variants(items: Items) -> Iterator[Items]:
    """Yield the pattern with every optional part in and out, and with choices that hold an edge or a gap spread out."""
    for at, item in enumerate(items):
        if isinstance(item, Choice) and (item.optional or any(map(_has_edge, item.options))):
            before, after = items[:at], items[at + 1 :]
            if item.optional and not any(map(_has_edge, item.options)):
                yield from _variants((*before, Choice(item.options, optional=False), *after))
            else:
                for option in item.options:
                    yield from _variants((*before, *option, *after))
            if item.optional:
                yield from _variants((*before, *after))
            return
    yield items


def _has_edge(option: Items) -> bool:
    return (
        isinstance(option[0], Edge | Gap)
        or isinstance(option[-1], Edge | Gap)
        or any(isinstance(item, Choice) and any(map(_has_edge, item.options)) for item in option)
    )
