"""Adds up the evidence of a message: the highest level, and the rules for what means more together."""

from collections.abc import Iterator, Sequence

from bot.crisis.screening.engine.language import Language
from bot.crisis.screening.lexicon.model import Rule
from bot.crisis.screening.model import Level, Raise, View, ViewKind
from bot.crisis.screening.reading import Piece

_CONSIDERED = 8
"""Of each kind so many pieces are tried with the others; more of the same say nothing new."""


def level_of(pieces: Sequence[Piece], views: Sequence[View]) -> Level:
    """Return the highest level among the pieces that count by themselves."""
    return max((piece.evidence.level for piece in pieces if touches_newest(piece, views)), default=Level.NONE)


def raises(pieces: Sequence[Piece], views: Sequence[View], language: Language, level: Level) -> Iterator[Raise]:
    """Yield the rules that raise the level, each with the level before and after."""
    own = [piece for piece in pieces if piece.intact and piece.evidence.view is not ViewKind.QUOTE]
    apart = [piece for piece in own if piece.evidence.view is not ViewKind.JOINED]
    together = [piece for piece in own if piece.evidence.view is ViewKind.JOINED]
    reached = level
    for rule in language.rules_for(frozenset(piece.evidence.kind for piece in own)):
        if rule.to <= reached or level < rule.at_least or reached < rule.so_far:
            continue
        found = _complete(rule, apart, views) or _complete(rule, together, views)
        if found:
            kinds = tuple(sorted({piece.evidence.kind for piece in found}))
            yield Raise(rule.id, rule.note, reached, rule.to, kinds)
            reached = rule.to


def touches_newest(piece: Piece, views: Sequence[View]) -> bool:
    """Tell whether a piece reaches into the newest of joined messages; in any other view all do."""
    return piece.evidence.span[1] > views[piece.evidence.view_index].newest


def _complete(rule: Rule, pieces: Sequence[Piece], views: Sequence[View]) -> tuple[Piece, ...]:
    if rule.max_words:
        pieces = [piece for piece in pieces if _in_short(rule.max_words, piece, piece)]
    groups = [[piece for piece in pieces if piece.evidence.kind in kinds][:_CONSIDERED] for kinds in rule.need]
    if not all(groups):
        return ()
    more = [piece for piece in pieces if piece.evidence.kind in rule.also]
    for chosen in _choices(rule, groups, ()):
        whole = (*chosen, *_more(rule, chosen, more))
        if len(whole) >= len(chosen) + rule.count and any(touches_newest(piece, views) for piece in whole):
            return whole
    return ()


def _choices(rule: Rule, groups: Sequence[Sequence[Piece]], chosen: tuple[Piece, ...]) -> Iterator[tuple[Piece, ...]]:
    if not groups:
        yield chosen
        return
    for piece in groups[0]:
        if all(_fit(rule, piece, other) for other in chosen):
            yield from _choices(rule, groups[1:], (*chosen, piece))


def _more(rule: Rule, chosen: Sequence[Piece], more: Sequence[Piece]) -> Iterator[Piece]:
    """Yield one piece of each further kind that stands at other words."""
    taken = list(chosen)
    kinds = {piece.evidence.kind for piece in chosen}
    for piece in more:
        if piece.evidence.kind not in kinds and all(_fit(rule, piece, other) for other in taken):
            kinds.add(piece.evidence.kind)
            taken.append(piece)
            yield piece


def _in_short(most: int, one: Piece, other: Piece) -> bool:
    """Tell whether the passage from the one to the other is short, whatever stands before and after it."""
    start, end = min(one.passage[0], other.passage[0]), max(one.passage[1], other.passage[1])
    return end - start <= most


def _fit(rule: Rule, one: Piece, other: Piece) -> bool:
    """Tell whether two pieces are different words, near enough to each other."""
    if one.evidence.view_index != other.evidence.view_index:
        return one.evidence.entry != other.evidence.entry
    if one.start < other.end and other.start < one.end:
        return False
    if rule.max_words and not _in_short(rule.max_words, one, other):
        return False
    apart = max(one.start, other.start) - min(one.end, other.end)
    return not rule.within or apart <= rule.within
