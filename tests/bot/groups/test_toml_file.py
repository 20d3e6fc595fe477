"""The groups file: read whole, or refused with every mistake's line and remedy."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.groups import toml_file
from bot.groups.prompt_times import described, from_stored, stored
from tests.support.groups import TUESDAY, tuesday

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def refused(text):
    with pytest.raises(BadInput) as caught:
        toml_file.parse(text, NOW)
    assert "Nothing was imported" in caught.value.remedy or "Nothing was imported" in caught.value.message
    return caught.value.message


def test_the_example_is_read():
    group = tuesday(NOW)
    assert group.name == "Tuesday circle"
    assert group.escalation.acknowledge_within == timedelta(minutes=5)
    assert [group.people_of(step) for step in range(3)] == [(3001,), (3002,), (3001, 3002)]
    assert group.daily_prompts is not None
    assert group.daily_prompts.days == ("mon", "tue", "wed", "thu", "fri")


def test_what_is_written_is_read_back_the_same():
    group = tuesday(NOW)
    assert toml_file.parse(toml_file.write([group]), NOW) == [group]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=80))
def test_any_name_survives_being_written_and_read(name):
    group = replace(tuesday(NOW), name=name.strip() or "x")
    assert toml_file.parse(toml_file.write([group]), NOW)[0].name == group.name


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('key = "tuesday"', 'key = "Tuesday!"', 3, "key is not usable"),
        ("server = 1001", "server = -4", 5, "server is no Discord id"),
        ("circle = 2001", "circle = true", 6, "circle is no Discord id"),
        ("circle = 2001", "circle = 9223372036854775808", 6, "circle is no Discord id"),
        ("care = 2002", "care = 2001", 7, "care channel is the circle"),
        ("therapists = [3001, 3002]", "therapists = []", 8, "at least one"),
        ("therapists = [3001, 3002]", "therapists = [3001, 3001, 3002]", 8, "somebody twice"),
        ("therapists = [3001, 3002]", "therapists = [3001]", 16, "names 3002"),
        ("America/New_York", "America/Springfield", 9, "timezone is not known"),
        ('"America/New_York"', '["America/New_York"]', 9, "timezone is not known"),
        ('name = "Tuesday circle"', 'name = "Tuesday\\nTo: all"', 4, "name is not usable"),
        ('language = "en"', 'language = "english"', 10, "language is not usable"),
        ('country = "US"', 'country = "usa"', 11, "country is not usable"),
        ('time = "09:00"', 'time = "9 o\'clock"', 13, "no time of day"),
        ('time = "09:00"', 'time = "24:00"', 13, "no time of day"),
        ('"mon", "tue"', '"mon", "someday"', 14, "no day"),
        ('chain = [[3001], [3002], "everyone"]', "chain = []", 16, "chain is empty"),
        ('chain = [[3001], [3002], "everyone"]', 'chain = ["nobody"]', 16, "step 1"),
        ('"5m"', '"5 minutes"', 17, "acknowledge_within is not usable"),
        ('"5m"', '"0s"', 17, "acknowledge_within is not usable"),
        ('"5m"', '"9999999999999h"', 17, "acknowledge_within is not usable"),
        ('country = "US"', 'country = "US"\ncolour = "red"', 12, "colour is not a known setting"),
        ('time = "09:00"', 'time = "09:00"\nhour = 9', 14, "daily_prompts.hour is not a known setting"),
    ],
)
def test_a_mistake_is_named_with_its_line(old, new, line, says):
    message = refused(TUESDAY.replace(old, new))
    assert f"groups.toml:{line}: " in message
    assert says in message


def test_every_mistake_is_shown_at_once():
    message = refused(TUESDAY.replace("US", "usa").replace("1001", "0").replace("5m", "soon"))
    assert len(message.splitlines()) == 3


def test_a_missing_setting_is_named():
    assert "country is missing" in refused(TUESDAY.replace('country = "US"\n', ""))


def test_two_groups_cannot_share_a_key_or_a_circle():
    message = refused(TUESDAY + TUESDAY)
    assert message.count("two groups have the same") == 4


@pytest.mark.parametrize("text", ["", "x = 1", "group = 3", "[[group]]\n[[groups]]", "[[group", '"""'])
def test_a_file_that_is_no_groups_file_is_refused(text):
    refused(text)


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_fall_over(text):
    with contextlib.suppress(BadInput):
        toml_file.parse(text, NOW)


def test_a_group_needs_no_daily_prompts():
    text = TUESDAY[: TUESDAY.index("[group.daily_prompts]")] + TUESDAY[TUESDAY.index("[group.escalation]") :]
    assert toml_file.parse(text, NOW)[0].daily_prompts is None


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(BadInput, match="no file"):
        toml_file.read(tmp_path / "groups.toml", NOW)


DAILY = 'time = "09:00"\ndays = ["mon", "tue", "wed", "thu", "fri"]'


def prompt_times(written):
    return toml_file.parse(TUESDAY.replace(DAILY, written), NOW)[0].daily_prompts


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (DAILY, "09:00 mon,tue,wed,thu,fri"),
        ('time = "09:00"', "09:00 mon,tue,wed,thu,fri,sat,sun"),
        ('times = ["18:30", "09:00"]\ndays = ["mon", "fri"]', "09:00,18:30 mon,fri"),
        ('times = ["09:00"]\nsat = ["11:00"]\nsun = []', "09:00 mon,tue,wed,thu,fri; 11:00 sat"),
        ('tue = "20:00"\nthu = ["08:00", "20:00"]', "20:00 tue; 08:00,20:00 thu"),
        ('time = "09:00"\ndays = ["mon"]\nwed = "12:00"', "09:00 mon; 12:00 wed"),
    ],
)
def test_prompts_can_come_several_times_a_day_and_each_day_in_its_way(written, says):
    times = prompt_times(written)
    assert described(times) == says
    group = replace(tuesday(NOW), daily_prompts=times)
    assert toml_file.parse(toml_file.write([group]), NOW) == [group]
    assert from_stored(stored(times)) == times


def test_a_group_stored_when_there_was_one_time_only_is_still_read():
    assert described(from_stored({"time": "09:00", "days": ["mon", "sun"]})) == "09:00 mon,sun"


@pytest.mark.parametrize(
    ("written", "line", "says"),
    [
        ('time = "09:00"\ntimes = ["10:00"]', 14, "time and times are both there"),
        ("times = []", 13, "times is no time of day"),
        ('times = ["09:00", "9:30"]', 13, "times is no time of day"),
        ('times = ["09:00", "09:00"]', 13, "names a time twice"),
        ('times = ["06:00", "09:00", "12:00", "15:00", "18:00"]', 13, "asks for 5 prompts a day"),
        ('time = "09:00"\ndays = ["mon", "sat"]\nsat = "11:00"', 15, "sat stands in days and has times of its own"),
        ('sat = "eleven"', 13, "sat is no time of day"),
        ('days = ["mon"]\nsat = "11:00"', 12, "there is no time of day"),
        ('time = "09:00"\ndays = []', 14, "no day"),
        ("mon = []", 12, "names no time on any day"),
        ('time = ["09:00"]', 13, "time is no time of day"),
    ],
)
def test_a_mistake_in_the_times_is_named_with_its_line_and_a_remedy(written, line, says):
    message = refused(TUESDAY.replace(DAILY, written))
    assert f"groups.toml:{line}: " in message
    assert says in message
    assert message.rstrip().endswith(".")


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path):
    path = tmp_path / "groups.toml"
    path.write_text(TUESDAY.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    assert toml_file.read(path, NOW) == [tuesday(NOW)]


def test_a_setting_outside_every_group_is_named():
    assert "country is not a known setting here" in refused('country = "US"\n' + TUESDAY)


def test_brackets_without_end_are_refused_in_words():
    assert "brackets" in refused("group = " + "[" * 20_000)
