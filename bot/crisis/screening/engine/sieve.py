"""Takes a quick look at raw tokens: may they hold what any entry needs? Most messages are not read any further.

What it lets pass is read in full; what it stops could not have been found. So it saves time and changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import reduce
from itertools import chain, islice, pairwise
from operator import itemgetter, or_
from typing import NamedTuple

from bot.crisis.screening.engine.match import Frames, Opens
from bot.crisis.screening.engine.symbols import Key
from bot.crisis.screening.lexicon.model import Rule
from bot.crisis.screening.text.splitting import Words

_KEPT = 60_000
_KEPT_KINDS = 5_000
_NO_PAIRS: Mapping[str, Opens] = {}


class _Look(NamedTuple):
    """What a raw token looks like to a language, and what it opens in the gate by itself."""

    bits: int
    groups: tuple[int, ...]
    words: Words
    keys: frozenset[str]
    first: str
    after: Mapping[str, Opens]
    """What opens if one of these words follows."""


_BITS = itemgetter(0)
_GROUPS = itemgetter(1)
_WORDS = itemgetter(2)
_KEYS = itemgetter(3)
_FIRST = itemgetter(4)
_AFTER = itemgetter(5)


class Sieve:
    """Tells by words, and pairs of words, whether anything may be found among raw tokens."""

    def __init__(
        self,
        entries: Frames,
        pieces: Mapping[int, str],
        rules: Iterable[Rule],
        look: Callable[[str], tuple[Words, frozenset[str]]],
    ) -> None:
        """Take the entries, which of them are mere pieces and of what kind, the rules, and how a token is read."""
        self._entries = entries
        self._pieces = pieces
        kinds = frozenset(pieces.values())
        self._rules = [rule for rule in rules if not any(map(kinds.isdisjoint, rule.need))]
        self._completing: dict[frozenset[str], bool] = {}
        self._looks = _Looks(look, entries)
        self._outs = [
            tuple({out for _, ends in group for node in ends for out in entries.outs[node]})
            for group in entries.gate.groups
        ]
        """What the paths of each group of the gate stand for."""

    def lets_pass(self, raws: Sequence[str], *, alone: bool) -> bool:
        """Tell whether every word, and every pair of words, that some entry needs is among the raw tokens.

        Mere pieces matter if they may complete a rule; in one text of several, also if they are of two kinds.
        """
        gate = self._entries.gate
        looks = list(map(self._looks.__getitem__, raws))
        nexts = map(_FIRST, islice(looks, 1, None))
        met = [after[word] for after, word in zip(map(_AFTER, looks), nexts, strict=False) if word in after]
        numbers = set[int]().union(*map(_GROUPS, looks), *map(_GROUPS, met))
        if not numbers:
            return False
        ajar = gate.ajar(numbers, reduce(or_, map(_BITS, met), reduce(or_, map(_BITS, looks))))
        if not ajar or not self.counts(chain.from_iterable(map(self._outs.__getitem__, ajar)), alone=alone):
            return False
        keys: set[Key] = set(pairwise(chain.from_iterable(map(_WORDS, looks))))
        keys.update(*map(_KEYS, looks))
        nodes = gate.opened(ajar, keys)
        outs = chain.from_iterable(map(self._entries.outs.__getitem__, nodes))
        return self.counts(outs, alone=alone) and self.counts(self._entries.possible_outs(nodes, keys), alone=alone)

    def counts(self, entries: Iterable[int], *, alone: bool) -> bool:
        """Tell whether one of the entries counts by itself, or mere pieces among them complete a rule."""
        pieces = self._pieces
        kinds: set[str] = set()
        for number in entries:
            kind = pieces.get(number)
            if kind is None:
                return True
            kinds.add(kind)
        return bool(kinds) and ((len(kinds) > 1 and not alone) or self._completed(frozenset(kinds)))

    def _completed(self, kinds: frozenset[str]) -> bool:
        known = self._completing.get(kinds)
        if known is None:
            if len(self._completing) >= _KEPT_KINDS:
                self._completing.clear()
            known = self._completing[kinds] = any(_may_complete(rule, kinds) for rule in self._rules)
        return known


class _Looks(dict[str, _Look]):
    """What raw tokens look like to a language; remembers it, up to a bound."""

    def __init__(self, look: Callable[[str], tuple[Words, frozenset[str]]], entries: Frames) -> None:
        super().__init__()
        self._look = look
        self._by_key = entries.gate.by_key
        self._after = entries.gate.after

    def __missing__(self, raw: str) -> _Look:
        if len(self) >= _KEPT:
            self.clear()
        words, keys = self._look(raw)
        by_key = self._by_key
        opens = [by_key[key] for key in (*keys, *pairwise(words)) if key in by_key]
        bits = reduce(or_, map(_BITS, opens), 0)
        groups = tuple({number for _, led_to in opens for number in led_to})
        after = self._after.get(words[-1], _NO_PAIRS)
        look = self[raw] = _Look(bits, groups, words, keys, words[0], after)
        return look


def _may_complete(rule: Rule, kinds: Set[str]) -> bool:
    return len(kinds & rule.also) >= rule.count and not any(map(kinds.isdisjoint, rule.need))
