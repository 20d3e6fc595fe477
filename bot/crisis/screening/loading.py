"""Loads the shipped lexicons: every language in the folder, whole or not at all."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.crisis.screening.engine.language import Language, written_out
from bot.crisis.screening.errors import LexiconError, Problem
from bot.crisis.screening.lexicon.checks import Checker
from bot.crisis.screening.lexicon.model import Lexicon
from bot.crisis.screening.lexicon.reading import Reading
from bot.crisis.screening.lexicon.source import Source
from bot.crisis.screening.screener import Assessor
from bot.crisis.screening.selftest import failures
from bot.crisis.screening.text.letters import Letters

SHIPPED = Path(__file__).parents[3] / "prompts" / "lexicon"
EMOJI = "emoji.toml"


class Screener(Assessor):
    """Reads messages by every language in a folder."""

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> "Screener":
        """Return a screener for every language in the folder, each tried on its own sentences.

        Any fault raises LexiconError, which names the file, the line, the entry, the sentence and the remedy.
        """
        with not_collecting():
            return cls._load(folder)

    @classmethod
    def _load(cls, folder: Path) -> "Screener":
        letters = letters_of(folder)
        parts = [Written.of(sources) for _, sources in sorted(language_sources(folder).items())]
        if not parts:
            fault, remedy = "there is no lexicon here.", "Put back the files that Holdspace ships, English first."
            raise LexiconError([Problem(str(folder), 0, "", fault, remedy)])
        screener = cls(compiled(parts, letters), letters)
        problems = [problem for part in parts for problem in part.failures(screener)]
        if problems:
            raise LexiconError(problems)
        return screener


@dataclass(frozen=True, slots=True)
class Written:
    """One language as its files say it, parsed and free of faults, not yet made ready to read."""

    lexicon: Lexicon
    reading: Reading
    checker: Checker

    @classmethod
    def of(cls, sources: Sequence[Source]) -> "Written":
        """Return one language from its files; a fault raises LexiconError."""
        reading = Reading(sources)
        lexicon = reading.lexicon()
        checker = Checker(lexicon, tuple(sources), reading.places)
        checker.check()
        if checker.problems:
            raise LexiconError(checker.problems)
        return cls(lexicon, reading, checker)

    def failures(self, assessor: Assessor, lexicon: Lexicon | None = None) -> Iterator[Problem]:
        """Yield every sentence, or those of a part of the lexicon, that is not read as it says."""
        return failures(assessor, lexicon or self.lexicon, self.reading.places.__getitem__, self.reading.sources)


def compiled(parts: Sequence[Written], letters: Letters) -> list[Language]:
    """Return the languages made ready to read; each knows the others' words, which are no slips of its own."""
    words = [part.checker.words | written_out(part.lexicon) for part in parts]
    return [
        Language(
            part.lexicon,
            part.checker.concepts,
            part.checker.patterns,
            part.checker.words,
            letters,
            frozenset().union(*words[:at], *words[at + 1 :]),
        )
        for at, part in enumerate(parts)
    ]


@contextmanager
def not_collecting() -> Iterator[None]:
    """Keep the garbage collector away from half a million objects that all stay; it costs a third of the time.

    At the end they go to the oldest generation unread: that is what freezing and thawing does. Where something is
    frozen already nothing is thawed, as all of it would be.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        if was_on:
            gc.enable()


def language_sources(folder: Path) -> Mapping[str, Sequence[Source]]:
    """Return the files of each language: `en.toml`, or every file in `en/`."""
    found: dict[str, list[Source]] = {}
    for path in _files(folder):
        name = path.stem if path.parent == folder else path.parent.name
        found.setdefault(name, []).append(Source.read(path))
    return found


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.glob("*.toml") if path.name != EMOJI)
    yield from sorted(folder.glob("*/*.toml"))


def letters_of(folder: Path) -> Letters:
    """Return the table of letters, with the names of emoji that stand in the folder."""
    return Letters(_emoji(folder))


def _emoji(folder: Path) -> dict[str, str]:
    path = folder / EMOJI
    if not path.exists():
        return {}
    table = Source.read(path).data.get("emoji", {})
    return {sign: str(name).removeprefix("_") for sign, name in table.items() if len(sign) == 1}
