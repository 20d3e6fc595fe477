"""The week after a session, woven into the choice of prompts, and the days on which a group meets."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from bot.daily_prompts.explain import sentence
from bot.daily_prompts.library import built_in, load
from bot.daily_prompts.model import Because, Fit, Posted, Theme, Week, Wishes
from bot.daily_prompts.policy import choose, describe_day
from bot.daily_prompts.sessions.model import Session, SessionState
from bot.daily_prompts.sessions.policy import slots
from bot.daily_prompts.sessions.weeks import Rhythm
from bot.daily_prompts.steering.model import Break
from bot.groups import toml_file
from tests.bot.daily_prompts.build import MONDAY, library, meeting, prompt
from tests.support.groups import SESSION, TUESDAY

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GROUP = toml_file.parse(TUESDAY + SESSION, NOW)[0]
assert GROUP.session is not None
FIRST, SECOND = islice(slots(GROUP.session, GROUP.zone, NOW), 2)
TUESDAYS = meeting(1)
PRACTICE = prompt("practice-1", Theme.ACCOUNTABILITY)
WEEK = Week(MONDAY + timedelta(days=1), Theme.BOUNDARIES, "saying_no", PRACTICE)


@pytest.fixture(scope="module")
def english():
    return load("en", built_in("en"))


def lived(shelf, week, days=7, heavy=()):
    """Live through the days after a session on Tuesday, and return each day's choice."""
    history: list[Posted] = []
    found = []
    for number in range(2, 2 + days):
        day = describe_day(MONDAY + timedelta(days=number), sessions=TUESDAYS, week=week, heavy=number in heavy)
        choice = choose(shelf, "tuesday", day, history)
        assert choice is not None
        history.append(Posted(choice.prompt.id, day.date))
        found.append(choice)
    return found


def test_a_week_has_its_after_session_prompt_its_practice_its_exercise_its_theme_and_the_eve(english):
    wednesday, thursday, friday, saturday, _sunday, monday, _tuesday = lived(english, WEEK)
    assert Fit.AFTER_SESSION in wednesday.prompt.fits
    assert (thursday.prompt, thursday.reasons[0].because) == (PRACTICE, Because.PRACTICE)
    assert (friday.prompt.skill, friday.reasons[0].because) == ("saying_no", Because.WEEK_SKILL)
    assert saturday.prompt.theme is Theme.BOUNDARIES
    assert Because.WEEK_THEME in [reason.because for reason in saturday.reasons]
    assert Fit.BEFORE_SESSION in monday.prompt.fits


def test_practice_and_exercise_come_once_a_week_each(english):
    choices = lived(english, WEEK, days=20)
    assert [choice.reasons[0].because for choice in choices].count(Because.PRACTICE) == 1
    assert [choice.reasons[0].because for choice in choices].count(Because.WEEK_SKILL) == 1


def test_on_heavy_days_neither_practice_nor_exercise_comes_but_afterwards(english):
    choices = lived(english, WEEK, heavy={2, 3, 4})
    assert all(Because.GENTLE in [reason.because for reason in choice.reasons] for choice in choices[:3])
    assert choices[3].reasons[0].because is Because.PRACTICE


def test_the_queue_goes_before_the_practice():
    shelf = library(prompt("a"), prompt("b"))
    day = describe_day(MONDAY + timedelta(days=3), week=WEEK)
    choice = choose(shelf, "tuesday", day, (), Wishes(queue=("b",)))
    assert choice is not None
    assert choice.reasons[0].because is Because.QUEUED


def test_a_session_that_was_closed_with_nothing_leaves_the_rotation_as_it_is(english):
    day = describe_day(MONDAY + timedelta(days=3))
    bare = replace(day, week=Week(MONDAY))
    assert choose(english, "tuesday", bare) == choose(english, "tuesday", day)


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_reason_is_said_in_words(language):
    vocabulary = load(language, built_in(language)).vocabulary
    for choice in lived(load(language, built_in(language)), WEEK):
        for reason in choice.reasons:
            said = sentence(reason, vocabulary)
            assert "{" not in said
            assert "_" not in said


def session(slot, **more):
    return Session(f"k{slot.day}", "tuesday", slot, SessionState.TO_COME, NOW, **more)


def rhythm(sessions=(), breaks=(), group=GROUP):
    return Rhythm(group, sessions, breaks, lambda each: PRACTICE if each.practice else None)


def test_days_to_come_follow_from_the_usual_times():
    found = rhythm()
    assert sorted(found.days_until(date(2026, 12, 8))) == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]
    assert rhythm(group=replace(GROUP, session=None)).days_until(date(2027, 1, 1)) == frozenset()


def test_a_break_a_moved_session_and_one_that_was_left_out_count():
    first, second = FIRST, SECOND
    held = session(replace(first, starts_at=first.starts_at + timedelta(days=2)))
    assert sorted(rhythm([held]).days_until(date(2026, 12, 1))) == [date(2026, 11, 26), date(2026, 12, 1)]
    left_out = replace(session(first), state=SessionState.LEFT_OUT)
    assert sorted(rhythm([left_out]).days_until(date(2026, 12, 1))) == [second.day]
    breaks = [Break(1, date(2026, 11, 30), date(2026, 12, 2))]
    assert sorted(rhythm([session(first)], breaks).days_until(date(2026, 12, 8))) == [first.day, date(2026, 12, 8)]


def test_a_week_lasts_from_the_day_after_a_closed_session_to_the_day_of_the_next():
    first = FIRST
    found = rhythm([session(first, theme=Theme.CHANGES, practice="walk", closed_at=first.ends_at)])
    assert found.week_of(first.day) is None
    assert found.week_of(date(2026, 11, 25)) == Week(first.day, Theme.CHANGES, None, PRACTICE)
    assert found.week_of(date(2026, 12, 1)) is not None
    assert found.week_of(date(2026, 12, 2)) is None
    assert rhythm([session(first)]).week_of(date(2026, 11, 25)) is None
