"""The queue, prompts that people of the group wrote, and breaks."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.daily_prompts.model import Prompt, Theme

SUGGESTION = "prompts.suggestion"
OWN = "own-"
"""What the ids of prompts begin with that somebody of the group wrote."""


class Standing(StrEnum):
    """What became of a prompt that somebody wrote: suggested -> queued or declined; a therapist's is queued at once."""

    SUGGESTED = "suggested"
    QUEUED = "queued"
    DECLINED = "declined"


def new_key() -> str:
    """Make a random key; the text is sealed to it, and buttons carry it."""
    return secrets.token_hex(12)


@dataclass(frozen=True, slots=True)
class OwnPrompt:
    """A prompt that a therapist wrote or a member suggested; `text` is None when it does not open."""

    key: str
    group_key: str
    author_id: int
    text: str | None
    why: str | None
    standing: Standing
    written_at: datetime

    @property
    def prompt_id(self) -> str:
        """Its id among the other prompts."""
        return f"{OWN}{self.key}"

    def as_prompt(self, why: str, topics: frozenset[str] = frozenset()) -> Prompt | None:
        """Return it as a prompt; `why` stands in where its author gave no reason."""
        if self.text is None:
            return None
        return Prompt(self.prompt_id, self.text, self.why or why, Theme.EXPRESSING, topics=topics)


@dataclass(frozen=True, slots=True)
class Queued:
    """A place in a group's queue. `instead_of` holds the prompts that were swapped away for it."""

    id: int
    prompt_id: str
    instead_of: tuple[str, ...] = ()

    @property
    def is_swap(self) -> bool:
        """Whether it only stands in for what the rotation had chosen."""
        return bool(self.instead_of)


@dataclass(frozen=True, slots=True)
class Break:
    """Local days, the first and the last included, on which a group gets no prompts."""

    id: int
    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Tell whether a day lies within it."""
        return self.first <= day <= self.last


class NotATherapist(Exception):
    """Somebody who is no therapist of the group wanted to steer."""


class NotFound(Exception):
    """There is no such suggestion (any more)."""
