"""Days, hours and moments as people write them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crisis.on_call.times import day_in, days_in, hours_in, moment_in
from bot.groups.model import WEEKDAYS

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # Tuesday noon in New York


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", ("mon",)),
        ("mon-fri", WEEKDAYS[:5]),
        ("Mon - Wed, sat", ("mon", "tue", "wed", "sat")),
        ("fri-mon", ("mon", "fri", "sat", "sun")),
        ("every day", WEEKDAYS),
        ("lun-vie", WEEKDAYS[:5]),
        ("miércoles", ("wed",)),
        ("saturday sunday", ("sat", "sun")),
    ],
)
def test_days_are_read(text, days):
    assert days_in(text) == days


@pytest.mark.parametrize("text", ["", "someday", "mon-", "mon-tue-wed", "1-5"])
def test_what_is_no_day_is_refused(text):
    assert days_in(text) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("9-17", (time(9), time(17))),
        ("22:00-07:00", (time(22), time(7))),
        ("9.30 to 17.15", (time(9, 30), time(17, 15))),
        ("0-24", (time(0), time(0))),
    ],
)
def test_hours_are_read(text, hours):
    assert hours_in(text) == hours


@pytest.mark.parametrize("text", ["", "9", "9-25", "24-7", "9:60-10", "9-24:30", "nine to five"])
def test_what_are_no_hours_is_refused(text):
    assert hours_in(text) is None


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2026-11-25 18:00", "2026-11-25T18:00"),
        ("2026-11-25T18:00", "2026-11-25T18:00"),
        ("18:00", "2026-11-24T18:00"),
        ("9", "2026-11-25T09:00"),
        ("tue 18:00", "2026-11-24T18:00"),
        ("tue 11:00", "2026-12-01T11:00"),
        ("viernes 9", "2026-11-27T09:00"),
    ],
)
def test_moments_are_read_in_the_groups_zone(text, local):
    assert moment_in(text, NEW_YORK, NOW) == datetime.fromisoformat(local).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01 9:00", "2026-11-25", "xyz 9:00", "25:00", "24:00"])
def test_what_is_no_moment_is_refused(text):
    assert moment_in(text, NEW_YORK, NOW) is None


def test_a_day_has_its_year_first():
    assert day_in("2026-11-24") == date(2026, 11, 24)
    assert day_in("24.11.2026") is None
    assert day_in("2026-02-30") is None
    assert day_in("9999-12-31") is None, "past the calendar's end no clock time can be reckoned"


@given(st.text(max_size=40))
def test_no_text_makes_a_reader_fall_over(text):
    for read in (days_in, hours_in, day_in, lambda text: moment_in(text, NEW_YORK, NOW)):
        read(text)
