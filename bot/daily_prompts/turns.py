"""When a group's turns come, and what kind of day each is: pure, from the group as it was imported."""

from datetime import time, timedelta
from hashlib import sha256
from typing import Final

from bot.daily_prompts import policy
from bot.daily_prompts.model import Day, Schedule, Turn
from bot.daily_prompts.sessions.weeks import Rhythm
from bot.groups.model import Group

_WRITTEN_OUT: Final = 60  # signs, so that it fits its column with the longest zone


def schedule_of(group: Group) -> Schedule | None:
    """Return when a group gets its prompts; None if it gets none."""
    times = group.daily_prompts
    return None if times is None else Schedule(times.week, group.zone)


def made_for(schedule: Schedule | None) -> str:
    """Write a schedule in a few signs, so that a stored timer can be compared with it."""
    if schedule is None:
        return ""
    days: dict[tuple[time, ...], str] = {}
    for day, times in enumerate(schedule.week):
        if times:
            days[times] = days.get(times, "") + str(day)
    written = "; ".join(f"{','.join(f'{at:%H:%M}' for at in times)} {on}" for times, on in days.items())
    short = written if len(written) <= _WRITTEN_OUT else sha256(written.encode()).hexdigest()[:_WRITTEN_OUT]
    return f"{short} {schedule.zone.key}"


def first_turn(group: Group, *, is_new: bool) -> Turn | None:
    """Return the first turn after the import or the change, so that what was due while the bot was down counts."""
    schedule = schedule_of(group)
    after = group.imported_at if is_new else group.changed_at
    return None if schedule is None else policy.next_turn(schedule, after)


def day_of(group: Group, turn: Turn, rhythm: Rhythm, *, heavy: bool) -> Day:
    """Say what kind of day a turn falls on."""
    return policy.describe_day(
        turn.day,
        sessions=rhythm.days_until(turn.day + timedelta(days=1)),
        began=group.imported_at.astimezone(group.zone).date(),
        heavy=heavy,
        place=turn.place,
        week=rhythm.week_of(turn.day),
    )
