"""The rota: pieces of time with somebody on call, and what people change about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.groups.model import Hours

COVER = "crisis.on_call_cover"
"""A request to be relieved, with its button, in the care channel."""
WORD = "crisis.on_call_word"
"""A word to one therapist who opted in to direct messages."""

LOOKS_AHEAD = timedelta(days=14)
"""A gap of the rota is shown from so long before."""


class ChangeKind(StrEnum):
    """What somebody changed about a time: who is on call then, that somebody is away, or who stands in for whom."""

    SET = "set"
    LEAVE = "leave"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the weekly shifts, from `start` up to `end`; later ones lie over earlier ones.

    `who` is on call (set), away (leave), or stands in for `instead_of` (cover) wherever that person is or was on call.
    """

    kind: ChangeKind
    who: int
    start: datetime
    end: datetime
    instead_of: int | None = None
    made_by: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time: who is on call then (None: nobody), and whose weekly shift it is (None: nobody's)."""

    start: datetime
    end: datetime
    who: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a step of the chain reaches now.

    `nobody_on_call` is set where the step asks for who is on call and there is nobody: it reaches everyone then.
    `last_resort` says that the group's target outside Discord is due as well.
    """

    people: tuple[int, ...]
    nobody_on_call: bool = False
    last_resort: bool = False


@dataclass(frozen=True, slots=True)
class CoverRequest:
    """Somebody asks to be relieved; they stay on call until a colleague takes it."""

    id: int
    group_key: str
    asked_by: int
    start: datetime
    end: datetime
    asked_at: datetime
    taken_by: int | None
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class RotaView:
    """What a therapist is shown: who is on call from now on, the gaps among it, and who waits to be relieved."""

    pieces: Sequence[Piece]
    gaps: Sequence[Piece]
    requests: Sequence[CoverRequest]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a press on *I'll take it* did; `first` is False if somebody else was first, or the time is over."""

    request: CoverRequest
    first: bool


class NoTherapist(Exception):
    """Whoever is to be on call is no therapist of the group."""


class NotYourShift(Exception):
    """Somebody asks to be relieved who is not on call within that time."""


class RequestNotFound(Exception):
    """There is no such request (any more)."""


class Overlaps(Exception):
    """A new shift overlaps another one; `other` is that one."""

    def __init__(self, other: Hours) -> None:
        super().__init__("overlap")
        self.other = other


class WhileOffDuty(Exception):
    """A shift and the off-duty time of the same person overlap; `other` is what was there before."""

    def __init__(self, other: Hours) -> None:
        super().__init__("off duty")
        self.other = other
