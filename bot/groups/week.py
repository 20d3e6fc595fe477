"""The hours of a week as they stand on the wall: where they overlap, and whether a moment lies in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.groups.model import WEEKDAYS, Hours, Weekday

YEARS = range(2000, 2101)
"""The years that somebody can mean. Beyond the calendar's ends nothing can be reckoned, for any group."""

_DAY = 24 * 60
_WEEK = 7 * _DAY


@dataclass(frozen=True, slots=True)
class Clash:
    """Two entries of a list (by their places, from 0) that overlap, and where in the week they begin to."""

    first: int
    second: int
    day: Weekday
    at: time


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the day of these figures; None if there is none, or nobody can mean it."""
    try:
        return date(year, month, day) if year in YEARS else None
    except (ValueError, OverflowError):
        return None


def clashes(listed: Sequence[Hours]) -> list[Clash]:
    """Find which hours overlap; also those of one entry that runs into its own next day."""
    found: dict[tuple[int, int], int] = {}
    spans = sorted((span[0], span[1], number) for number, hours in enumerate(listed) for span in spans_of(hours))
    for place, (start, end, number) in enumerate(spans):
        for other_start, _, other in spans[place + 1 :]:
            if other_start >= end:
                break
            pair = (min(number, other), max(number, other))
            found.setdefault(pair, max(start, other_start))
    return [
        Clash(first, second, WEEKDAYS[minute // _DAY], time(minute % _DAY // 60, minute % 60))
        for (first, second), minute in sorted(found.items())
    ]


def spans_of(hours: Hours) -> Iterator[tuple[int, int]]:
    """Yield the minutes of the week from which to which these hours go; what passes the week's end is cut in two."""
    length = length_of(hours)
    for day in hours.days:
        start = WEEKDAYS.index(day) * _DAY + hours.start.hour * 60 + hours.start.minute
        end = start + length
        yield start, min(end, _WEEK)
        if end > _WEEK:
            yield 0, end - _WEEK


def length_of(hours: Hours) -> int:
    """Return how many minutes these hours last on an ordinary day."""
    start, end = (at.hour * 60 + at.minute for at in (hours.start, hours.end))
    return end - start if end > start else end - start + _DAY


def covers(hours: Hours, now: datetime, zone: ZoneInfo) -> bool:
    """Say whether a moment lies in these hours, by what the clocks of the zone show at that moment."""
    local = now.astimezone(zone)
    minute = local.weekday() * _DAY + local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in spans_of(hours))
