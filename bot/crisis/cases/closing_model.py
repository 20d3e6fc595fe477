"""How a case ends: with a verdict, a line on what was done, and what is to follow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.crisis.cases.model import Verdict

FOLLOW_UP = "crisis.follow_up"

LONGEST_DONE = 300
"""How long the line on what was done may be."""
BEFORE_SESSION = timedelta(hours=24)
"""So long before the next session its follow-up is put."""
WITHOUT_SESSION = timedelta(days=7)
"""When a follow-up before the next session is put if nobody knows when that is."""


class FollowUpKind(StrEnum):
    """When somebody is asked to look again after a case was closed."""

    DAY = "day"
    THREE_DAYS = "three_days"
    SESSION = "session"


AFTER = {FollowUpKind.DAY: timedelta(hours=24), FollowUpKind.THREE_DAYS: timedelta(hours=72)}


class FollowUpState(StrEnum):
    """waiting -> put (to the named therapist) -> done; forward only."""

    WAITING = "waiting"
    PUT = "put"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a therapist says when they close a case; `follow_up_by` is needed where there is a follow-up."""

    verdict: Verdict
    done: str
    member_told: bool
    follow_ups: tuple[FollowUpKind, ...] = ()
    follow_up_by: int | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case was closed; `done` is None if the text does not open (its key is gone)."""

    case_id: int
    verdict: Verdict
    done: str | None
    member_told: bool
    by_id: int
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One look that was promised when a case was closed; `due_at` is None until the next session is known."""

    id: int
    case_id: int
    group_key: str
    kind: FollowUpKind
    due_at: datetime | None
    therapist_id: int
    state: FollowUpState
    done_by: int | None
    done_at: datetime | None


class NeedsContact(Exception):
    """A case that was no false alarm is closed only after somebody has recorded contact."""


class NothingSaid(Exception):
    """The line on what was done is missing."""


class NobodyNamed(Exception):
    """A follow-up needs a therapist of the group who does it."""
