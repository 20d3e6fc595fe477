"""A group's session times in its file: read, refused with line and remedy, written back, kept by an import."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.errors import BadInput
from bot.groups import session_times, toml_file
from bot.groups.model import SessionTimes
from bot.groups.service import Groups
from tests.support.groups import SESSION, TUESDAY

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FULL = SessionTimes(
    days=("tue", "fri"),
    time=time(18, 30),
    length=timedelta(minutes=75),
    every_weeks=2,
    starting=date(2027, 1, 12),
    remind_before=None,
    digest_before=timedelta(hours=5),
    takeaway=False,
    event_channel=2003,
)


def test_session_times_are_read_with_what_is_usual():
    group = toml_file.parse(TUESDAY + SESSION, NOW)[0]
    assert group.session == SessionTimes(("tue",), time(18), timedelta(minutes=90))
    assert (group.session.remind_before, group.session.digest_before) == (timedelta(hours=24), timedelta(hours=3))


@pytest.mark.parametrize("times", [FULL, SessionTimes(("mon",), time(7), timedelta(minutes=15))])
def test_what_is_written_is_read_again(times):
    group = replace(toml_file.parse(TUESDAY, NOW)[0], session=times)
    assert toml_file.parse(toml_file.write([group]), NOW)[0].session == times
    assert session_times.from_plain(session_times.as_plain(times)) == times


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('days = ["tue"]', "days = []", 20, "weekdays of the session"),
        ('days = ["tue"]', 'days = ["tuesday"]', 20, "Use: mon, tue"),
        ('time = "18:00"', 'time = "6 pm"', 21, "no time of day"),
        ("minutes = 90", "minutes = 5", 22, "from 15 to 480"),
        ("minutes = 90", "every_weeks = 2", 22, "starting = 2027-01-12"),
        ("minutes = 90", 'starting = "soon"', 22, "starting is no day"),
        ("minutes = 90", "starting = 9999-12-31", 22, "starting is no day"),
        ("minutes = 90", 'remind_before = "1 day"', 22, '"24h", or "off"'),
        ("minutes = 90", 'digest_before = "90h"', 22, '"24h", or "off"'),
        ("minutes = 90", "event_channel = true", 22, "voice channel"),
        ("minutes = 90", "takeaway = 1", 22, "true or false"),
        ("minutes = 90", "colour = 1", 22, "session.colour is not a known setting"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_a_remedy(old, new, line, says):
    with pytest.raises(BadInput) as refusal:
        toml_file.parse(TUESDAY + SESSION.replace(old, new), NOW)
    assert f"groups.toml:{line}: " in refusal.value.message
    assert says in refusal.value.message


def test_session_has_to_be_a_table():
    with pytest.raises(BadInput, match="session = false"):
        toml_file.parse(TUESDAY.replace('country = "US"', 'country = "US"\nsession = "tuesdays"'), NOW)


async def test_an_import_that_does_not_speak_of_sessions_keeps_them_and_false_takes_them_away(database, vault):
    groups = Groups(database, vault)
    await groups.save(toml_file.parse(TUESDAY + SESSION, NOW), NOW)
    assert await groups.save(toml_file.parse(TUESDAY, NOW), NOW) == []
    stored = (await groups.read_all())[0]
    assert stored.session is not None
    none = toml_file.parse(TUESDAY.replace('country = "US"', 'country = "US"\nsession = false'), NOW)
    assert [change.fields for change in await groups.save(none, NOW)] == [("session",)]
    assert (await groups.read_all())[0].session is None
