"""When a group's prompts are posted, read, written and stored: once a day, several times, or each day in its way."""

import re
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any, Final

from bot.groups.model import WEEKDAYS, DailyPromptTimes, Weekday

MOST_A_DAY: Final = 4
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_KEYS: Final = {"time", "times", "days", *WEEKDAYS}

Bad = Callable[[str, str, str], None]
"""Takes a mistake: the setting, what is wrong with it, and what to do."""


def read(table: object, bad: Bad) -> DailyPromptTimes | None:
    """Read [group.daily_prompts]; None if there is a mistake in it, which `bad` has then been told of."""
    if not isinstance(table, dict):
        bad("daily_prompts", "daily_prompts has to be a table.", "Write [group.daily_prompts].")
        return None
    return _Reader(table, bad).times()


def written(times: DailyPromptTimes) -> list[str]:
    """Write the lines of [group.daily_prompts]."""
    usual = _usual(times)
    if usual:
        key = f"time = {_quoted(usual[0])}" if len(usual) == 1 else f"times = {_list(usual)}"
        days = [day for day, at in zip(WEEKDAYS, times.week, strict=True) if at == usual]
        head = [key, f"days = [{', '.join(f'{chr(34)}{day}{chr(34)}' for day in days)}]"]
    else:
        head = []
    own = [f"{day} = {_list(at)}" for day, at in zip(WEEKDAYS, times.week, strict=True) if at and at != usual]
    return ["[group.daily_prompts]", *head, *own]


def described(times: DailyPromptTimes) -> str:
    """Say in a line at which times and on which days."""
    days: dict[tuple[time, ...], list[Weekday]] = {}
    for day, at in zip(WEEKDAYS, times.week, strict=True):
        if at:
            days.setdefault(at, []).append(day)
    return "; ".join(f"{','.join(f'{each:%H:%M}' for each in at)} {','.join(on)}" for at, on in days.items())


def stored(times: DailyPromptTimes) -> dict[str, list[str]]:
    """Return it as plain data for the database."""
    return {day: [f"{at:%H:%M}" for at in times.on(day)] for day in times.days}


def from_stored(data: Mapping[str, Any]) -> DailyPromptTimes:
    """Read it back, also as it was stored when a group could have one time only."""
    if "time" in data:
        return DailyPromptTimes.at(time.fromisoformat(data["time"]), days=tuple(data["days"]))
    return DailyPromptTimes(tuple(tuple(time.fromisoformat(at) for at in data.get(day, ())) for day in WEEKDAYS))


class _Reader:
    def __init__(self, table: Mapping[str, Any], bad: Bad) -> None:
        self._table = table
        self._bad = bad
        self._good = True

    def times(self) -> DailyPromptTimes | None:
        for key in sorted(set(self._table) - _KEYS):
            known = f"Known: time, times, days, {', '.join(WEEKDAYS)}."
            self._refuse(key, f"daily_prompts.{key} is not a known setting.", known)
        own = {day: self._clocks(day) for day in WEEKDAYS if day in self._table}
        usual, days = self._usual(own), self._days(own)
        if not self._good:
            return None
        week = tuple(own.get(day, usual if day in days else ()) for day in WEEKDAYS)
        if any(week):
            return DailyPromptTimes(week)
        remedy = "Give at least one day a time, or leave [group.daily_prompts] out."
        self._refuse("daily_prompts", "daily_prompts names no time on any day.", remedy)
        return None

    def _usual(self, own: Mapping[Weekday, object]) -> tuple[time, ...]:
        if "time" in self._table and "times" in self._table:
            self._refuse("times", "time and times are both there.", "Keep one of the two.")
        for key in ("times", "time"):
            if key in self._table:
                return self._clocks(key)
        if not own or "days" in self._table:
            remedy = 'Write time = "09:00", or times = ["09:00", "18:00"].'
            self._refuse("daily_prompts", "there is no time of day.", remedy)
        return ()

    def _days(self, own: Mapping[Weekday, object]) -> frozenset[str]:
        value = self._table.get("days", [day for day in WEEKDAYS if day not in own])
        asked = "days" in self._table
        if not isinstance(value, list) or (asked and not value) or not set(map(str, value)) <= set(WEEKDAYS):
            self._refuse("days", "days holds something that is no day.", f"Use: {', '.join(WEEKDAYS)}.")
            return frozenset()
        for day in sorted(set(value) & set(own), key=WEEKDAYS.index):
            self._refuse(day, f"{day} stands in days and has times of its own.", "Take it out of one of the two.")
        return frozenset(value)

    def _clocks(self, key: str) -> tuple[time, ...]:
        """Read one time or a list of them; a list may be empty for a day without prompts."""
        value = self._table[key]
        listed = value if isinstance(value, list) and key != "time" else [value]
        if not all(isinstance(at, str) and _CLOCK.fullmatch(at) for at in listed) or (key == "times" and not listed):
            example = '"09:00"' if key == "time" else '["09:00", "18:00"]'
            self._refuse(key, f"{key} is no time of day.", f"Write {key} = {example}, from 00:00 to 23:59.")
            return ()
        if len(set(listed)) != len(listed):
            self._refuse(
                key, f"{key} names a time twice.", "Name each once: two prompts at once would be one too many."
            )
        if len(listed) > MOST_A_DAY:
            remedy = f"Leave some out: {MOST_A_DAY} fit. Members who cannot keep up stop reading."
            self._refuse(key, f"{key} asks for {len(listed)} prompts a day.", remedy)
        return tuple(sorted(time.fromisoformat(at) for at in listed))

    def _refuse(self, key: str, message: str, remedy: str) -> None:
        self._good = False
        self._bad(key if key == "daily_prompts" else f"daily_prompts.{key}", message, remedy)


def _usual(times: DailyPromptTimes) -> tuple[time, ...]:
    """Return the times that most days have; the earliest such day's, if several are as frequent."""
    on = [at for at in times.week if at]
    return max(on, key=on.count, default=())


def _list(times: tuple[time, ...]) -> str:
    return f"[{', '.join(_quoted(at) for at in times)}]"


def _quoted(at: time) -> str:
    return f'"{at:%H:%M}"'
