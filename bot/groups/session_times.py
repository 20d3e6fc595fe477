"""A group's session times as people write them in the group file, and as they are stored."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any, Final

from bot.groups.model import DIGEST_BEFORE, REMIND_BEFORE, WEEKDAYS, SessionTimes
from bot.groups.week import YEARS

Bad = Callable[[str, str, str], None]
"""Takes a mistake: the field, what is wrong, and what to do about it."""

OFF: Final = "off"
SHORTEST, LONGEST = 15, 480
"""Minutes of a session."""
MOST_WEEKS: Final = 12
_HOURS = range(1, 73)
_KNOWN = {
    "days", "time", "minutes", "every_weeks", "starting", "remind_before", "digest_before", "takeaway",
    "event_channel",
}  # fmt: skip
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")
_WAIT = re.compile(r"([1-9][0-9]?)h")
_LARGEST_ID = 2**63 - 1


def read(table: Any, bad: Bad) -> SessionTimes | None:
    """Read [group.session]; None for `session = false` and for a table with a mistake, which `bad` is told."""
    if table is None or table is False:
        return None
    if not isinstance(table, dict):
        bad("session", "session has to be a table.", "Write [group.session], or session = false for no sessions.")
        return None
    found = _Reader(table, bad)
    return found.times()


class _Reader:
    """Reads the table field by field; afterwards `good` says whether all of it could be used."""

    def __init__(self, table: Mapping[str, Any], bad: Bad) -> None:
        self._table = table
        self._tell = bad
        self.good = True

    def times(self) -> SessionTimes | None:
        for field in sorted(set(self._table) - _KNOWN):
            self._bad(field, f"session.{field} is not a known setting.", f"Known: {', '.join(sorted(_KNOWN))}.")
        every = self._number("every_weeks", 1, 1, MOST_WEEKS, "a whole number of weeks")
        starting = self._starting()
        if every > 1 and starting is None and "starting" not in self._table:
            remedy = "Add the day of one session: starting = 2027-01-12."
            self._bad("every_weeks", "every_weeks needs to know which weeks.", remedy)
        values: dict[str, Any] = {
            "days": self._days(),
            "time": self._time(),
            "length": timedelta(minutes=self._number("minutes", 90, SHORTEST, LONGEST, "a length in minutes")),
            "every_weeks": every,
            "starting": starting,
            "remind_before": self._hours("remind_before", REMIND_BEFORE),
            "digest_before": self._hours("digest_before", DIGEST_BEFORE),
            "takeaway": self._switch("takeaway"),
            "event_channel": self._channel(),
        }
        return SessionTimes(**values) if self.good else None

    def _bad(self, field: str, message: str, remedy: str) -> None:
        self.good = False
        self._tell(f"session.{field}", message, remedy)

    def _days(self) -> tuple[Any, ...]:
        days = self._table.get("days")
        if not isinstance(days, list) or not days or not set(map(str, days)) <= set(WEEKDAYS):
            self._bad("days", "days has to list the weekdays of the session.", f"Use: {', '.join(WEEKDAYS)}.")
            return ()
        return tuple(day for day in WEEKDAYS if day in days)

    def _time(self) -> time | None:
        at = self._table.get("time")
        found = time_in(at) if isinstance(at, str) else None
        if found is None:
            self._bad("time", "time is no time of day.", 'Write it as "18:00", in the group\'s own time.')
        return found

    def _starting(self) -> date | None:
        written = self._table.get("starting")
        if written is None:
            return None
        try:
            day = date.fromisoformat(str(written))
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            self._bad("starting", "starting is no day.", "Write it as 2027-01-12.")
            return None
        return day

    def _number(self, field: str, default: int, least: int, most: int, what: str) -> int:
        value = self._table.get(field, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self._bad(field, f"{field} is not usable.", f"It has to be {what}, from {least} to {most}.")
            return default
        return value

    def _hours(self, field: str, default: timedelta) -> timedelta | None:
        value = self._table.get(field)
        if value is None:
            return default
        if value == OFF:
            return None
        found = _WAIT.fullmatch(value) if isinstance(value, str) else None
        if found is None or int(found[1]) not in _HOURS:
            self._bad(field, f"{field} is not usable.", 'Write the hours before the session, as "24h", or "off".')
            return default
        return timedelta(hours=int(found[1]))

    def _switch(self, field: str) -> bool:
        value = self._table.get(field, True)
        if not isinstance(value, bool):
            self._bad(field, f"{field} is not usable.", "Write true or false.")
            return True
        return value

    def _channel(self) -> int | None:
        value = self._table.get("event_channel")
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LARGEST_ID:
            remedy = "Copy the id of a voice channel that this group alone can see, or leave it out."
            self._bad("event_channel", "event_channel is no Discord id.", remedy)
            return None
        return value


def time_in(text: str) -> time | None:
    """Read a time of day as people write it ("18:00", "9:30"); None if it is none."""
    written = text.strip()
    return time.fromisoformat(written.rjust(5, "0")) if _CLOCK.fullmatch(written) else None


def lines(times: SessionTimes) -> list[str]:
    """Write [group.session] as `read` takes it."""
    days = ", ".join(f'"{day}"' for day in times.days)
    written = [
        "[group.session]",
        f"days = [{days}]",
        f'time = "{times.time:%H:%M}"',
        f"minutes = {_minutes(times.length)}",
        f"every_weeks = {times.every_weeks}",
    ]
    if times.starting is not None:
        written.append(f"starting = {times.starting.isoformat()}")
    written += [
        f'remind_before = "{_hours_text(times.remind_before)}"',
        f'digest_before = "{_hours_text(times.digest_before)}"',
        f"takeaway = {str(times.takeaway).lower()}",
    ]
    if times.event_channel is not None:
        written.append(f"event_channel = {times.event_channel}")
    return written


def as_plain(times: SessionTimes) -> dict[str, Any]:
    """Write session times as plain data, for the database."""
    return {
        "days": list(times.days),
        "time": f"{times.time:%H:%M}",
        "minutes": _minutes(times.length),
        "every_weeks": times.every_weeks,
        "starting": times.starting.isoformat() if times.starting else None,
        "remind_minutes": None if times.remind_before is None else _minutes(times.remind_before),
        "digest_minutes": None if times.digest_before is None else _minutes(times.digest_before),
        "takeaway": times.takeaway,
        "event_channel": times.event_channel,
    }


def from_plain(data: Mapping[str, Any]) -> SessionTimes:
    """Read what `as_plain` wrote."""
    return SessionTimes(
        days=tuple(data["days"]),
        time=time.fromisoformat(data["time"]),
        length=timedelta(minutes=data["minutes"]),
        every_weeks=data["every_weeks"],
        starting=date.fromisoformat(data["starting"]) if data["starting"] else None,
        remind_before=_span(data["remind_minutes"]),
        digest_before=_span(data["digest_minutes"]),
        takeaway=data["takeaway"],
        event_channel=data["event_channel"],
    )


def _span(minutes: int | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60


def _hours_text(span: timedelta | None) -> str:
    return OFF if span is None else f"{_minutes(span) // 60}h"
