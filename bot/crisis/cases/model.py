"""Cases: what they are, what may happen to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.crisis.screening import Level

PAGE = "crisis.page"
OUTSIDE = "crisis.outside"
PAGES = (PAGE, OUTSIDE)
"""The kinds of rows that page somebody: on Discord and outside it."""
MEMBER_TEXT = "crisis.member_text"
NOTICE = "crisis.notice"
DIRECT_ANSWER = "crisis.direct_answer"
MEMBER_STATUS = "crisis.member_status"
"""A look, some time after a member was told, whether anybody has seen it."""
ASKED_ANSWER = "crisis.asked_answer"
"""The answer to a press, brought up to date."""
HELP_BUTTON = "crisis.help_button"

NOBODY = 0
"""Whom a fault case is about."""
FAULT_KEY = "fault:"
"""How the signals of messages that could not be screened begin."""


class CaseState(StrEnum):
    """open -> acknowledged -> contacted -> closed, forward only.

    Three things put a case that is not closed back to *open*, so that pages go on: an acknowledgement that ran out
    without contact, a signal that the press no longer covers (or a graver one), and a hand-over until its receiver
    has pressed. A closed case stays closed.
    """

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CONTACTED = "contacted"
    CLOSED = "closed"


class Source(StrEnum):
    """How a case came about."""

    SCREENING = "screening"
    NOTE = "note"
    REPORT = "report"
    FAULT = "fault"
    ASKED = "asked"
    """A press on *I need my therapist*."""


class Verdict(StrEnum):
    """What a therapist found an alarm to have been; without one no case is closed."""

    REAL = "real"
    WORRYING = "worrying"
    FALSE_ALARM = "false_alarm"


class MemberSays(StrEnum):
    """What a member may tell their therapists about an alarm with one press; it informs, and never closes a case."""

    SAFE = "safe"
    MISTAKE = "mistake"
    CONTACT_ME = "contact_me"


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason for a case: a message that matters, or somebody's report.

    `key` makes it idempotent within its group ("message:<id>", "report:<interaction id>"). `member_id` is the person
    concerned. Channel and message say where to look; no text is carried. `late` is set for what was read back after
    a gap. `told` is False where the bot must not write to the person (a report about them). `about_other` says that
    the author wrote about somebody else, so that what they read is meant for a helper.
    """

    group_key: str
    key: str
    member_id: int
    level: Level
    source: Source
    channel_id: int
    message_id: int
    said_at: datetime
    entries: tuple[str, ...] = ()
    in_dm: bool = False
    late: bool = False
    told: bool = True
    about_other: bool = False


@dataclass(frozen=True, slots=True)
class KnownSignal:
    """A recorded signal: where to look, and what it was."""

    channel_id: int
    message_id: int
    level: Level
    source: Source
    entries: tuple[str, ...]
    said_at: datetime
    in_dm: bool
    late: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands: one open case at most for a member of a group.

    `step` and `round` say which step of the chain was paged last (-1: a hand-over, before the first step).
    `next_page_at` is when the next page is due: of an open case the next step's, of an acknowledged one the moment at
    which the acknowledgement runs out; None once contact was made, and for a case that is only listed. `alarm_at` is
    when the present alarm began (opened, or the signal that began anew), `seen_at` when the first therapist pressed
    since then.
    """

    id: int
    code: str
    group_key: str
    member_id: int
    level: Level
    state: CaseState
    source: Source
    opened_at: datetime
    step: int
    round: int
    next_page_at: datetime | None
    acknowledged_by: int | None
    acknowledged_at: datetime | None
    member_told_at: datetime | None
    alarm_at: datetime | None = None
    seen_at: datetime | None = None
    contacted_by: int | None = None
    contacted_at: datetime | None = None
    closed_by: int | None = None
    closed_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether nobody has taken it yet, so that pages go on."""
        return self.state is CaseState.OPEN

    @property
    def rings(self) -> bool:
        """Whether its pages are still worth sending: nobody has taken it, and it is not only listed."""
        return self.waits and self.next_page_at is not None

    @property
    def subject(self) -> str:
        """Its name in the outbox."""
        return f"case:{self.id}"


@dataclass(frozen=True, slots=True)
class Raised:
    """What a signal did; `told` says that a text to the member was written."""

    case: Case
    opened: bool = False
    graver: bool = False
    repeated: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a press on *I've got this* did: `first` is False if somebody else was first, or the case is closed."""

    case: Case
    first: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """What an act on a case did: `done` is False if the case had moved on before; `case` is how it stands now.

    `will_be_erased` is set where a member asked for that while the case was open, and it was closed now.
    """

    case: Case
    done: bool
    will_be_erased: bool = False


class NotATherapist(Exception):
    """Somebody who is no therapist of the group pressed."""


class CaseNotFound(Exception):
    """There is no such case (any more)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has happened so far, for a text that may claim no more than that."""

    page_sent: bool
    seen: bool
    nobody_on_call: bool = False
    """Nobody was on call when the last page was written, so that it went to every therapist."""
    contacted: bool = False
    again: bool = False
    """Somebody has seen it, and the therapists are being paged again, as nobody has recorded contact."""
    armed: bool = True
    """Whether the group's alarm is set up; pages go out all the same."""

    @property
    def word(self) -> str:
        """Name the furthest thing that has happened: stored, sent, seen (and passed on again), or contacted."""
        if self.contacted:
            return "contacted"
        if self.seen:
            return "seen_again" if self.again else "seen"
        return "sent" if self.page_sent else "stored"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One line of a case's history."""

    at: datetime
    kind: str
    by_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
