"""What members hand over around a session, and who reads it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reader(StrEnum):
    """Who reads what somebody wants to bring, most private first."""

    ONLY_ME = "only_me"
    NAMELESS = "nameless"
    NAMED = "named"


class Tried(StrEnum):
    """How a small practice went. None of them is a failure."""

    TRIED = "tried"
    PARTLY = "partly"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Shown:
    """Where something is shown."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What a member wants to bring to a session.

    It is for the next session while `session_key` is None. It waits until it is handed over to the therapists
    (`handed_at`), unless it is for its author alone. `text` is None when it does not open.
    """

    key: str
    group_key: str
    member_id: int
    text: str | None
    reader: Reader
    written_at: datetime
    session_key: str | None = None
    handed_at: datetime | None = None
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class TriedBy:
    """How a member's practice went; therapists see the count, and the name only where `named` is set."""

    session_key: str
    group_key: str
    member_id: int
    tried: Tried
    named: bool
    at: datetime
