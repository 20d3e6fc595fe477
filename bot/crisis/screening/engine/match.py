"""Runs tries of patterns over the words of one text.

Every concept is looked for at most once a text, and a path is followed only while each of its concepts is there, so
the work grows with the number of words and is counted in steps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.crisis.screening.engine.symbols import END, Node, Path, Symbol, Symbols

Places = Mapping[int, tuple[int, ...]]
"""Where a symbol stands: for each first word, the places just after its last words."""
NOWHERE: Places = {}


@dataclass(frozen=True, slots=True)
class Found:
    """What a path stood for, and from which word up to which."""

    out: int
    start: int
    end: int


class Text:
    """The words of one text as the matcher sees them."""

    __slots__ = ("ends", "keys", "limit", "places", "sentence_starts", "starts", "steps", "words")

    def __init__(
        self,
        words: Sequence[str],
        keys: Mapping[str, Sequence[int]],
        clause_starts: Sequence[bool],
        sentence_starts: Sequence[bool],
        barriers: frozenset[str],
    ) -> None:
        self.words = words
        self.keys = keys
        self.starts = clause_starts
        self.ends = clause_starts
        self.sentence_starts = sentence_starts
        self.limit = _limits(words, sentence_starts, barriers)
        self.places: dict[int, Places] = {}
        self.steps = 0


class Frames:
    """A set of patterns that are looked for together."""

    def __init__(self, symbols: Symbols, paths: Iterable[tuple[Path, int]]) -> None:
        pairs = list(paths)
        self._symbols = symbols.all
        self._root = symbols.trie(pairs)
        self._by_anchor: dict[str, list[int]] = {}
        order = {step: number for number, step in enumerate(self._root.children)}
        wanted: dict[str, set[int]] = {}
        for path, _ in pairs:
            for key in symbols.anchors(path):
                wanted.setdefault(key, set()).add(order[path[0]])
        self._by_anchor = {key: sorted(branches) for key, branches in wanted.items()}
        self.anchors = frozenset(self._by_anchor)

    def search(self, text: Text) -> list[Found]:
        """Return everything that is found in the text, in a fixed order."""
        branches: set[int] = set()
        for key in self.anchors & text.keys.keys():
            branches.update(self._by_anchor[key])
        found: dict[Found, None] = {}
        for number in sorted(branches):
            gap, symbol, at_start, node = self._root.branches[number]
            ends = {}
            for start, stops in self._places(symbol, text).items():
                if not at_start or text.starts[start]:
                    for stop in stops:
                        if ends.get(stop, -1) < start:
                            ends[stop] = start
            if ends:
                self._walk(node, ends, text, found)
        return list(found)

    def _walk(self, node: Node, ends: dict[int, int], text: Text, found: dict[Found, None]) -> None:
        for out in node.out:
            for stop, start in ends.items():
                found[Found(out, start, stop)] = None
        for gap, symbol, at_start, child in node.branches:
            reached = self._step(gap, symbol, at_start, ends, text)
            if reached:
                self._walk(child, reached, text, found)

    def _step(self, gap: int, symbol: int, at_start: bool, ends: dict[int, int], text: Text) -> dict[int, int]:
        if symbol == END:
            return _clause_ends(gap, ends, text)
        places = self._places(symbol, text)
        reached: dict[int, int] = {}
        if not places:
            text.steps += 1
            return reached
        limit = text.limit
        steps = 0
        for end, start in ends.items():
            last = limit[end]
            if last > end + gap:
                last = end + gap
            for at in range(end, last + 1):
                steps += 1
                stops = places.get(at)
                if stops is None or (at_start and not text.starts[at]):
                    continue
                for stop in stops:
                    if reached.get(stop, -1) < start:
                        reached[stop] = start
        text.steps += steps + 1
        return reached

    def _places(self, number: int, text: Text) -> Places:
        known = text.places.get(number)
        if known is None:
            known = text.places[number] = self._look(self._symbols[number], text)
        return known

    def _look(self, symbol: Symbol, text: Text) -> Places:
        keys = text.keys
        text.steps += 1
        single: dict[int, tuple[int, ...]] = {}
        for key in symbol.keys & keys.keys():
            for at in keys[key]:
                single[at] = (at + 1,)
        if symbol.trie is None or symbol.anchors.isdisjoint(keys):
            return single or NOWHERE
        phrases: dict[Found, None] = {}
        for _, first, at_start, node in symbol.trie.branches:
            ends: dict[int, int] = {}
            text.steps += 1
            for start, stops in self._places(first, text).items():
                if not at_start or text.starts[start]:
                    for stop in stops:
                        if ends.get(stop, -1) < start:
                            ends[stop] = start
            if ends:
                self._walk(node, ends, text, phrases)
        for phrase in phrases:
            stops = single.get(phrase.start, ())
            if phrase.end not in stops:
                single[phrase.start] = (*stops, phrase.end)
        return single


def _clause_ends(gap: int, ends: dict[int, int], text: Text) -> dict[int, int]:
    reached: dict[int, int] = {}
    for end, start in ends.items():
        for at in range(end, min(end + gap, len(text.words)) + 1):
            text.steps += 1
            if text.ends[at]:
                reached[at] = start
                break
    return reached


def _limits(words: Sequence[str], sentence_starts: Sequence[bool], barriers: frozenset[str]) -> list[int]:
    """Return for each place how far a gap may reach from there: not over a negation, not into the next sentence."""
    count = len(words)
    limits = [count - 1] * (count + 1)
    for at in range(count - 1, -1, -1):
        if words[at] in barriers or sentence_starts[at + 1]:
            limits[at] = at
        elif at + 1 < count:
            limits[at] = limits[at + 1]
    for at in range(1, count):
        if sentence_starts[at]:
            limits[at] = at - 1
    return limits
