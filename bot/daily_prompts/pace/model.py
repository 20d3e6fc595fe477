"""What a member has chosen about how and when prompts reach them, and nobody else knows."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

DIRECT: Final = "prompts.direct"
"""The kind of outbox row that brings a prompt to one member by direct message."""

CLOSED: Final = "closed"
"""How a delivery ends when the member takes no direct messages (any more)."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of a member's day, in their own zone, in which nothing comes unasked; they may go past midnight."""

    since: time
    until: time

    def holds(self, at: time) -> bool:
        """Tell whether a time of day lies within."""
        if self.since <= self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until


@dataclass(frozen=True, slots=True)
class Hours:
    """When a member's day is: their zone, the hour at which they like a prompt, and their quiet hours."""

    zone: ZoneInfo
    at: time
    quiet: Quiet | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """One member's pace in one group. Without a choice of theirs nothing is sent to them.

    `direct` is whether prompts come by direct message, at `hours`. `away_until` ends a pause by itself; `left` is a
    pause without an end. `silent_since` is set when their direct messages turned out to be closed: sending stopped
    then, and they are told when they next use a prompt.
    """

    group_key: str
    member_id: int
    hours: Hours | None = None
    direct: bool = False
    away_until: datetime | None = None
    left: bool = False
    silent_since: datetime | None = None
    next_at: datetime | None = None
    last_run_id: int | None = None


class QuietHoursClash(Exception):
    """The hour that somebody chose lies in their own quiet hours."""
