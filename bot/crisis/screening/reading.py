"""Reads one view in one language: from text to weighed evidence with its places in the original."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.crisis.screening.engine.language import Hit, Language, Sign
from bot.crisis.screening.engine.match import Text
from bot.crisis.screening.lexicon.model import Acts, Modifier
from bot.crisis.screening.model import Change, Context, Evidence, Level, View
from bot.crisis.screening.scope import Weighed, weigh
from bot.crisis.screening.text.letters import Letters
from bot.crisis.screening.text.stream import Stream, in_digits, letters_apart, stream_of
from bot.crisis.screening.text.tokens import Raw, backwards, raw_texts, raw_tokens, without_addresses

_IN_QUOTES = re.compile(
    r"""\"[^"\n]{3,400}\"|(?<![a-z0-9])'(?=[a-z])[^'\n]{2,160}(?:'[a-z]{1,3}\b[^'\n]{0,80}){0,3}'(?![a-z0-9])"""
)
_FEWEST_WORDS_OUTSIDE = 4
_DIGIT = re.compile("[0-9]")
_LONGEST_REPLY = 40
_PAIR = 2
_MOST_OF_EACH = 12
QUOTATION = Modifier(
    id="quotation",
    type="quotation",
    note="Stands in quotation marks, with words of the writer around it.",
    patterns=(),
    acts=Acts.OVER,
    cap=Level.CONCERN,
    up_to=Level.HIGH,
)
THERAPIST = Modifier(
    id="therapist",
    type="therapist",
    note="Written by one of the group's therapists.",
    patterns=(),
    acts=Acts.MESSAGE,
    cap=Level.CONCERN,
    up_to=Level.HIGH,
)


class Clean:
    """A view's text in plain letters, and its raw tokens."""

    __slots__ = ("_tokens", "is_odd", "raws", "text")

    def __init__(self, view: View, letters: Letters) -> None:
        """Clean a view."""
        self.text = without_addresses(letters.clean(view.text))
        self.raws = raw_texts(self.text)
        self.is_odd = letters_apart(self.raws) or (_DIGIT.search(self.text) is not None and in_digits(self.raws))
        """Whether words may be hidden in letters written apart, or among digits."""
        self._tokens: list[Raw] | None = None

    @property
    def tokens(self) -> list[Raw]:
        """Return the raw tokens with their places and what stands between them."""
        if self._tokens is None:
            self._tokens = raw_tokens(self.text)
        return self._tokens


@dataclass(frozen=True, slots=True)
class Piece:
    """Evidence with its place among the words of its view, for the rules."""

    evidence: Evidence
    intact: bool
    start: int
    end: int
    passage: tuple[int, int]
    """The words of the lines or sentences that it stands in."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one language found in one view."""

    pieces: tuple[Piece, ...] = ()
    steps: int = 0


_NOTHING = Read()


class ViewReader:
    """Reads views in one language."""

    def __init__(self, language: Language, letters: Letters) -> None:
        self._language = language
        self._letters = letters

    def read(self, index: int, view: View, clean: Clean, context: Context, *, alone: bool = False) -> Read:
        """Return the evidence in a view; what was written backwards is read both ways, and the graver one counts.

        In a view that is `alone` the message, pieces of evidence that change nothing are passed over.
        """
        only = context.only[0]
        if only and only != self._language.lexicon.language:
            return _NOTHING
        read = _NOTHING
        if self._worth_reading(clean, context, alone=alone):
            read = self._read(clean.tokens, index, view, clean, context, alone=alone)
        if self._language.repair.is_backwards(clean.raws):
            for tokens in backwards(clean.tokens):
                read = max(read, self._read(tokens, index, view, clean, context, alone=alone), key=_gravest)
        return read

    def _read(
        self, tokens: Sequence[Raw], index: int, view: View, clean: Clean, context: Context, *, alone: bool
    ) -> Read:
        language = self._language
        stream = stream_of(tokens, language.repair)
        text = language.text(stream)
        if context.only[0]:
            hits = language.hits_of(text, context.only[1])
        else:
            hits = language.hits(text, context.parent_level, alone=alone)
        if not hits:
            return Read(steps=text.steps)
        marks = _quotations(clean.text, stream)
        if context.author_is_therapist:
            marks.append(Sign(THERAPIST, 0, len(stream.words)))
        weighed = _gravest_of_each(weigh(hits, text, language, marks))
        same = view.text.isascii() and len(view.text) == len(clean.text)
        places = None if same else self._letters.clean_with_places(view.text)[1]
        return Read(tuple(self._piece(item, index, view, stream, text, places) for item in weighed), text.steps)

    def _worth_reading(self, clean: Clean, context: Context, *, alone: bool) -> bool:
        return (
            bool(context.only[0])
            or clean.is_odd
            or self._language.may_matter(clean.raws, alone=alone)
            or self._language.repair.is_halved(clean.raws)
            or (context.parent_level > Level.NONE and len(clean.raws) < _LONGEST_REPLY)
        )

    def _piece(
        self, item: Weighed, index: int, view: View, stream: Stream, text: Text, places: Sequence[int] | None
    ) -> Piece:
        entry = item.hit.entry
        span = _span(item.hit.start, item.hit.end, stream, places)
        changes = tuple(
            Change(
                modifier=lowered.sign.modifier.id,
                note=lowered.sign.modifier.note,
                words=view.text[slice(*(at := _span(lowered.sign.start, lowered.sign.end, stream, places)))],
                span=at,
                before=lowered.before,
                after=lowered.after,
            )
            for lowered in item.lowered
        )
        evidence = Evidence(
            entry=entry.id,
            kind=entry.kind,
            note=entry.note,
            language=self._language.lexicon.language,
            found=entry.level,
            level=item.level,
            view=view.kind,
            view_index=index,
            span=span,
            words=view.text[slice(*span)],
            changes=changes,
        )
        return Piece(evidence, item.intact, item.hit.start, item.hit.end, text.passage(item.hit.start, item.hit.end))


def _gravest(read: Read) -> Level:
    return max((piece.evidence.level for piece in read.pieces), default=Level.NONE)


def _gravest_of_each(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Return the gravest finds of each entry; more of the same in one text say nothing new."""
    if len(weighed) <= _MOST_OF_EACH:
        return list(weighed)
    kept: list[Weighed] = []
    counts: Counter[str] = Counter()
    for item in sorted(weighed, key=_graveness):
        counts[item.hit.entry.id] += 1
        if counts[item.hit.entry.id] <= _MOST_OF_EACH:
            kept.append(item)
    return kept


def _graveness(item: Weighed) -> tuple[int, bool, int]:
    return -item.level, not item.intact, item.hit.start


def _span(first: int, last: int, stream: Stream, places: Sequence[int] | None) -> tuple[int, int]:
    last = max(first, last - 1)
    start, end = min(stream.starts[first], stream.starts[last]), max(stream.ends[first], stream.ends[last])
    if places is None:
        return start, end
    return places[start], places[end - 1] + 1


def _quotations(clean: str, stream: Stream) -> list[Sign]:
    """Return the parts in quotation marks, unless nearly the whole message stands in them."""
    if clean.count('"') < _PAIR and clean.count("'") < _PAIR:
        return []
    signs: list[Sign] = []
    inside = 0
    for match in _IN_QUOTES.finditer(clean):
        first, last = bisect_left(stream.starts, match.start()), bisect_left(stream.starts, match.end())
        if first < last:
            signs.append(Sign(QUOTATION, first, last))
            inside += last - first
    return signs if len(stream.words) - inside >= _FEWEST_WORDS_OUTSIDE else []


__all__ = ["Clean", "Hit", "Piece", "Raw", "Read", "Text", "ViewReader"]
