"""What one language's lexicon says, as it was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.crisis.screening.memory import Pair
from bot.crisis.screening.model import Level


class Acts(StrEnum):
    """Where a modifier must stand to change a phrase."""

    AFTER = "after"
    """on the phrase that comes after it"""
    BEFORE = "before"
    """on the phrase that comes before it"""
    AROUND = "around"
    """on a phrase on either side"""
    OVER = "over"
    """on a phrase that it shares words with"""
    SENTENCE = "sentence"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Entry:
    """A group of phrases that mean the same, and how loudly they ask for a therapist."""

    id: str
    level: Level
    kind: str
    note: str
    patterns: tuple[str, ...]
    match: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()
    about_self: bool = False
    """Counts only where the writer speaks of themselves, or names nobody."""
    ignores: frozenset[str] = frozenset()
    """Types of modifiers that leave this entry alone."""
    max_words: int = 0
    """Counts only in messages of at most so many words; 0 for any."""
    in_reply_to: Level = Level.NONE
    """Counts only in a reply to a message of at least this level."""


@dataclass(frozen=True, slots=True)
class Modifier:
    """Words that change what a phrase near them means. They lower a level; they delete nothing."""

    id: str
    type: str
    note: str
    patterns: tuple[str, ...]
    acts: Acts
    window: int = 0
    cap: Level | None = None
    drop: int = 0
    turned: Level | None = None
    """The cap instead, where the sentence turns after the phrase ("... but")."""
    only: frozenset[str] = frozenset()
    """Kinds that it works on; empty for all."""
    spares: frozenset[str] = frozenset()
    """Kinds that it leaves alone."""
    up_to: Level = Level.IMMINENT
    """Works on evidence of at most this level."""
    voids: frozenset[str] = frozenset()
    """Types of modifiers that it makes void where they share words, or in the same message if it acts there."""
    stop: tuple[str, ...] = ()
    """Words that end its reach."""
    clause: bool = False
    """Its reach ends at a comma or a new line, too."""
    unless: frozenset[str] = frozenset()
    """Leaves a phrase alone that holds one of these words itself."""
    max_words: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """Kinds of evidence that mean more together."""

    id: str
    note: str
    need: tuple[frozenset[str], ...]
    to: Level
    at_least: Level = Level.NONE
    """The level that the message must have reached without the rule."""
    so_far: Level = Level.NONE
    """The level that the message must have reached by itself or by a rule that stands before this one."""
    within: int = 0
    """The most words between the pieces of evidence; 0 for any."""
    also: frozenset[str] = frozenset()
    """Kinds of which some more must be there ..."""
    count: int = 0
    """... so many different ones, besides what is needed."""
    max_words: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A whole message and the levels that are right for it."""

    text: str
    levels: frozenset[Level]
    note: str = ""
    reply_to: Level = Level.NONE
    file: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything that one language's files say."""

    language: str
    name: str
    version: str
    script: str
    concepts: Mapping[str, tuple[str, ...]]
    spelling: Mapping[str, str]
    entries: tuple[Entry, ...]
    modifiers: tuple[Modifier, ...]
    rules: tuple[Rule, ...]
    pairs: tuple[Pair, ...]
    cases: tuple[Case, ...]
    common: tuple[str, ...] = ()
    self_words: frozenset[str] = frozenset()
    other_words: frozenset[str] = frozenset()
    barriers: frozenset[str] = frozenset()
    turns: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    clipped: frozenset[str] = frozenset()
    joined_first: frozenset[str] = frozenset()
    joined_last: frozenset[str] = frozenset()
    guarded: frozenset[str] = frozenset()
    real: frozenset[str] = frozenset()
