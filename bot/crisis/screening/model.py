"""The words of the screening: levels, views of a message, evidence and the assessment they add up to."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cached_property


class Level(IntEnum):
    """How loudly a message asks for a therapist. It orders pages; it says nothing about a person."""

    NONE = 0
    CONCERN = 1
    HIGH = 2
    IMMINENT = 3

    @property
    def word(self) -> str:
        """Return the level as it is written in files, tables and answers."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Level":
        """Return the level with this word; an unknown word raises KeyError."""
        return cls[word.upper()]


class ViewKind(StrEnum):
    """Where in a message a text was found."""

    TEXT = "text"
    SPOILER = "spoiler"
    CODE = "code"
    QUOTE = "quote"
    FILE_NAME = "file name"
    ALT_TEXT = "alt text"
    FILE_TEXT = "file text"
    POLL = "poll"
    THREAD_TITLE = "thread title"
    NICKNAME = "nickname"
    JOINED = "joined messages"


@dataclass(frozen=True, slots=True)
class View:
    """One reading of a message; what it leaves out is blank, so that places stay those of the original."""

    kind: ViewKind
    text: str
    newest: int = 0
    """Where the newest of several joined messages starts; only what touches it counts."""


@dataclass(frozen=True, slots=True)
class Change:
    """One modifier at work on one piece of evidence."""

    modifier: str
    note: str
    words: str
    span: tuple[int, int]
    before: Level
    after: Level


@dataclass(frozen=True, slots=True)
class Evidence:
    """A phrase that an entry of the lexicon looks for, with its place in the text of its view."""

    entry: str
    kind: str
    note: str
    language: str
    found: Level
    level: Level
    view: ViewKind
    view_index: int
    span: tuple[int, int]
    words: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Raise:
    """A rule that raised the level: evidence that belongs together, a reply, or the memory of 72 hours."""

    rule: str
    note: str
    before: Level
    after: Level
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remembered:
    """One earlier piece of evidence, never a text. `raised` marks a kind that the memory has already used."""

    entry: str
    kind: str
    level: Level
    at: datetime
    raised: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What the screener may know beyond the text; everything is optional."""

    author_is_therapist: bool = False
    parent_level: Level = Level.NONE
    """The level of the message that this one replies to."""
    recent: tuple[Remembered, ...] = ()
    """The member's evidence of the last 72 hours, oldest first."""
    now: datetime | None = None
    """Needed for the memory only; without it the memory is not consulted."""
    only: tuple[str, str] = ("", "")
    """Look for one entry alone, by its language and id, even where it cannot change the level: to try a lexicon."""


@dataclass(frozen=True)
class Assessment:
    """What was found in one message, and why. It describes the message, never the person."""

    level: Level
    evidence: tuple[Evidence, ...] = ()
    raises: tuple[Raise, ...] = ()
    screened: bool = True
    """False when no word is in a script for which there are rules."""
    complete: bool = True
    """False when the text was longer, or denser, than is read."""
    lexicon_version: str = ""
    steps: int = 0

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Return the kinds of all evidence, whatever its level."""
        return frozenset(item.kind for item in self.evidence)

    def to_remember(self, at: datetime) -> tuple[Remembered, ...]:
        """Return the rows for the member's memory: one per kind, at its highest level, with no text."""
        best: dict[str, Remembered] = {}
        for item in self.evidence:
            known = best.get(item.kind)
            if known is None or item.level > known.level:
                best[item.kind] = Remembered(entry=item.entry, kind=item.kind, level=item.level, at=at)
        raised = {kind for step in self.raises if step.rule.startswith("memory.") for kind in step.kinds}
        return tuple(
            Remembered(row.entry, row.kind, row.level, row.at, raised=row.kind in raised) for row in best.values()
        )
