"""A session, the steps around it, and what people hand over for it."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.daily_prompts.model import Theme

STEP: Final = "sessions.step"
CHANGED: Final = "sessions.changed"
BROUGHT: Final = "sessions.brought"
"""Kinds of outbox rows: a step that is due, one that was shown and is to be shown anew, and what a member brings."""

TAKEAWAY_RUN: Final = "takeaway"
TAKEAWAY_PROMPT: Final = "session-takeaway"
PRACTICE_PROMPT: Final = "practice-"
"""What the id of a week's small practice begins with, where it is the day's prompt."""

PRACTICE_LONGEST: Final = 300
BRING_LONGEST: Final = 800


class SessionState(StrEnum):
    """to_come -> over, or left_out (a break, or therapists said so). Forward only."""

    TO_COME = "to_come"
    OVER = "over"
    LEFT_OUT = "left_out"


class StepKind(StrEnum):
    """What happens around a session, in the order of time."""

    EVENT = "event"
    REMIND = "remind"
    DIGEST = "digest"
    TAKEAWAY = "takeaway"
    OVER = "over"


class StepState(StrEnum):
    """waiting -> done, missed (its time had passed) or failed; skipped from the start. Forward only."""

    WAITING = "waiting"
    DONE = "done"
    MISSED = "missed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A session's time in UTC, and the local day that it stands for."""

    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a group. `day` is that of the usual times, also where the session was moved.

    `practice` is what its therapist wrote, None also when it does not open. `revision` counts the closings.
    """

    key: str
    group_key: str
    slot: Slot
    state: SessionState
    planned_at: datetime
    by_hand: bool = False
    theme: Theme | None = None
    skill: str | None = None
    practice: str | None = None
    closed_by: int | None = None
    closed_at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A step of a session: when it is due, and until when it is worth doing (None: always)."""

    due_at: datetime
    kind: StepKind
    until: datetime | None


@dataclass(frozen=True, slots=True)
class StepRun:
    """What became of a step; there is one for each session and kind."""

    session_key: str
    kind: StepKind
    state: StepState
    problem: str | None = None
    channel_id: int | None = None
    message_id: int | None = None
    run_id: int | None = None


def new_key() -> str:
    """Make a random key; sealed texts are bound to it, and buttons carry it."""
    return secrets.token_hex(12)
