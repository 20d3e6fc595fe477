"""Says in lines for people what was found in a message, and why: the words, the entries, what changed the level."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from bot.crisis.screening.model import Assessment, Change, Evidence, Level, Raise, View, ViewKind

CONSEQUENCES = {
    Level.NONE: "nothing happens",
    Level.CONCERN: "a note for the therapists, no page",
    Level.HIGH: "the therapists are paged",
    Level.IMMINENT: "the therapists are paged loudly",
}
NOT_SCREENED = "not screened: no word here is in a script that has rules. Nothing is known about this text."
_OF_THE_CONTENT = frozenset({ViewKind.TEXT, ViewKind.SPOILER, ViewKind.CODE, ViewKind.QUOTE})
_COLOURS = {Level.IMMINENT: "1;37;41", Level.HIGH: "1;31", Level.CONCERN: "1;33", Level.NONE: "36"}
_LOWERING = "4"
_BLANKS = re.compile(r" {4,}")
_JOINER = "\u200d"

Span = tuple[int, int]


def explained(
    assessment: Assessment, views: Sequence[View], *, content: str | None = None, colour: bool = False
) -> tuple[str, ...]:
    """Return the lines; `content` is the message itself, in which the words of its own views are lit at once."""
    return tuple(_lines(assessment, views, content, colour=colour))


def _lines(assessment: Assessment, views: Sequence[View], content: str | None, *, colour: bool) -> Iterator[str]:
    if not assessment.screened and not assessment.evidence:
        yield NOT_SCREENED
    else:
        level = _paint(assessment.level.word, _COLOURS[assessment.level], on=colour)
        yield f"{level}: {CONSEQUENCES[assessment.level]}"
    if not assessment.complete:
        yield "The text is longer than what is read; its end was not screened."
    deciding = telling(assessment)
    yield from _lit_texts(deciding, views, content, colour=colour)
    for item in deciding:
        yield from _told(item)
    for step in assessment.raises:
        yield _raised(step)
    entries = {item.entry for item in deciding}
    yield from _signs(_one_each(item for item in assessment.evidence if item.entry not in entries))
    yield f"Lexicon: {assessment.lexicon_version}. This describes a message, never a person."


def telling(assessment: Assessment) -> tuple[Evidence, ...]:
    """Return the evidence that has a level of its own or took part in a rule, without repetitions."""
    raising = {kind for step in assessment.raises for kind in step.kinds}
    chosen = (item for item in assessment.evidence if item.found > Level.NONE or item.kind in raising)
    return tuple(_one_each(chosen))


def _one_each(items: Iterable[Evidence]) -> list[Evidence]:
    """Return the evidence without pieces that lie inside another of the same entry."""
    kept: list[Evidence] = []
    for item in sorted(items, key=lambda item: (-item.level, item.span[0] - item.span[1])):
        if not any(item.entry == other.entry and _inside(item.span, other.span) for other in kept):
            kept.append(item)
    return kept


def _inside(span: Span, other: Span) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]


def _told(item: Evidence) -> Iterator[str]:
    became = "" if item.level is item.found else f" -> {item.level.word}"
    found = item.found.word if item.found else "counts together with others"
    place = "" if item.view is ViewKind.TEXT else f", in {item.view}"
    yield f'  "{shown(item.words)}": {found}{became}{place}'
    yield f"      {item.entry} ({item.kind}, {item.language}): {item.note}"
    for change in item.changes:
        yield f"      {_lowered(change)}"


def _lowered(change: Change) -> str:
    where = f' at "{shown(change.words)}"' if change.words else ""
    if change.after is change.before:
        return f"left at {change.after.word} by {change.modifier}{where}: {change.note}"
    return f"lowered {change.before.word} -> {change.after.word} by {change.modifier}{where}: {change.note}"


def _raised(step: Raise) -> str:
    kinds = f" ({', '.join(step.kinds)})" if step.kinds else ""
    return f"  raised {step.before.word} -> {step.after.word} by {step.rule}{kinds}: {step.note}"


def _signs(items: Sequence[Evidence]) -> Iterator[str]:
    if items:
        yield "  Signs that count only together with others:"
    for item in items:
        by = f"; set aside by {item.changes[0].modifier}" if item.changes else ""
        yield f'      "{shown(item.words)}": {item.entry} ({item.kind}, {item.language}){by}'


def _lit_texts(
    evidence: Sequence[Evidence], views: Sequence[View], content: str | None, *, colour: bool
) -> Iterator[str]:
    for label, text, items in _groups(evidence, views, content):
        lit = _lit(text, items, colour=colour)
        yield f"  {label}: " + _BLANKS.sub(" ... ", lit).strip().replace("\n", "\n      ")


def _groups(
    evidence: Sequence[Evidence], views: Sequence[View], content: str | None
) -> Iterator[tuple[str, str, list[Evidence]]]:
    """Yield each text that holds evidence, with its evidence; views of the content are one text if it is there."""
    own = [item for item in evidence if item.view in _OF_THE_CONTENT]
    if content is not None and own:
        yield "message", content, own
    for index, view in enumerate(views):
        items = [item for item in evidence if item.view_index == index]
        if items and (content is None or view.kind not in _OF_THE_CONTENT):
            yield view.kind, view.text, items


def _lit(text: str, items: Iterable[Evidence], *, colour: bool) -> str:
    """Return the text with the words of the evidence lit: by colour, or else in square brackets."""
    items = sorted(items, key=lambda item: item.level)
    marks: list[Level | None] = [None] * len(text)
    for item in items:
        marks[slice(*item.span)] = [item.level] * (item.span[1] - item.span[0])
    lowering = {at for item in items for change in item.changes for at in range(*change.span) if change.words}
    pieces: list[str] = []
    for start, end in _runs(marks, lowering):
        part, level = shown(text[start:end]), marks[start]
        if level is not None:
            part = _paint(part, _COLOURS[level], on=True) if colour else f"[{part}]"
        elif start in lowering:
            part = _paint(part, _LOWERING, on=True) if colour else f"<{part}>"
        pieces.append(part)
    return "".join(pieces)


def _runs(marks: Sequence[Level | None], lowering: set[int]) -> Iterator[Span]:
    start = 0
    for at in range(1, len(marks) + 1):
        if at == len(marks) or (marks[at], at in lowering) != (marks[start], start in lowering):
            yield start, at
            start = at


def _paint(text: str, code: str, *, on: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if on and text else text


def shown(text: str) -> str:
    """Return a text that is safe on a terminal: control characters and what cannot be seen are replaced by signs."""
    return text if text.isascii() and text.isprintable() else "".join(map(_safe, text))


def _safe(letter: str) -> str:
    if letter in {"\n", _JOINER} or letter.isprintable():
        return letter
    category = unicodedata.category(letter)
    if category == "Cf":
        return "·"
    return " " if category[0] == "Z" or letter == "\t" else "\ufffd"
