"""One language, made ready to read: its words, its repairs and its tries."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.crisis.screening.engine.match import Concepts, Frames, Text
from bot.crisis.screening.engine.pattern import Sequence as Items
from bot.crisis.screening.engine.symbols import Path, Symbols
from bot.crisis.screening.lexicon.checks import words
from bot.crisis.screening.lexicon.model import Entry, Lexicon, Modifier
from bot.crisis.screening.model import Level
from bot.crisis.screening.text.letters import Letters
from bot.crisis.screening.text.repair import Repair, Spelling
from bot.crisis.screening.text.stream import Stream

_HEAVIEST = 4000
_KEPT = 60_000
_LONGEST_NUMBER = 4
_SHORTEST_WRITTEN = 5


class _Sort(Enum):
    """How an entry is looked for: by itself, only in replies, or only when there is more for it to go with."""

    OWN = auto()
    REPLY = auto()
    PIECE = auto()


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of the lexicon found at words `start` up to `end`."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sign:
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
        letters: Letters,
        foreign: frozenset[str] = frozenset(),
    ) -> None:
        self.lexicon = lexicon
        self._written = (concepts, patterns, letters, foreign)
        spelling = _spelling(lexicon, words_of(lexicon, concepts, patterns))
        self.repair = Repair(replace(spelling, foreign=foreign - spelling.known), letters)
        symbols = Symbols(concepts, _weights(lexicon.common))
        concepts_of = Concepts(symbols)
        paths = list(_paths(symbols, lexicon.entries, patterns))
        sorts = {number: _sort_of(entry, lexicon) for number, entry in enumerate(lexicon.entries)}
        self._entries = Frames(concepts_of, [path for path in paths if sorts[path[1]] is _Sort.OWN])
        self._replies = Frames(concepts_of, [path for path in paths if sorts[path[1]] is _Sort.REPLY])
        self._pieces = Frames(concepts_of, [path for path in paths if sorts[path[1]] is _Sort.PIECE])
        self._modifiers = Frames(concepts_of, _paths(symbols, lexicon.modifiers, patterns))
        self._stops = {item.id: frozenset(item.stop) for item in lexicon.modifiers}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._prefixes = self.repair.spelling.prefixes
        self._by_raw: dict[str, frozenset[str]] = {}
        self._looked_for = frozenset().union(*(symbol.keys for symbol in symbols.all))

    def with_lexicon(self, lexicon: Lexicon) -> "Language":
        """Return this language with fewer, or differently weighed, entries and rules; the patterns stay as they are."""
        return Language(lexicon, *self._written)

    def may_matter(self, raws: Iterable[str]) -> bool:
        """Tell whether every word that some entry needs is among the raw tokens."""
        known = self._by_raw
        keys: set[str] = set()
        for raw in raws:
            found = known.get(raw)
            keys |= self._keys_of_raw(raw) if found is None else found
        if not keys:
            return False
        seen: dict[int, bool] = {}
        return self._entries.possible(keys, seen) or self._pieces_possible(keys, seen)

    def _pieces_possible(self, keys: Set[str], known: dict[int, bool]) -> bool:
        """Tell whether pieces of two kinds may be there; one kind alone never makes a rule."""
        kinds: set[str] = set()
        for number in self._pieces.possible_outs(keys, known):
            kinds.add(self.lexicon.entries[number].kind)
            if len(kinds) > 1:
                return True
        return False

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
        )

    def hits(self, text: Text, parent: Level) -> list[Hit]:
        """Return the entries that are found, at every place, in a reply to a message of the parent's level."""
        entries = self.lexicon.entries
        found = self._entries.phrases(text) + self._pieces.phrases(text)
        if parent:
            found += [reply for reply in self._replies.phrases(text) if entries[reply.out].in_reply_to <= parent]
        return [Hit(entries[item.out], item.start, item.end) for item in found]

    def signs(self, text: Text) -> list[Sign]:
        """Return the modifiers that are found, at every place; one that lowers does not run on over a line."""
        found = [Sign(self.lexicon.modifiers[item.out], item.start, item.end) for item in self._modifiers.phrases(text)]
        return [sign for sign in found if _stands(sign, text)]

    def stops(self, modifier: Modifier) -> frozenset[str]:
        """Return the words that end a modifier's reach."""
        return self._stops[modifier.id]

    def _keys_of_raw(self, raw: str) -> frozenset[str]:
        if len(self._by_raw) >= _KEPT:
            self._by_raw.clear()
        read = (key for word in self.repair.words(raw) for key in self._keys_of(word))
        keys = self._by_raw[raw] = self._looked_for.intersection(read)
        return keys

    def _keys_of(self, word: str) -> tuple[str, ...]:
        keys = self._keys.get(word)
        if keys is None:
            if len(self._keys) >= _KEPT:
                self._keys.clear()
            keys = self._keys[word] = (word, *self._wider(word))
        return keys

    def _wider(self, word: str) -> list[str]:
        if word.isdigit():
            return ["#" * length for length in range(1, min(len(word), _LONGEST_NUMBER) + 1)]
        if not word.startswith(self._prefixes):
            return []
        return [stem + "*" for stem in self._prefixes if word.startswith(stem)]


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


def words_of(
    lexicon: Lexicon, concepts: Mapping[str, Sequence[Items]], patterns: Mapping[str, Sequence[Items]]
) -> frozenset[str]:
    """Return the words of a language: those of its patterns (`word*` and `#` as they are), and its common ones."""
    groups = (*concepts.values(), *patterns.values())
    return frozenset(lexicon.common).union(word for group in groups for items in group for word in words(items))


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
    }
    return Spelling(
        known=frozenset(known),
        written=written,
        guarded=lexicon.guarded,
        real=lexicon.real,
        units=lexicon.units,
        prefixes=stems,
        common=lexicon.common,
    )
