"""Wins: what they are, and who sees them."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

CARD = "progress.card"
CARD_CHANGED = "progress.card_changed"
CARD_GONE = "progress.card_gone"

LONGEST = 1000
"""Characters of a win; as a card it may double (every sign escaped) and still fits Discord's 4000 in a layout."""


class Audience(StrEnum):
    """Who sees a win, most private first."""

    ONLY_ME = "only_me"
    GROUP = "group"


def new_key() -> str:
    """Make a win's random key; its text is sealed to it, and its buttons carry it."""
    return secrets.token_hex(12)


@dataclass(frozen=True, slots=True)
class Card:
    """Where a win stands in the circle."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Win:
    """A win: kept for its author alone, or on its way to the circle (`card` is None), or there.

    `text` is None when it does not open (its key is gone). `unposted` is set when the circle could not be reached,
    so that it stayed with its author.
    """

    key: str
    group_key: str
    member_id: int
    text: str | None
    audience: Audience
    shared_at: datetime
    card: Card | None = None
    unposted: bool = False


@dataclass(frozen=True, slots=True)
class Cheered:
    """What a press on *Cheering you on* did: whether the presser cheers now, and how many do."""

    win: Win
    cheering: bool
    count: int


class WinNotFound(Exception):
    """There is no such win (any more)."""


class NotTheAuthor(Exception):
    """Somebody other than its author wanted to change a win."""


class OwnWin(Exception):
    """The author pressed *Cheering you on*: nobody can raise the count of their own win."""
