"""Rows of the outbox, and how a send can end."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class RowState(StrEnum):
    """waiting -> leased -> done, failed or superseded; a lease that runs out makes the row due again."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"


def new_nonce() -> str:
    """Make a row's random key: 24 characters, as Discord allows 25 in a nonce and compares them per author."""
    return secrets.token_hex(12)


@dataclass(frozen=True, slots=True)
class NewRow:
    """Something to be sent: references only, never text; `subject` names what it is about ("case:12")."""

    kind: str
    subject: str
    ref: Mapping[str, Any]
    group_key: str | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    nonce: str = field(default_factory=new_nonce)


@dataclass(frozen=True, slots=True)
class Row:
    """A leased row, as a deliverer gets it.

    `uncertain_since` is set when an earlier try ended without an answer (a crash, a time-out): the message may
    already be there. Within a few minutes the nonce makes a repeat harmless; after that a deliverer has to look.
    """

    id: int
    kind: str
    subject: str
    ref: Mapping[str, Any]
    group_key: str | None
    nonce: str
    attempts: int
    created_at: datetime
    uncertain_since: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side confirmed: where the message is; `note` is a short word of the feature's own."""

    channel_id: int | None = None
    message_id: int | None = None
    note: str | None = None


class SendProblem(Exception):
    """A send that did not work; `code` is a short word for the row and the logs, never a text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Permanent(SendProblem):
    """Trying again would change nothing: forbidden, gone, direct messages closed."""


class Temporary(SendProblem):
    """Worth another try, after `retry_after` if the other side named a time."""

    def __init__(self, code: str, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class Superseded(SendProblem):
    """The reason to send is gone; the row ends unsent."""


Deliverer = Callable[[Row, datetime], Awaitable[Receipt]]


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """How often a row is tried, and how long it waits between two tries (doubling from `first` to `longest`)."""

    tries: int = 6
    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=30)
