"""Looks for a set of patterns in the words of one text.

First a gate asks, by words alone, which patterns have all their concepts in the text; only those are followed through
the trie. Every concept and every shared beginning is looked for at most once a text, so the work grows with the number
of words; it is counted in steps.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property, reduce
from itertools import chain, pairwise
from operator import itemgetter, or_
from typing import NamedTuple

from bot.crisis.screening.engine.symbols import END, Key, Path, Step, Symbol, Symbols

Places = Mapping[int, tuple[int, ...]]
"""Where a symbol stands: for each first word, the places just after its last words."""
Ends = Mapping[int, int]
"""How far a path has come: for each place just after its last word so far, the latest first word."""
NOT_YET: Ends = {}
_ALWAYS = 1
"""The bit of a second choice where there is none."""
_FEW = 6
"""So few paths need no gate."""


class Found(NamedTuple):
    """What a path stood for, and from which word up to which."""

    out: int
    start: int
    end: int


class Text:
    """The words of one text as the matcher sees them."""

    __slots__ = (
        "_lines", "_passages", "barriers", "edges", "keys", "limit", "line_starts", "places", "reach_starts",
        "sentence_starts", "steps", "there", "words",
    )  # fmt: skip

    def __init__(
        self,
        words: Sequence[str],
        keys: Mapping[str, Sequence[int]],
        edges: Sequence[bool],
        sentence_starts: Sequence[bool],
        barriers: frozenset[str],
        line_starts: Sequence[bool] = (),
        reach_starts: Sequence[bool] = (),
    ) -> None:
        self.words = words
        self.keys = keys
        self.there: frozenset[Key] = frozenset(chain(keys, pairwise(words)))
        """The words, and the pairs of words, by which a gate opens."""
        self.edges = edges
        self.barriers = barriers
        self.sentence_starts = sentence_starts
        self.line_starts = line_starts or [True, *[False] * (len(words) - 1), True]
        self.reach_starts = reach_starts or list(map(or_, sentence_starts, self.line_starts))
        """Where the reach of a modifier ends: at a sentence, and at a new line."""
        self.limit = _limits(words, sentence_starts, barriers)
        self.places: dict[int, Places] = {}
        self.steps = 0
        self._passages: tuple[list[int], list[int]] | None = None
        self._lines: tuple[list[int], list[int]] | None = None

    def passage(self, start: int, end: int) -> tuple[int, int]:
        """Return the words of the lines or sentences in which words `start` up to `end` stand."""
        if self._passages is None:
            self._passages = _passages(self.reach_starts)
        first, last = self._passages
        return first[start], last[max(start, end - 1)]

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """Return the words of the lines in which words `start` up to `end` stand."""
        if self._lines is None:
            self._lines = _passages(self.line_starts)
        first, last = self._lines
        return first[start], last[max(start, end - 1)]


Opens = tuple[int, tuple[int, ...]]
"""What a key opens in a gate: the bits of the second choices that hold it, and the groups whose rarest choice does."""
Group = tuple[tuple[tuple[frozenset[Key], ...], tuple[int, ...]], ...]
"""Paths with the same two rarest choices of words: the other choices, and the last nodes of the paths."""


_BITS = itemgetter(0)
_GROUPS = itemgetter(1)


class Gate:
    """Paths by the words, and the pairs of words, that they cannot do without, rarest first.

    The rarest choice leads to a group of paths, the second rarest is a bit: so most groups cost one comparison.
    """

    def __init__(self, wanted: Mapping[tuple[frozenset[Key], ...], list[int]]) -> None:
        """Take the last nodes of paths by the choices of which they want one key each; these come rarest first."""
        self.by_key: dict[Key, Opens] = {}
        self.after: dict[str, dict[str, Opens]] = {}
        """What pairs of words open, by the first word of the pair and then by the second."""
        self.groups: list[Group] = []
        self._seconds: list[int] = []
        """The bit of each group's second rarest choice.

        Choices of many groups have low bits, as small numbers are quick.
        """
        together: dict[tuple[frozenset[Key], ...], list[tuple[tuple[frozenset[Key], ...], tuple[int, ...]]]] = {}
        for choices, nodes in wanted.items():
            together.setdefault(choices[:2], []).append((choices[2:], tuple(nodes)))
        uses = Counter(second for _, *seconds in together for second in seconds)
        bit_of = {second: 1 << at for at, (second, _) in enumerate(uses.most_common(), 1)}
        bits: dict[Key, int] = {}
        for second, bit in bit_of.items():
            for key in second:
                bits[key] = bits.get(key, 0) | bit
        groups: dict[Key, list[int]] = {}
        for (rarest, *seconds), rest in together.items():
            for key in rarest:
                groups.setdefault(key, []).append(len(self.groups))
            self.groups.append(tuple(rest))
            self._seconds.append(bit_of[seconds[0]] if seconds else _ALWAYS)
        for key in bits.keys() | groups.keys():
            opens = self.by_key[key] = (bits.get(key, 0), tuple(groups.get(key, ())))
            if isinstance(key, tuple):
                self.after.setdefault(key[0], {})[key[1]] = opens
        self._keys = frozenset(self.by_key)

    def open_for(self, keys: Set[Key]) -> list[int]:
        """Return the last nodes of the paths whose every choice has a key among these."""
        met = list(map(self.by_key.__getitem__, self._keys & keys))
        if not met:
            return []
        numbers = set[int]().union(*map(_GROUPS, met))
        return self.opened(self.ajar(numbers, reduce(or_, map(_BITS, met))), keys) if numbers else []

    def ajar(self, numbers: Iterable[int], there: int) -> list[int]:
        """Return those of some groups whose second rarest choice, if they have one, is among the bits."""
        seconds = self._seconds
        there |= _ALWAYS
        return [number for number in numbers if seconds[number] & there]

    def opened(self, numbers: Iterable[int], keys: Set[Key]) -> list[int]:
        """Return the last nodes of those paths of some groups whose other choices have a key among these, too."""
        nodes: list[int] = []
        for number in numbers:
            for others, ends in self.groups[number]:
                if not any(map(keys.isdisjoint, others)):
                    nodes += ends
        nodes.sort()
        return nodes


class Concepts:
    """Says where each symbol stands in a text; looks each up once."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self._tries: dict[int, Frames] = {}

    def places(self, number: int, text: Text) -> Places:
        """Return where a symbol stands."""
        known = text.places.get(number)
        if known is None:
            known = text.places[number] = self._look(number, text)
        return known

    def _look(self, number: int, text: Text) -> Places:
        symbol = self.symbols.all[number]
        keys = text.keys
        text.steps += 1
        single: dict[int, tuple[int, ...]] = {}
        for key in symbol.keys & text.there:
            for at in keys[key]:
                single[at] = (at + 1,)
        if symbol.paths:
            for phrase in self._trie(number, symbol).phrases(text):
                stops = single.get(phrase.start, ())
                if phrase.end not in stops:
                    single[phrase.start] = (*stops, phrase.end)
        return single

    def possible(self, number: int, keys: Set[Key], known: dict[int, bool]) -> bool:
        """Tell whether a symbol may stand in a text with these keys, going by words alone."""
        answer = known.get(number)
        if answer is None:
            symbol = self.symbols.all[number]
            answer = not symbol.keys.isdisjoint(keys) or (
                bool(symbol.paths) and self._trie(number, symbol).possible(keys, known)
            )
            known[number] = answer
        return answer

    def _trie(self, number: int, symbol: Symbol) -> "Frames":
        known = self._tries.get(number)
        if known is None:
            known = self._tries[number] = self._kind_of_trie(symbol)(self, [(path, 0) for path in symbol.paths])
        return known

    def _kind_of_trie(self, symbol: Symbol) -> "type[Frames]":
        """Return the plainer trie where a phrase of the symbol cannot begin at two places and end at the same one."""
        steps = [step for path in symbol.paths for step in path]
        loose = any(step.gap or (step.symbol != END and self.symbols.all[step.symbol].paths) for step in steps)
        return FramesFromEverywhere if loose else Frames


class Frames:
    """A set of patterns that are looked for together: a trie whose nodes are numbered, and a gate before it."""

    def __init__(self, concepts: "Concepts", paths: Iterable[tuple[Path, int]]) -> None:
        self._concepts = concepts
        self._parents: list[int] = []
        self._steps: list[Step] = []
        self.outs: list[list[int]] = []
        self._known: dict[tuple[int, Step], int] = {}
        wanted: dict[tuple[frozenset[Key], ...], list[int]] = {}
        for path, out in paths:
            node = self._add(path)
            if out not in self.outs[node]:
                self.outs[node].append(out)
            last = wanted.setdefault(concepts.symbols.needs(path), [])
            if node not in last:
                last.append(node)
        self._few = list(wanted.items()) if len(wanted) <= _FEW else []
        self._wanted = wanted

    @cached_property
    def gate(self) -> Gate:
        """Return the gate before the paths."""
        return Gate(self._wanted)

    def open_for(self, keys: Set[Key]) -> list[int]:
        """Return the last nodes of the paths that these keys open; a few paths are asked one by one."""
        if not self._few:
            return self.gate.open_for(keys)
        return sorted(node for choices, nodes in self._few if not any(map(keys.isdisjoint, choices)) for node in nodes)

    def search(self, text: Text, nodes: Sequence[int]) -> list[Found]:
        """Return everything that is found of the paths that end in these nodes, in a fixed order."""
        reached: dict[int, Ends] = {}
        found: list[Found] = []
        for node in nodes:
            ends = self._ends(node, text, reached)
            if ends:
                found += [Found(out, start, end) for out in self.outs[node] for end, start in sorted(ends.items())]
        return found

    def possible(self, keys: Set[Key], known: dict[int, bool]) -> bool:
        """Tell whether any path may be found in a text with these keys, going by words alone."""
        return any(self._may_reach(node, keys, known) for node in self.open_for(keys))

    def possible_outs(self, nodes: Iterable[int], keys: Set[Key]) -> Iterator[int]:
        """Yield what may be found of the paths that end in these nodes, going by words alone; some more than once."""
        known: dict[int, bool] = {}
        for node in nodes:
            if self._may_reach(node, keys, known):
                yield from self.outs[node]

    def phrases(self, text: Text) -> list[Found]:
        """Return everything that is found."""
        return self.search(text, self.open_for(text.there))

    def phrases_of(self, text: Text, out: int) -> list[Found]:
        """Return where one of the things that the patterns stand for is found."""
        nodes = [node for node in self.open_for(text.there) if out in self.outs[node]]
        return [found for found in self.search(text, nodes) if found.out == out]

    def _may_reach(self, node: int, keys: Set[Key], known: dict[int, bool]) -> bool:
        while node >= 0:
            symbol = self._steps[node].symbol
            if symbol != END and not self._concepts.possible(symbol, keys, known):
                return False
            node = self._parents[node]
        return True

    def _add(self, path: Path) -> int:
        node = -1
        for step in path:
            known = self._known.get((node, step))
            if known is None:
                known = self._known[node, step] = len(self._steps)
                self._parents.append(node)
                self._steps.append(step)
                self.outs.append([])
            node = known
        return node

    def _ends(self, node: int, text: Text, reached: dict[int, Ends]) -> Ends:
        known = reached.get(node)
        if known is None:
            parent = self._parents[node]
            if parent < 0:
                known = self._first(self._steps[node], text)
            else:
                before = self._ends(parent, text, reached)
                known = self._next(self._steps[node], before, text) if before else NOT_YET
            reached[node] = known
        return known

    def _first(self, step: Step, text: Text) -> Ends:
        ends: dict[int, int] = {}
        text.steps += 1
        for start, stops in self._concepts.places(step.symbol, text).items():
            if not step.at_start or text.edges[start]:
                for stop in stops:
                    if ends.get(stop, -1) < start:
                        ends[stop] = start
        return ends

    def _next(self, step: Step, ends: Ends, text: Text) -> Ends:
        if step.symbol == END:
            return self._clause_ends(step.gap, ends, text)
        places = self._concepts.places(step.symbol, text)
        text.steps += 1
        if not places:
            return NOT_YET
        reached: dict[int, int] = {}
        limit, gap, join = text.limit, step.gap, self._joined
        for end, start in ends.items():
            last = min(limit[end], end + gap)
            text.steps += last - end + 1
            for at in range(end, last + 1):
                stops = places.get(at)
                if stops is None or (step.at_start and not text.edges[at]):
                    continue
                for stop in stops:
                    before = reached.get(stop)
                    reached[stop] = start if before is None else join(before, start)
        return reached

    def _clause_ends(self, gap: int, ends: Ends, text: Text) -> Ends:
        reached: dict[int, int] = {}
        for end, start in ends.items():
            for at in range(end, min(end + gap, len(text.words)) + 1):
                text.steps += 1
                if text.edges[at]:
                    before = reached.get(at)
                    reached[at] = start if before is None else self._joined(before, start)
                    break
                if text.words[at] in text.barriers:
                    break
        return reached

    def _joined(self, one: int, other: int) -> int:
        """Return what is kept of two beginnings with one end: the latest."""
        return max(one, other)


class FramesFromEverywhere(Frames):
    """A set of patterns of which every beginning is wanted, not the latest alone: other words may have to precede it.

    Its places hold for each end all the beginnings, as bits of a number, so that they are joined in one step.
    """

    def search(self, text: Text, nodes: Sequence[int]) -> list[Found]:
        """Return everything that is found of the paths that end in these nodes, in a fixed order."""
        reached: dict[int, Ends] = {}
        found: list[Found] = []
        for node in nodes:
            for end, starts in sorted(self._ends(node, text, reached).items()):
                found += [Found(out, start, end) for out in self.outs[node] for start in _bits(starts)]
        return found

    def _first(self, step: Step, text: Text) -> Ends:
        ends: dict[int, int] = {}
        text.steps += 1
        for start, stops in self._concepts.places(step.symbol, text).items():
            if not step.at_start or text.edges[start]:
                for stop in stops:
                    ends[stop] = ends.get(stop, 0) | 1 << start
        return ends

    def _joined(self, one: int, other: int) -> int:
        return one | other


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def _passages(begins: Sequence[bool]) -> tuple[list[int], list[int]]:
    """Return for each word where the stretch that it stands in starts, and where it ends."""
    starts: list[int] = []
    ends = [0] * (len(begins) - 1)
    first = 0
    for at in range(len(ends)):
        if begins[at]:
            first = at
        starts.append(first)
        if begins[at + 1]:
            ends[first : at + 1] = [at + 1] * (at + 1 - first)
    return starts, ends


def _limits(words: Sequence[str], sentence_starts: Sequence[bool], barriers: frozenset[str]) -> list[int]:
    """Return for each place how far a gap may reach from there: not over a negation, not into the next sentence."""
    count = len(words)
    limits: list[int] = []
    for at in range(count):
        if words[at] in barriers or sentence_starts[at + 1]:
            limits += [at] * (at + 1 - len(limits))
    limits += [count - 1] * (count + 1 - len(limits))
    for at in range(1, count):
        if sentence_starts[at]:
            limits[at] = at - 1
    return limits
