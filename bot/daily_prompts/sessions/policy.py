"""Pure rules of the rhythm: when sessions are, and when what happens around them is due."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.daily_prompts.schedule import instant_of, occurrences
from bot.daily_prompts.sessions.model import Session, Slot, Step, StepKind
from bot.daily_prompts.steering.model import Break
from bot.groups.model import WEEKDAYS, SessionTimes

TOO_SHORT_BEFORE = timedelta(minutes=10)
"""A reminder later than this before its session helps nobody."""
TAKEAWAY_GRACE = timedelta(hours=12)
_LOOKED_THROUGH = 400


def slots(times: SessionTimes, zone: ZoneInfo, after: datetime) -> Iterator[Slot]:
    """Yield every session later than `after`, in order and without end."""
    weekdays = [WEEKDAYS.index(day) for day in times.days]
    if times.starting is not None:
        after = max(after, instant_of(times.starting, time(), zone) - timedelta(seconds=1))
    for found in occurrences(after, times.time, weekdays, zone):
        if _in_a_session_week(found.day, times):
            yield Slot(found.day, found.at, found.at + times.length)


def next_slot(
    times: SessionTimes,
    zone: ZoneInfo,
    after: datetime,
    *,
    after_day: date | None = None,
    taken: Collection[date] = (),
    breaks: Collection[Break] = (),
) -> Slot | None:
    """Return the first session later than `after` on a free day: none that is taken, past, or within a break."""
    for number, slot in enumerate(slots(times, zone, after)):
        if number >= _LOOKED_THROUGH:
            break
        past = after_day is not None and slot.day <= after_day
        if not past and slot.day not in taken and not covered(slot.day, breaks):
            return slot
    return None


def covered(day: date, breaks: Collection[Break]) -> bool:
    """Tell whether a day lies within a break."""
    return any(each.covers(day) for each in breaks)


def local_day(session: Session, zone: ZoneInfo) -> date:
    """Return the local day on which a session truly is, also where it was moved."""
    return session.slot.starts_at.astimezone(zone).date()


def last_day(session: Session, zone: ZoneInfo) -> date:
    """Return the day after which the following session is looked for."""
    return max(session.slot.day, local_day(session, zone))


def steps(session: Session, times: SessionTimes | None) -> list[Step]:
    """Return what happens around a session, in the order of time."""
    starts, ends = session.slot.starts_at, session.slot.ends_at
    found = [Step(ends, StepKind.OVER, None)]
    remind = times.remind_before if times else None
    digest = times.digest_before if times else None
    if times is not None and times.event_channel is not None:
        found.append(Step(session.planned_at, StepKind.EVENT, starts - TOO_SHORT_BEFORE))
    if remind is not None:
        found.append(Step(starts - remind, StepKind.REMIND, starts - TOO_SHORT_BEFORE))
    if digest is not None:
        found.append(Step(starts - digest, StepKind.DIGEST, starts))
    if times is None or times.takeaway:
        found.append(Step(ends, StepKind.TAKEAWAY, ends + TAKEAWAY_GRACE))
    order = list(StepKind)
    return sorted(found, key=lambda step: (step.due_at, order.index(step.kind)))


def next_due(session: Session, times: SessionTimes | None, begun: Collection[StepKind]) -> datetime | None:
    """Return when the first step that has not begun is due; None after the last."""
    return min((step.due_at for step in steps(session, times) if step.kind not in begun), default=None)


def made_for(times: SessionTimes | None, zone: ZoneInfo) -> str:
    """Write session times in a few signs, so that what was planned can be compared with them."""
    if times is None:
        return ""
    days = ",".join(times.days)
    spans = f"{times.remind_before} {times.digest_before} {times.takeaway} {times.event_channel}"
    return f"{days} {times.time:%H:%M} {times.length} {times.every_weeks} {times.starting} {spans} {zone.key}"


def _in_a_session_week(day: date, times: SessionTimes) -> bool:
    if times.starting is None:
        return True
    weeks = (_monday(day) - _monday(times.starting)).days // 7
    return weeks % times.every_weeks == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
