"""One language, made ready to read: its words, its repairs and its tries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from itertools import chain
from typing import NamedTuple

from bot.crisis.screening.engine.match import Concepts, Found, Frames, Text
from bot.crisis.screening.engine.pattern import SHORTEST_STEM
from bot.crisis.screening.engine.pattern import Sequence as Items
from bot.crisis.screening.engine.sieve import Sieve
from bot.crisis.screening.engine.symbols import Path, Symbols
from bot.crisis.screening.lexicon.model import Entry, Lexicon, Modifier, Rule
from bot.crisis.screening.model import Level
from bot.crisis.screening.text.letters import Letters
from bot.crisis.screening.text.repair import Repair, Spelling
from bot.crisis.screening.text.splitting import Hasty, Words
from bot.crisis.screening.text.stream import Stream

_HEAVIEST = 4000
_KEPT = 60_000
_KEPT_RULES = 5_000
_LONGEST_NUMBER = 4
_SHORTEST_WRITTEN = 5


class _Sort(Enum):
    """How an entry is looked for: by itself, only in replies, or only when there is more for it to go with."""

    OWN = auto()
    REPLY = auto()
    PIECE = auto()


class Hit(NamedTuple):
    """An entry of the lexicon found at words `start` up to `end`."""

    entry: Entry
    start: int
    end: int


class Sign(NamedTuple):
    """A modifier found at words `start` up to `end`."""

    modifier: Modifier
    start: int
    end: int


class Language:
    """The compiled lexicon of one language."""

    def __init__(
        self,
        lexicon: Lexicon,
        concepts: Mapping[str, Sequence[Items]],
        patterns: Mapping[str, Sequence[Items]],
        words: frozenset[str],
        letters: Letters,
        foreign: frozenset[str] = frozenset(),
    ) -> None:
        self.lexicon = lexicon
        self._written = (concepts, patterns, words, letters, foreign)
        spelling = _spelling(lexicon, words)
        self.repair = Repair(replace(spelling, foreign=foreign - spelling.known), letters)
        symbols = Symbols(concepts, _weights(lexicon.common))
        concepts_of = Concepts(symbols)
        paths = list(_paths(symbols, lexicon.entries, patterns))
        sorts = {number: _sort_of(entry, lexicon) for number, entry in enumerate(lexicon.entries)}
        self._entries = Frames(concepts_of, [path for path in paths if sorts[path[1]] is not _Sort.REPLY])
        self._replies = Frames(concepts_of, [path for path in paths if sorts[path[1]] is _Sort.REPLY])
        self._modifiers = Frames(concepts_of, _paths(symbols, lexicon.modifiers, patterns))
        self._by_id = {
            entry.id: (at, self._replies if sorts[at] is _Sort.REPLY else self._entries)
            for at, entry in enumerate(lexicon.entries)
        }
        self._pieces = {at: lexicon.entries[at].kind for at, sort in sorts.items() if sort is _Sort.PIECE}
        self._stops = {item.id: frozenset(item.stop) for item in lexicon.modifiers}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._used = frozenset().union(*(symbol.keys for symbol in symbols.all))
        """The words, and the beginnings of words, that stand in a pattern."""
        self._stems: dict[str, list[str]] = {}
        for stem in self.repair.spelling.prefixes:
            self._stems.setdefault(stem[:SHORTEST_STEM], []).append(stem)
        self._rules: dict[frozenset[str], tuple[Rule, ...]] = {}
        self._sieve = Sieve(self._entries, self._pieces, lexicon.rules, self._look_at)

    def with_lexicon(self, lexicon: Lexicon) -> "Language":
        """Return this language with fewer, or differently weighed, entries and rules; the patterns stay as they are."""
        return Language(lexicon, *self._written)

    def may_matter(self, raws: Sequence[str], *, alone: bool = True) -> bool:
        """Tell whether anything that counts may be found among the raw tokens of a text that is alone, or is not."""
        return self._sieve.lets_pass(raws, alone=alone)

    def text(self, stream: Stream) -> Text:
        """Return the words as the matcher sees them."""
        places: dict[str, list[int]] = {}
        for at, word in enumerate(stream.words):
            for key in self._keys_of(word):
                places.setdefault(key, []).append(at)
        return Text(
            stream.words,
            places,
            stream.clause_starts,
            stream.sentence_starts,
            self.lexicon.barriers,
            stream.line_starts,
            stream.reach_starts,
        )

    def hits_of(self, text: Text, entry: str) -> list[Hit]:
        """Return where one entry is found."""
        number, frames = self._by_id[entry]
        return [Hit(self.lexicon.entries[number], item.start, item.end) for item in frames.phrases_of(text, number)]

    def hits(self, text: Text, parent: Level, *, alone: bool = False) -> list[Hit]:
        """Return the entries that are found, at every place, in a reply to a message of the parent's level.

        In a text that stands alone, mere pieces are nothing unless they complete a rule.
        """
        entries = self.lexicon.entries
        found = self._entries.phrases(text)
        if parent:
            found += [reply for reply in self._replies.phrases(text) if entries[reply.out].in_reply_to <= parent]
        if alone and not self._sieve.counts((item.out for item in found), alone=True):
            return []
        found.sort(key=self._is_piece)
        return [Hit(entries[item.out], item.start, item.end) for item in found]

    def _is_piece(self, item: Found) -> bool:
        return item.out in self._pieces

    def signs(self, text: Text) -> list[Sign]:
        """Return the modifiers that are found, at every place; one that lowers does not run on over a line."""
        found = [Sign(self.lexicon.modifiers[item.out], item.start, item.end) for item in self._modifiers.phrases(text)]
        return [sign for sign in found if _stands(sign, text)]

    def rules_for(self, kinds: frozenset[str]) -> tuple[Rule, ...]:
        """Return the rules for which something of every kind that they need is there."""
        rules = self._rules.get(kinds)
        if rules is None:
            if len(self._rules) >= _KEPT_RULES:
                self._rules.clear()
            rules = tuple(rule for rule in self.lexicon.rules if not any(map(kinds.isdisjoint, rule.need)))
            self._rules[kinds] = rules
        return rules

    def stops(self, modifier: Modifier) -> frozenset[str]:
        """Return the words that end a modifier's reach."""
        return self._stops[modifier.id]

    def _look_at(self, raw: str) -> tuple[Words, frozenset[str]]:
        words = self.repair.words(raw)
        return words, frozenset(chain.from_iterable(map(self._keys_of, words)))

    def _keys_of(self, word: str) -> tuple[str, ...]:
        keys = self._keys.get(word)
        if keys is None:
            if len(self._keys) >= _KEPT:
                self._keys.clear()
            keys = self._keys[word] = tuple(self._used.intersection((word, *self._wider(word))))
        return keys

    def _wider(self, word: str) -> list[str]:
        if word.isdigit():
            return ["#" * length for length in range(1, min(len(word), _LONGEST_NUMBER) + 1)]
        return [stem + "*" for stem in self._stems.get(word[:SHORTEST_STEM], ()) if word.startswith(stem)]


def _stands(sign: Sign, text: Text) -> bool:
    modifier = sign.modifier
    if modifier.max_words and len(text.words) > modifier.max_words:
        return False
    return bool(modifier.voids) or not any(text.reach_starts[sign.start + 1 : sign.end])


def _sort_of(entry: Entry, lexicon: Lexicon) -> _Sort:
    if entry.in_reply_to:
        return _Sort.REPLY
    if entry.level or any(entry.kind in pair.first | pair.then for pair in lexicon.pairs):
        return _Sort.OWN
    return _Sort.PIECE


def _paths(
    symbols: Symbols, items: Sequence[Entry | Modifier], patterns: Mapping[str, Sequence[Items]]
) -> Iterable[tuple[Path, int]]:
    for number, item in enumerate(items):
        for pattern in patterns[item.id]:
            for path in symbols.paths(pattern):
                yield path, number


def _weights(common: Sequence[str]) -> dict[str, int]:
    """Return how often each common word comes, roughly: the n-th word 1/n as often as the first."""
    weights = {word: max(2, _HEAVIEST // (rank + 1)) for rank, word in enumerate(common)}
    return weights | {"#": _HEAVIEST // 20}


def written_out(lexicon: Lexicon) -> frozenset[str]:
    """Return the longer keys of a language's spellings, which are words of it, too."""
    return frozenset(name for name in lexicon.spelling if len(name) >= _SHORTEST_WRITTEN)


def _spelling(lexicon: Lexicon, used: frozenset[str]) -> Spelling:
    stems = tuple(sorted(word.removesuffix("*") for word in used if word.endswith("*")))
    written = {name: tuple(plain.split()) for name, plain in lexicon.spelling.items()}
    known = {word for word in used if not word.endswith("*") and word[0] != "#"}
    known |= {word for plain in written.values() for word in plain}
    known |= {
        *lexicon.self_words,
        *lexicon.other_words,
        *lexicon.barriers,
        *lexicon.turns,
        *lexicon.guarded,
        *lexicon.joined_first,
        *lexicon.joined_last,
    }
    contracted = {name for name, plain in written.items() if len(plain) > 1 and len(name) >= _SHORTEST_WRITTEN}
    return Spelling(
        known=frozenset(known),
        written=written,
        guarded=lexicon.guarded,
        real=lexicon.real,
        units=lexicon.units,
        prefixes=stems,
        common=lexicon.common,
        clipped=lexicon.clipped,
        hasty=Hasty(lexicon.joined_first, lexicon.joined_last, frozenset(known | contracted)),
    )
