"""Tries a lexicon on sentences, and compares two: for the clinician who changes one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.crisis.screening.errors import LexiconError, Problem
from bot.crisis.screening.explain import telling
from bot.crisis.screening.lexicon.model import Lexicon
from bot.crisis.screening.lexicon.source import Source
from bot.crisis.screening.loading import EMOJI, SHIPPED, Screener, Written, compiled, letters_of
from bot.crisis.screening.model import Assessment, Context, Level
from bot.crisis.screening.overlay import with_overlay
from bot.crisis.screening.views import views_of

ANY: frozenset[Level] = frozenset()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, where it stands, and the levels that are right for it (none given: any)."""

    text: str
    where: str
    levels: frozenset[Level] = ANY
    reply_to: Level = Level.NONE


@dataclass(frozen=True, slots=True)
class Difference:
    """One sentence as two lexicons read it."""

    sentence: Sentence
    before: Assessment
    after: Assessment

    @property
    def nearer(self) -> int:
        """Return by how many levels the second reading is nearer to what is right; less than 0 if it is farther."""
        return _distance(self.sentence, self.before.level) - _distance(self.sentence, self.after.level)


def read(screener: Screener, sentence: Sentence) -> Assessment:
    """Return what the screener says of a sentence."""
    return screener.assess(views_of(sentence.text), Context(parent_level=sentence.reply_to))


def is_right(sentence: Sentence, level: Level) -> bool:
    """Tell whether a sentence may have this level."""
    return not sentence.levels or level in sentence.levels


def differences(before: Screener, after: Screener, sentences: Iterable[Sentence]) -> Iterator[Difference]:
    """Yield every sentence that the two read differently, by level or by what decides it."""
    for sentence in sentences:
        one, other = read(before, sentence), read(after, sentence)
        if one.level is not other.level or deciding(one) != deciding(other):
            yield Difference(sentence, one, other)


def deciding(assessment: Assessment) -> tuple[str, ...]:
    """Return the ids of what gave an assessment its level: entries, what lowered them, rules."""
    entries = {f"{item.entry} lowered by {item.changes[-1].modifier}" for item in telling(assessment) if item.changes}
    entries |= {item.entry for item in telling(assessment) if not item.changes}
    return (*sorted(entries), *(step.rule for step in assessment.raises))


def own_sentences(lexicons: Iterable[Lexicon]) -> Iterator[Sentence]:
    """Yield every sentence that stands in lexicons, once."""
    seen: set[tuple[str, Level]] = set()
    for sentence in (sentence for lexicon in lexicons for sentence in _sentences(lexicon)):
        key = (sentence.text, sentence.reply_to)
        if key not in seen:
            seen.add(key)
            yield sentence


def _sentences(lexicon: Lexicon) -> Iterator[Sentence]:
    for case in lexicon.cases:
        yield Sentence(case.text, f"{lexicon.language}, case", case.levels, case.reply_to)
    for entry in lexicon.entries:
        at_least = frozenset(level for level in Level if level >= entry.level)
        for text in entry.match:
            yield Sentence(text, f"{lexicon.language}, {entry.id}, must match", at_least, entry.in_reply_to)
        for text in entry.clear:
            yield Sentence(text, f"{lexicon.language}, {entry.id}, must not match", ANY, entry.in_reply_to)


def _distance(sentence: Sentence, level: Level) -> int:
    return min((abs(level - right) for right in sentence.levels), default=0)


def open_lexicon(path: Path, shipped: Path = SHIPPED) -> Screener:
    """Return a screener from what a clinician has: a folder of languages, one language's folder or file, an overlay.

    Emoji names come from beside it or from what is shipped. Any fault raises LexiconError.
    """
    if path.is_file():
        source = Source.read(path)
        return (
            with_overlay(source, shipped) if "overlay" in source.data else _one_language([source], path.parent, shipped)
        )
    if not path.is_dir():
        fault, remedy = "there is no such file or folder.", "Name a lexicon's folder, its file or an overlay."
        raise LexiconError([Problem(str(path), 0, "", fault, remedy)])
    files = [file for file in sorted(path.glob("*.toml")) if file.name != EMOJI]
    sources = [Source.read(file) for file in files]
    if sum("meta" in source.data for source in sources) < len(sources):
        return _one_language(sources, path.parent, shipped)
    return Screener.load(path)


def _one_language(sources: list[Source], beside: Path, shipped: Path) -> Screener:
    if not any("meta" in source.data for source in sources):
        fault = "no file has the table [meta], so it is no lexicon by itself."
        remedy = "Name the folder with all files of the language; an overlay needs the table [overlay]."
        raise LexiconError([Problem(sources[0].name, 0, "", fault, remedy)])
    letters = letters_of(beside if (beside / EMOJI).exists() else shipped)
    written = Written.of(sources)
    screener = Screener(compiled([written], letters), letters)
    problems = list(written.failures(screener))
    if problems:
        raise LexiconError(problems)
    return screener
