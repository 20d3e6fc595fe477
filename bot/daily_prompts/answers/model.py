"""Answers and marks: what they are, and who sees them."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ANSWER = "prompts.answer"
ANSWER_CHANGED = "prompts.answer_changed"
ANSWER_GONE = "prompts.answer_gone"

LONGEST = 1500
"""Characters of an answer; shown with every sign escaped it may double and still fits Discord's 4,000."""


class Audience(StrEnum):
    """Who sees an answer, most private first."""

    ONLY_ME = "only_me"
    THERAPISTS = "therapists"
    ANONYMOUS = "anonymous"
    GROUP = "group"

    @property
    def in_circle(self) -> bool:
        """Whether the group sees it, with or without a name."""
        return self in (Audience.ANONYMOUS, Audience.GROUP)


class Need(StrEnum):
    """What somebody would like from those who read their answer."""

    LISTEN = "listen"
    IDEAS = "ideas"
    CHECK = "check"


class Mark(StrEnum):
    """What a member did with a prompt without answering; seen by nobody else."""

    READ = "read"
    SAVED = "saved"


def new_key() -> str:
    """Make an answer's random key; its text is sealed to it, and its buttons carry it."""
    return secrets.token_hex(12)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is shown."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A member's answer to a run's prompt; there is one for each run and member, and it can be changed.

    `text` is None when it does not open (its key is gone). `place` is where it is shown, None while it is kept for
    its author or is on its way. `unposted` is set when it could not be shown, so that it stayed with its author.
    """

    key: str
    run_id: int
    group_key: str
    member_id: int
    text: str | None
    audience: Audience
    need: Need | None
    written_at: datetime
    edited_at: datetime | None = None
    place: Place | None = None
    unposted: bool = False

    @property
    def version(self) -> str:
        """What tells one wording from the next, for the record of what was shown."""
        return "" if self.edited_at is None else str(int(self.edited_at.timestamp() * 1000))


@dataclass(frozen=True, slots=True)
class Look:
    """A therapist opened who wrote an anonymous answer."""

    by_id: int
    at: datetime


class AnswerNotFound(Exception):
    """There is no such answer (any more)."""


class NotTheAuthor(Exception):
    """Somebody other than its author wanted to change an answer."""


class NotATherapist(Exception):
    """Somebody who is no therapist of the group wanted to know who wrote an anonymous answer."""
