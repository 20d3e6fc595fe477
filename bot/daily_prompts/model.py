"""What a daily prompt is, what a day is like, and what was chosen for it and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

GRACE: Final = timedelta(hours=2)
"""How long after its time a missed prompt is still worth posting."""

DAILY: Final = "daily"
"""The kind of a run that is the day's prompt."""

POST: Final = "prompts.post"
"""The kind of outbox row that posts a prompt."""

LOW_QUEUE: Final = "queue"
LOW_LIBRARY: Final = "library"
"""What therapists are told about when it runs low: what they queued, and the prompts to choose from."""

TEXT_LIMIT: Final = 500
WHY_LIMIT: Final = 200
NOTE_LIMIT: Final = 100
"""Characters. Discord allows 4,000 over all texts of a Components V2 message; a telephone screen allows fewer."""


class Theme(StrEnum):
    """Why a group helps; each theme has a file of prompts."""

    NOT_ALONE = "not_alone"
    PERSPECTIVES = "perspectives"
    ACCOUNTABILITY = "accountability"
    LISTENING = "listening"
    EXPRESSING = "expressing"
    BOUNDARIES = "boundaries"
    CONFLICT = "conflict"
    MINDFULNESS = "mindfulness"
    REFRAMING = "reframing"
    RELAXATION = "relaxation"
    PATTERNS = "patterns"
    STRENGTHS = "strengths"
    CHANGES = "changes"
    CELEBRATING = "celebrating"


class Depth(StrEnum):
    """How far a prompt reaches in; in rising order."""

    LIGHT = "light"
    MIDDLE = "middle"
    DEEP = "deep"

    @property
    def rank(self) -> int:
        """Place on the scale, 0 for the lightest."""
        return list(Depth).index(self)


class Fit(StrEnum):
    """On which kind of day a prompt may be posted."""

    ANY = "any"
    BEFORE_SESSION = "before_session"
    AFTER_SESSION = "after_session"
    WEEKEND = "weekend"
    FIRST_WEEK = "first_week"
    HEAVY_DAY = "heavy_day"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One invitation to the circle, as its author wrote it."""

    id: str
    text: str
    why: str
    theme: Theme
    depth: Depth = Depth.LIGHT
    fits: frozenset[Fit] = frozenset({Fit.ANY})
    topics: frozenset[str] = frozenset()
    note: str | None = None
    skill: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that a member can ask not to meet: its name, and the words that give it away."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that a language has for themes, depths, days, topics, skills and reasons, and words to avoid."""

    themes: Mapping[str, str] = field(default_factory=dict)
    depths: Mapping[str, str] = field(default_factory=dict)
    fits: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    skills: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    avoid: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file of prompts; lines count from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file of prompts, and what to do about it.

    One that `blocks` keeps the whole library from being used; the others are matters of style.
    """

    place: Place
    message: str
    remedy: str
    blocks: bool = True

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}: {self.message} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Library:
    """Every prompt of one language by its id, where each stands, and the language's words."""

    language: str
    prompts: Mapping[str, Prompt]
    places: Mapping[str, Place]
    vocabulary: Vocabulary

    def of_theme(self, theme: Theme) -> tuple[Prompt, ...]:
        """Return the prompts of a theme in the order of their file."""
        return tuple(prompt for prompt in self.prompts.values() if prompt.theme is theme)


@dataclass(frozen=True, slots=True)
class Schedule:
    """At which local times a group gets its prompts: those of each weekday from Monday on, in order."""

    week: tuple[tuple[time, ...], ...]
    zone: ZoneInfo

    def weekdays(self, at: time) -> frozenset[int]:
        """Return the weekdays (0 is Monday) that have a prompt at this time."""
        return frozenset(day for day, times in enumerate(self.week) if at in times)


@dataclass(frozen=True, slots=True)
class Posted:
    """A prompt that a group has had, on a local day."""

    prompt_id: str
    day: date


@dataclass(frozen=True, slots=True)
class Week:
    """What therapists set when they closed the last session, on the local day `since`."""

    since: date
    theme: Theme | None = None
    skill: str | None = None
    practice: Prompt | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What is known about the day for which a prompt is wanted.

    `fits` holds what the day is (never ANY). `place` tells apart several prompts on one day, from 0.
    """

    date: date
    fits: frozenset[Fit] = frozenset()
    place: int = 0
    week: Week | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people have asked for: the therapists' queue, their theme and depth, and topics that rest for members.

    `own` holds those prompts of the queue that are in no library.
    """

    queue: tuple[str, ...] = ()
    own: Mapping[str, Prompt] = field(default_factory=dict)
    theme: Theme | None = None
    deepest: Depth = Depth.DEEP
    resting_topics: frozenset[str] = frozenset()


class Because(StrEnum):
    """Why a prompt was chosen; each has a sentence in the language's words."""

    QUEUED = "queued"
    DAY = "day"
    GENTLE = "gentle"
    WEEK_THEME = "week_theme"
    WEEK_SKILL = "week_skill"
    PRACTICE = "practice"
    THEME_TURN = "theme_turn"
    NEW = "new"
    LONGEST_AGO = "longest_ago"
    DEPTH = "depth"
    TOPICS_REST = "topics_rest"


VALUES_OF: Final[Mapping[Because, frozenset[str]]] = {
    Because.QUEUED: frozenset(),
    Because.DAY: frozenset({"fit"}),
    Because.GENTLE: frozenset({"fit"}),
    Because.WEEK_THEME: frozenset({"theme"}),
    Because.WEEK_SKILL: frozenset({"skill"}),
    Because.PRACTICE: frozenset(),
    Because.THEME_TURN: frozenset({"theme"}),
    Because.NEW: frozenset({"used", "pool"}),
    Because.LONGEST_AGO: frozenset({"days"}),
    Because.DEPTH: frozenset({"depth"}),
    Because.TOPICS_REST: frozenset({"count"}),
}
"""The placeholders that the sentence of a reason may use."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a choice, with the figures and names that its sentence needs."""

    because: Because
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A prompt, and why it was this one."""

    prompt: Prompt
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """What is planned for a turn: a choice, or nothing because the day is skipped or nothing is left."""

    turn: "Turn"
    choice: Choice | None
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class RunningLow:
    """Something that runs low: the therapists' queue, a theme, or the whole library."""

    about: str
    left: int


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """A moment (UTC) at which a prompt is due, the local day it stands for, and which of that day's it is, from 0."""

    at: datetime
    day: date
    place: int = 0


class RunState(StrEnum):
    """waiting -> posted, missed (its time had passed, or ran out) or failed; skipped from the start. Forward only."""

    WAITING = "waiting"
    POSTED = "posted"
    MISSED = "missed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Run:
    """One group's prompt of one local day: there is never a second of the same kind and day."""

    id: int
    group_key: str
    kind: str
    turn: Turn
    state: RunState
    prompt_id: str | None
    reasons: tuple[Mapping[str, Any], ...]
    problem: str | None = None
    channel_id: int | None = None
    message_id: int | None = None
