"""Pure rules of a member's pace: when the next prompt comes to them, and whether they may be reached now."""

from datetime import datetime, timedelta
from typing import Final

from bot.daily_prompts.model import GRACE
from bot.daily_prompts.pace.model import Hours, Pace
from bot.daily_prompts.schedule import EVERY_DAY, next_occurrence

FRESH: Final = timedelta(hours=26)
"""How old a prompt may be that still comes to somebody: a day, and the hour that a clock change can add."""


def rests(pace: Pace, now: datetime) -> bool:
    """Tell whether a member has paused or left."""
    return pace.left or (pace.away_until is not None and now < pace.away_until)


def is_quiet(pace: Pace, now: datetime) -> bool:
    """Tell whether a moment lies in a member's quiet hours."""
    hours = pace.hours
    return hours is not None and hours.quiet is not None and hours.quiet.holds(now.astimezone(hours.zone).time())


def may_reach(pace: Pace, now: datetime) -> bool:
    """Tell whether something that is not urgent may be sent to a member unasked."""
    return not rests(pace, now) and not is_quiet(pace, now)


def next_delivery(hours: Hours, after: datetime) -> datetime:
    """Return when a member's hour comes next: once on each of their days, also where clocks change."""
    return next_occurrence(after, hours.at, EVERY_DAY, hours.zone)


def in_time(due_at: datetime, now: datetime) -> bool:
    """Tell whether a delivery that was due is still worth making; after that it waits for the next day."""
    return now - due_at <= GRACE


def clash(hours: Hours) -> bool:
    """Tell whether the hour for prompts lies in the quiet hours."""
    return hours.quiet is not None and hours.quiet.holds(hours.at)
