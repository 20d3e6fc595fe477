"""What a group is."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

EVERYONE = "everyone"
Step = tuple[int, ...] | Literal["everyone"]


@dataclass(frozen=True, slots=True)
class DailyPromptTimes:
    """When the daily prompt is posted, in the group's own time."""

    time: time
    days: tuple[Weekday, ...]


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is paged, step by step; the chain begins again at its end until somebody takes the case."""

    chain: tuple[Step, ...]
    acknowledge_within: timedelta


@dataclass(frozen=True, slots=True)
class Group:
    """A therapy group: one circle, one care channel, its therapists.

    Ids are Discord's. `therapists` are user ids, never a role or a name. `name` is None when the stored name does
    not open (its key is gone); whoever shows it falls back to `key`.
    """

    key: str
    name: str | None
    server: int
    circle: int
    care: int
    therapists: tuple[int, ...]
    zone: ZoneInfo
    language: str
    country: str
    daily_prompts: DailyPromptTimes | None
    escalation: Escalation
    imported_at: datetime
    changed_at: datetime
    overlay: str | None = None
    """The group's own additions to the screening lexicon, as TOML."""

    @property
    def label(self) -> str:
        """The group's name, or its short key."""
        return self.name or self.key

    def people_of(self, step: int) -> tuple[int, ...]:
        """Return the therapists that a step of the chain names."""
        entry = self.escalation.chain[step]
        return self.therapists if isinstance(entry, str) else entry
