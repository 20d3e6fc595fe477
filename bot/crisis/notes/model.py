"""Concern notes: what a therapist should look at, without a page and without a word to the member."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.crisis.cases.model import Case
from bot.crisis.screening import Level

DIGEST = "crisis.digest"
NOTE_PUT = "crisis.note_put"

PUT_AFTER = timedelta(hours=24)
"""A note that nobody has looked at for so long is put once to whoever is on call."""
UNCLOSED_AFTER = timedelta(hours=24)
"""A case that was taken so long ago and is not closed stands in the daily list."""


class NoteState(StrEnum):
    """new -> seen, or case (a therapist opened one); forward only."""

    NEW = "new"
    SEEN = "seen"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Note:
    """Where something of concern was said, and what was found: entries and rules, never a text.

    `raised_by` names the rules that changed the level (the memory of 72 hours, a reply). `by_therapist` marks a
    therapist's own message, which is listed and not paged.
    """

    id: int
    group_key: str
    member_id: int
    key: str
    level: Level
    channel_id: int
    message_id: int
    in_dm: bool
    entries: tuple[str, ...]
    raised_by: tuple[str, ...]
    said_at: datetime
    by_therapist: bool
    state: NoteState
    settled_by: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a press on a note did: `first` is False if it was settled before; `case` is set where one was opened."""

    note: Note
    first: bool
    case: Case | None = None


class NoteNotFound(Exception):
    """There is no such note (any more)."""
