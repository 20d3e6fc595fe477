"""When sessions are, and when what happens around them is due: in any zone, across any change of clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.daily_prompts.schedule import day_exists, instant_of
from bot.daily_prompts.sessions.model import Session, SessionState, Slot, StepKind
from bot.daily_prompts.sessions.policy import made_for, next_due, next_slot, slots, steps
from bot.daily_prompts.steering.model import Break
from bot.groups.model import WEEKDAYS, SessionTimes
from tests.bot.daily_prompts.test_schedule import ZONES

NEW_YORK = ZoneInfo("America/New_York")
WEEKLY = SessionTimes(("tue",), time(18), timedelta(minutes=90))
STARTS = datetime(2026, 11, 24, 23, tzinfo=UTC)
SESSION = Session(
    "k", "tuesday", Slot(date(2026, 11, 24), STARTS, STARTS + WEEKLY.length), SessionState.TO_COME, STARTS
)

every_times = st.builds(
    SessionTimes,
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(lambda days: tuple(d for d in WEEKDAYS if d in days)),
    time=st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60)),
    length=st.integers(15, 480).map(lambda minutes: timedelta(minutes=minutes)),
    every_weeks=st.integers(1, 12),
    starting=st.dates(date(2024, 1, 1), date(2028, 1, 1)),
)


@settings(max_examples=150)
@given(every_times, st.sampled_from(ZONES), st.integers(0, 6 * 365 * 24 * 60))
def test_every_session_day_comes_exactly_once_in_every_zone(times, zone_name, minutes):
    zone, after = ZoneInfo(zone_name), datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = list(islice(slots(times, zone, after), 6))
    assert all(slot.starts_at > after for slot in found)
    assert [slot.starts_at for slot in found] == sorted({slot.starts_at for slot in found})
    expected, day = [], min(found[0].day, after.astimezone(zone).date())
    monday = times.starting - timedelta(days=times.starting.weekday())
    while day <= found[-1].day:
        in_week = ((day - timedelta(days=day.weekday())) - monday).days // 7 % times.every_weeks == 0
        wanted = WEEKDAYS[day.weekday()] in times.days and in_week and day >= times.starting and day_exists(day, zone)
        if wanted and instant_of(day, times.time, zone) > after:
            expected.append(day)
        day += timedelta(days=1)
    assert [slot.day for slot in found] == expected


def test_a_session_stays_at_its_local_time_when_the_clocks_change():
    found = list(islice(slots(WEEKLY, NEW_YORK, datetime(2027, 3, 8, tzinfo=UTC)), 2))
    assert [slot.starts_at.hour for slot in found] == [23, 22]


def test_a_break_and_taken_days_are_passed_over():
    breaks = [Break(1, date(2026, 11, 20), date(2026, 11, 30))]
    first = next_slot(WEEKLY, NEW_YORK, STARTS - timedelta(days=3), breaks=breaks, taken=[date(2026, 12, 1)])
    assert first is not None
    assert first.day == date(2026, 12, 8)


def test_the_steps_come_in_order_and_none_without_times_but_the_end():
    times = replace(WEEKLY, event_channel=2003)
    session = replace(SESSION, planned_at=STARTS - timedelta(days=7))
    assert [step.kind for step in steps(session, times)] == list(StepKind)
    off = replace(WEEKLY, remind_before=None, digest_before=None, takeaway=False)
    assert [step.kind for step in steps(session, off)] == [StepKind.OVER]
    assert next_due(session, off, {StepKind.OVER}) is None


def test_a_change_of_any_setting_is_noticed():
    changed = [
        replace(WEEKLY, time=time(19)),
        replace(WEEKLY, takeaway=False),
        replace(WEEKLY, remind_before=None),
        replace(WEEKLY, event_channel=1),
        None,
    ]
    assert len({made_for(times, NEW_YORK) for times in (WEEKLY, *changed)}) == 6
    assert made_for(WEEKLY, NEW_YORK) != made_for(WEEKLY, ZoneInfo("UTC"))
    longest = SessionTimes(
        WEEKDAYS, time(18), timedelta(minutes=479), 12, date(2027, 1, 1), timedelta(hours=71), None, True, 2**63 - 1
    )
    assert len(made_for(longest, ZoneInfo("America/Argentina/ComodRivadavia"))) <= 200
