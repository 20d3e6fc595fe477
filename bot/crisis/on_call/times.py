"""Days, hours and moments as people write them; None where they cannot be understood, never a guess."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.daily_prompts.schedule import instant_of
from bot.groups.model import WEEKDAYS, Weekday
from bot.groups.week import day_of

_CLOCK = r"([01]?[0-9]|2[0-4])(?:[:.]([0-5][0-9]))?"
_HOURS = re.compile(rf"{_CLOCK}\s*(?:-|–|to|a|bis)\s*{_CLOCK}")
_MOMENT = re.compile(rf"(?:(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})[ ,t]+|([^\W\d_]+)\.?[ ,]+)?{_CLOCK}")
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_MIDNIGHT = 24

# The first letters of the days in the languages that the bot speaks.
_NAMES: dict[str, Weekday] = {
    **{day: day for day in WEEKDAYS},
    "lun": "mon", "mar": "tue", "mie": "wed", "mié": "wed", "jue": "thu", "vie": "fri", "sab": "sat", "sáb": "sat",
    "dom": "sun",
}  # fmt: skip
_EVERY = {"daily", "every day", "all", "diario", "todos los días", "todos"}


def days_in(text: str) -> tuple[Weekday, ...] | None:
    """Read days: "mon-fri", "mon, wed", "every day"."""
    wanted = text.strip().casefold()
    if wanted in _EVERY:
        return WEEKDAYS
    found: set[int] = set()
    for part in re.split(r"[,;/\s]+", re.sub(r"\s*(?:-|–)\s*", "-", wanted)):
        ends = [_weekday(each) for each in part.split("-")]
        first, last = ends[0], ends[-1]
        if first is None or last is None or len(ends) > 2:  # noqa: PLR2004
            return None
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return tuple(WEEKDAYS[number] for number in sorted(found))


def hours_in(text: str) -> tuple[time, time] | None:
    """Read hours: "9-17", "22:00-07:00"; an end of 24 is midnight."""
    match = _HOURS.fullmatch(text.strip().casefold())
    if match is None or int(match[1]) == _MIDNIGHT:
        return None
    start, end = _clock(match[1], match[2]), _clock(match[3], match[4])
    return None if start is None or end is None else (start, end)


def moment_in(text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Read a moment in a zone: "2026-11-24 18:00", "tue 18:00", or "18:00", which is the next one."""
    match = _MOMENT.fullmatch(text.strip().casefold())
    at = _clock(match[5], match[6]) if match else None
    if match is None or at is None or int(match[5]) == _MIDNIGHT:
        return None
    today = now.astimezone(zone).date()
    if match[1]:
        day = day_of(int(match[1]), int(match[2]), int(match[3]))
        return None if day is None else instant_of(day, at, zone)
    wanted = _weekday(match[4]) if match[4] else None
    if match[4] and wanted is None:
        return None
    for step in range(8):
        day = today + timedelta(days=step)
        instant = instant_of(day, at, zone)
        if instant > now and wanted in (None, day.weekday()):
            return instant
    return None


def day_in(text: str) -> date | None:
    """Read a day in figures, the year first."""
    match = _DATE.fullmatch(text.strip())
    return None if match is None else day_of(int(match[1]), int(match[2]), int(match[3]))


def _weekday(name: str) -> int | None:
    day = _NAMES.get(name.strip(". ")[:3])
    return None if day is None else WEEKDAYS.index(day)


def _clock(hour: str, minute: str | None) -> time | None:
    if int(hour) == _MIDNIGHT:
        return time() if int(minute or 0) == 0 else None
    return time(int(hour), int(minute or 0))
