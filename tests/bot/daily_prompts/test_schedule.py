from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.daily_prompts.schedule import (
    EVERY_DAY,
    Occurrence,
    day_exists,
    instant_of,
    next_occurrence,
    next_on_calendar,
    occurrences,
)

# Files in the zone database that name no place: leap-second variants, the machine's own zone, the factory default.
ZONES = sorted(
    name
    for name in available_timezones()
    if not name.startswith(("posix/", "right/", "SystemV/")) and name not in {"localtime", "Factory"}
)
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)
MINUTES = 24 * 60

zones = st.sampled_from(ZONES)
days = st.dates(FIRST, LAST)
times = st.integers(0, MINUTES - 1).map(lambda minute: time(minute // 60, minute % 60))
new_york = ZoneInfo("America/New_York")


def first_minute_showing(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Walk through the minutes as somebody who watches the clock on the wall would."""
    wanted = datetime.combine(day, at)
    minute = datetime.combine(day, at, tzinfo=UTC) - timedelta(hours=15)
    while minute.astimezone(zone).replace(tzinfo=None) < wanted:
        minute += timedelta(minutes=1)
    return minute


def changes_of_clock(zone: ZoneInfo) -> list[date]:
    def offset(day: date) -> timedelta | None:
        return datetime.combine(day, time(12), tzinfo=UTC).astimezone(zone).utcoffset()

    weeks = [FIRST + timedelta(weeks=n) for n in range((LAST - FIRST).days // 7)]
    offsets = [offset(week) for week in weeks]
    changed = [week for week, now, then in zip(weeks, offsets, offsets[1:], strict=False) if now != then]
    return [
        next(day for n in range(1, 8) if offset(day := week + timedelta(days=n)) != offset(week)) for week in changed
    ]


@cache
def changes() -> list[tuple[str, date]]:
    """Return every change of a clock in every zone; looked up when it is needed, as it takes two seconds."""
    return [(name, day) for name in ZONES for day in changes_of_clock(ZoneInfo(name))]


around_changes = st.deferred(lambda: st.sampled_from(changes())).flatmap(
    lambda change: st.tuples(
        st.just(change[0]), st.integers(-2, 2).map(lambda offset: change[1] + timedelta(days=offset))
    )
)


@given(st.one_of(st.tuples(zones, days), around_changes), times)
@example(("America/New_York", date(2027, 3, 14)), time(2, 30))
@example(("America/New_York", date(2027, 3, 15)), time(0, 0))
@example(("America/New_York", date(2027, 11, 7)), time(1, 30))
@example(("Africa/Cairo", date(2027, 4, 30)), time(0, 30))
@example(("America/Nuuk", date(2027, 3, 27)), time(23, 30))
@example(("Australia/Lord_Howe", date(2027, 10, 3)), time(2, 10))
@settings(max_examples=400, deadline=None)
def test_an_instant_is_the_first_at_which_the_wall_clock_shows_the_time(where: tuple[str, date], at: time) -> None:
    zone = ZoneInfo(where[0])
    assert instant_of(where[1], at, zone) == first_minute_showing(where[1], at, zone)


@given(st.one_of(st.tuples(zones, days), around_changes), times, st.integers(0, MINUTES))
@settings(max_examples=400, deadline=None)
def test_every_local_day_comes_exactly_once(where: tuple[str, date], at: time, back: int) -> None:
    zone = ZoneInfo(where[0])
    start = datetime.combine(where[1], at, tzinfo=UTC) - timedelta(days=3, minutes=back)
    found = list(islice(occurrences(start, at, EVERY_DAY, zone), 9))
    assert [o.day for o in found] == [found[0].day + timedelta(days=n) for n in range(9)]
    assert [o.at for o in found] == sorted({o.at for o in found})
    assert found[0].at > start
    assert instant_of(found[0].day - timedelta(days=1), at, zone) <= start


@given(zones, times, st.integers(FIRST.year, LAST.year))
@settings(max_examples=60, deadline=None)
def test_a_whole_year_of_single_steps_meets_every_day_once(name: str, at: time, year: int) -> None:
    zone = ZoneInfo(name)
    now = instant_of(date(year, 1, 1), at, zone) - timedelta(seconds=1)
    met: list[date] = []
    while not met or met[-1] < date(year, 12, 31):
        occurrence = next_on_calendar(now, at, EVERY_DAY, zone)
        met.append(occurrence.day)
        now = occurrence.at
    assert met == [date(year, 1, 1) + timedelta(days=n) for n in range(len(met))]
    assert len(met) in {365, 366}


@given(st.one_of(st.tuples(zones, days), around_changes), times, st.frozensets(st.integers(0, 6), min_size=1))
@settings(max_examples=300, deadline=None)
def test_only_the_chosen_weekdays_come(where: tuple[str, date], at: time, weekdays: frozenset[int]) -> None:
    zone = ZoneInfo(where[0])
    start = datetime.combine(where[1], at, tzinfo=UTC)
    chosen = list(islice(occurrences(start, at, weekdays, zone), 8))
    daily = [o for o in islice(occurrences(start, at, EVERY_DAY, zone), 60) if o.day.weekday() in weekdays]
    assert chosen == daily[:8]


@given(zones, days, times, st.integers(0, 3 * MINUTES * 60))
@settings(max_examples=200, deadline=None)
def test_asking_at_any_moment_before_gives_the_same_answer(name: str, day: date, at: time, seconds: int) -> None:
    zone = ZoneInfo(name)
    start = datetime.combine(day, at, tzinfo=UTC)
    there = next_occurrence(start, at, EVERY_DAY, zone)
    between = start + timedelta(seconds=seconds)
    assume(between < there)
    assert next_occurrence(between, at, EVERY_DAY, zone) == there


def test_the_zones_include_those_whose_clocks_change_at_midnight() -> None:
    assert {"Africa/Cairo", "America/Nuuk", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe"} <= set(ZONES)
    assert len(ZONES) > 400
    assert len(changes()) > 5000


def test_a_time_inside_the_spring_gap_moves_to_its_end() -> None:
    assert instant_of(date(2027, 3, 14), time(2, 30), new_york) == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_in_autumn_means_the_first() -> None:
    assert instant_of(date(2027, 11, 7), time(1, 30), new_york) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


def test_a_gap_that_ends_at_midnight_still_stands_for_the_day_before() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    found = next_on_calendar(datetime(2027, 3, 27, 12, tzinfo=UTC), time(23, 30), EVERY_DAY, nuuk)
    assert found == Occurrence(datetime(2027, 3, 28, 1, 0, tzinfo=UTC), date(2027, 3, 27))
    assert next_on_calendar(found.at, time(23, 30), EVERY_DAY, nuuk).day == date(2027, 3, 28)


def test_a_day_that_a_zone_left_out_is_left_out() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert not day_exists(date(2011, 12, 30), apia)
    found = occurrences(datetime(2011, 12, 28, 12, tzinfo=UTC), time(9), EVERY_DAY, apia)
    assert [o.day.day for o in islice(found, 4)] == [28, 29, 31, 1]


def test_the_very_instant_of_an_occurrence_leads_to_the_next() -> None:
    nine = datetime(2027, 6, 1, 13, 0, tzinfo=UTC)
    assert next_occurrence(nine, time(9), EVERY_DAY, new_york) == nine + timedelta(days=1)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        next_occurrence(datetime(2027, 6, 1), time(9), EVERY_DAY, new_york)  # noqa: DTZ001


@pytest.mark.parametrize("nothing", [frozenset(), frozenset({7})])
def test_a_schedule_without_a_weekday_is_refused(nothing: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="at least one weekday"):
        next_occurrence(datetime(2027, 6, 1, tzinfo=UTC), time(9), nothing, new_york)


@pytest.mark.long
def test_around_every_change_of_clock_in_every_zone_no_day_is_lost_or_doubled() -> None:
    for name, day in changes():
        zone = ZoneInfo(name)
        for at in (time(0), time(0, 30), time(1, 30), time(2), time(2, 30), time(3), time(12), time(23, 30)):
            start = datetime.combine(day - timedelta(days=2), at, tzinfo=UTC)
            found = list(islice(occurrences(start, at, EVERY_DAY, zone), 4))
            assert [o.day for o in found] == [found[0].day + timedelta(days=n) for n in range(4)], (name, day, at)
            assert len({o.at for o in found}) == 4
