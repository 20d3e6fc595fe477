"""The rota in a groups file: [[group.on_call]] and [[group.off_duty]], read with every mistake's line, and written."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time
from typing import Any

from bot.groups.model import WEEKDAYS, Hours, Rota, Weekday
from bot.groups.week import Clash, clashes

Bad = Callable[[str, str, str], None]

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_MIDNIGHT = "24:00"
_FIELDS = ("who", "days", "from", "to")
_EXAMPLE = 'Write who = 3001, days = ["mon"], from = "09:00", to = "17:00".'
_NAMES = {"on_call": "shift", "off_duty": "off-duty time"}


def rota(entry: Mapping[str, Any], therapists: Sequence[int], bad: Bad) -> Rota | None:
    """Read a group's rota; None if the file says nothing about it, so that what is stored stays."""
    if "on_call" not in entry and "off_duty" not in entry:
        return None
    shifts = _list(entry, "on_call", therapists, bad)
    off_duty = _list(entry, "off_duty", therapists, bad)
    for clash in clashes([shift for _, shift in shifts]):
        _tell_overlap([number for number, _ in shifts], clash, bad)
    for number, shift in shifts:
        if any(clashes([shift, hours]) for _, hours in off_duty if hours.who == shift.who):
            message = f"shift {number + 1} lies in off-duty time of {shift.who}."
            bad(f"on_call[{number}]", message, "Give the shift to somebody else, or change the off-duty time.")
    return Rota(tuple(shift for _, shift in shifts), tuple(hours for _, hours in off_duty))


def tables(rota: Rota) -> list[str]:
    """Write the tables of a rota, as `rota` reads them."""
    return [line for name, listed in _named(rota) for hours in listed for line in _written(name, hours)]


def empty_lists(rota: Rota) -> list[str]:
    """Write the lists of a rota that hold nothing: these have to stand before the group's first table."""
    return [f"{name} = []" for name, listed in _named(rota) if not listed]


def _named(rota: Rota) -> Iterator[tuple[str, tuple[Hours, ...]]]:
    yield "on_call", rota.shifts
    yield "off_duty", rota.off_duty


def _list(entry: Mapping[str, Any], name: str, therapists: Sequence[int], bad: Bad) -> list[tuple[int, Hours]]:
    listed = entry.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        bad(name, f"{name} has to be a list of tables.", f"Write [[group.{name}]] above each {_NAMES[name]}.")
        return []
    found = [(number, _hours(each, f"{name}[{number}]", therapists, bad)) for number, each in enumerate(listed)]
    return [(number, hours) for number, hours in found if hours is not None]


def _hours(table: Mapping[str, Any], where: str, therapists: Sequence[int], bad: Bad) -> Hours | None:
    for field in sorted(set(table) - set(_FIELDS)):
        bad(f"{where}.{field}", f"{field} is not a known setting.", f"Known: {', '.join(_FIELDS)}.")
    missing = [field for field in _FIELDS if field not in table]
    if missing:
        bad(where, f"{', '.join(missing)} is missing.", _EXAMPLE)
        return None
    who, days = table["who"], _days(table["days"])
    start, end = clock(table["from"]), clock(table["to"], end=True)
    if who not in therapists or isinstance(who, bool):
        bad(f"{where}.who", f"{who} is no therapist of this group.", "Add this id to therapists, or name another.")
    if not days:
        bad(f"{where}.days", "days holds something that is no day.", f"Use: {', '.join(WEEKDAYS)}.")
    for field, value in (("from", start), ("to", end)):
        if value is None:
            bad(f"{where}.{field}", f"{field} is no time of day.", 'Write it as "09:00".')
    if not days or start is None or end is None or who not in therapists:
        return None
    return Hours(int(who), days, start, end)


def _days(value: Any) -> tuple[Weekday, ...]:
    if not isinstance(value, list) or not set(map(str, value)) <= set(WEEKDAYS):
        return ()
    return tuple(day for day in WEEKDAYS if day in value)


def clock(value: Any, *, end: bool = False) -> time | None:
    """Read a time of day; an end may be "24:00", which is midnight. None if it is none."""
    if end and value == _MIDNIGHT:
        return time()
    return time.fromisoformat(value) if isinstance(value, str) and _CLOCK.fullmatch(value) else None


def _tell_overlap(numbers: Sequence[int], clash: Clash, bad: Bad) -> None:
    first, second = numbers[clash.first], numbers[clash.second]
    bad(
        f"on_call[{second}]",
        f"shift {second + 1} overlaps shift {first + 1} on {clash.day} at {clash.at:%H:%M}.",
        "One person is on call at a time: let one shift end where the other begins.",
    )


def _written(name: str, hours: Hours) -> list[str]:
    days = ", ".join(f'"{day}"' for day in hours.days)
    return [
        f"[[group.{name}]]",
        f"who = {hours.who}",
        f"days = [{days}]",
        f'from = "{hours.start:%H:%M}"',
        f'to = "{hours.end:%H:%M}"',
    ]
