"""Decide at which instant a local time of day comes next, in any zone and across clock changes.

Each local day counts exactly once. Where the clocks jump forward over the wanted time, its instant is the
first valid one after the jump; where they go back and the time comes twice, it is the first.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
"""Monday is 0, as in date.weekday()."""


@dataclass(frozen=True, order=True)
class Occurrence:
    """Hold an instant (aware, UTC) and the local day that it stands for.

    The day is kept because the instant's own local date can be the next one: in Nuuk the clocks jump from 23:00
    to midnight, so that Saturday's 23:30 falls on the first second of Sunday.
    """

    at: datetime
    day: date


def next_occurrence(after: datetime, at: time, days: Collection[int], zone: ZoneInfo) -> datetime:
    """Return the first instant later than `after` (aware) at which it is `at` on one of the weekdays, in UTC."""
    return next_on_calendar(after, at, days, zone).at


def next_on_calendar(after: datetime, at: time, days: Collection[int], zone: ZoneInfo) -> Occurrence:
    """Return the next occurrence later than `after`, with the local day that it stands for."""
    return next(occurrences(after, at, days, zone))


def occurrences(after: datetime, at: time, days: Collection[int], zone: ZoneInfo) -> Iterator[Occurrence]:
    """Yield every occurrence later than `after`, in order and without end."""
    if after.tzinfo is None:
        raise ValueError("the instant to start from needs a time zone")
    if not EVERY_DAY.intersection(days):
        raise ValueError("a schedule needs at least one weekday, from 0 (Monday) to 6 (Sunday)")
    # A time that a clock change pushed past midnight belongs to the day before, so the search begins there.
    first = after.astimezone(zone).date() - timedelta(days=1)
    for offset in count():
        day = first + timedelta(days=offset)
        if day.weekday() not in days or not day_exists(day, zone):
            continue
        instant = instant_of(day, at, zone)
        if instant > after:
            yield Occurrence(instant, day)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first instant, in UTC, at which the clocks of the zone show that time of that day or later."""
    wanted = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    instant = wanted.replace(tzinfo=zone).astimezone(UTC)
    if _wall(instant, zone) == wanted:
        return instant
    return _end_of_gap(wanted, zone)


def day_exists(day: date, zone: ZoneInfo) -> bool:
    """Tell whether the zone has that day at all: Samoa, for one, had no 30 December 2011."""
    return _wall(instant_of(day, time(), zone), zone).date() == day


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _end_of_gap(wanted: datetime, zone: ZoneInfo) -> datetime:
    """Find by halving the second at which the clocks jump over `wanted`: the offsets before and after bracket it."""
    early = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = wanted.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if _wall(middle, zone) < wanted:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
