"""Tries a lexicon on its own sentences; the whole file fails if one of them does."""

from collections.abc import Callable, Iterator, Sequence

from bot.crisis.screening.errors import Problem
from bot.crisis.screening.lexicon.model import Case, Entry, Lexicon
from bot.crisis.screening.lexicon.source import Source
from bot.crisis.screening.model import Context, Evidence, Level
from bot.crisis.screening.screener import Assessor
from bot.crisis.screening.views import views_of

Locate = Callable[[str], Source]


def failures(assessor: Assessor, lexicon: Lexicon, locate: Locate, sources: Sequence[Source]) -> Iterator[Problem]:
    """Yield a problem for every sentence of the lexicon that it does not read as it says."""
    for entry in lexicon.entries:
        yield from _entry_failures(assessor, entry, lexicon, locate(entry.id))
    for case in lexicon.cases:
        source = next((source for source in sources if source.name == case.file), sources[0])
        yield from _case_failures(assessor, case, source)


def _entry_failures(assessor: Assessor, entry: Entry, lexicon: Lexicon, source: Source) -> Iterator[Problem]:
    for sentence in entry.match:
        found = _found(assessor, sentence, entry, lexicon)
        if not _counts(found, entry):
            fault = f'the sentence "{sentence}" must match and does not{_why(found)}.'
            yield _problem(source, entry.id, sentence, fault, "Mend a pattern or a modifier, or take the sentence out.")
    for sentence in entry.clear:
        found = _found(assessor, sentence, entry, lexicon)
        if _counts(found, entry):
            words = next(item.words for item in found if not item.changes)
            fault = f'the sentence "{sentence}" must not match, but "{words}" does.'
            yield _problem(source, entry.id, sentence, fault, "Make the pattern narrower, or add a modifier.")


def _case_failures(assessor: Assessor, case: Case, source: Source) -> Iterator[Problem]:
    level = assessor.assess(views_of(case.text), Context(parent_level=case.reply_to)).level
    if level not in case.levels:
        wanted = " or ".join(known.word for known in sorted(case.levels))
        fault = f'the case "{case.text}" is {level.word}, not {wanted}.'
        yield _problem(source, case.text, "", fault, "Mend what decides it, or the level of the case.")


def _found(assessor: Assessor, sentence: str, entry: Entry, lexicon: Lexicon) -> list[Evidence]:
    """Return what the entry finds in a sentence."""
    only = Context(parent_level=entry.in_reply_to, only=(lexicon.language, entry.id))
    return list(assessor.assess(views_of(sentence), only).evidence)


def _counts(found: Sequence[Evidence], entry: Entry) -> bool:
    """Tell whether the entry is found with nothing that lowers it."""
    return any(item.level is Level(entry.level) and not item.changes for item in found)


def _why(found: Sequence[Evidence]) -> str:
    changes = [change for item in found for change in item.changes]
    return f' (lowered by {changes[0].modifier}: "{changes[0].words}")' if changes else ""


def _problem(source: Source, title: str, words: str, fault: str, remedy: str) -> Problem:
    return Problem(source.name, source.line_of(title, words), title, fault, remedy)
