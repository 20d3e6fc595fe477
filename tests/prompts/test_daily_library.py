"""The daily prompts that come along: what members of real groups will read."""

import re
from collections import Counter

import pytest

from bot.daily_prompts.checks import check
from bot.daily_prompts.library import built_in, load
from bot.daily_prompts.model import NOTE_LIMIT, TEXT_LIMIT, WHY_LIMIT, Depth, Fit, Library, Theme
from bot.daily_prompts.reading_age import reading_age

DISCORD_TEXT_LIMIT = 4000  # over all texts of a Components V2 message
WANTED = {"en": 180, "es": 90}


@pytest.fixture(params=sorted(WANTED))
def shelf(request: pytest.FixtureRequest) -> Library:
    return load(request.param, built_in(request.param))


def test_there_are_enough_for_the_better_part_of_a_year(shelf: Library) -> None:
    assert len(shelf.prompts) >= WANTED[shelf.language]


def test_nothing_needs_a_second_look(shelf: Library) -> None:
    assert [str(problem) for problem in check(shelf)] == []


def test_they_read_at_eleven_or_below(shelf: Library) -> None:
    for texts in ((p.text for p in shelf.prompts.values()), (p.why for p in shelf.prompts.values())):
        age = reading_age(texts, shelf.language)
        assert age is not None
        assert age <= 11


def test_each_fits_a_telephone_and_discord(shelf: Library) -> None:
    assert TEXT_LIMIT + WHY_LIMIT + NOTE_LIMIT < DISCORD_TEXT_LIMIT
    for prompt in shelf.prompts.values():
        assert len(prompt.text) <= 200, prompt.id
        assert len(prompt.why) <= 120, prompt.id


def test_every_theme_has_some_of_each_depth(shelf: Library) -> None:
    least = {"en": 15, "es": 8}[shelf.language]
    for theme in Theme:
        prompts = shelf.of_theme(theme)
        assert len(prompts) >= least, theme
        assert {prompt.depth for prompt in prompts} == set(Depth), theme


def test_every_kind_of_day_has_a_choice(shelf: Library) -> None:
    fits = Counter(fit for prompt in shelf.prompts.values() for fit in prompt.fits)
    assert all(fits[fit] >= 9 for fit in Fit), fits


def test_most_are_light_and_few_are_deep(shelf: Library) -> None:
    depths = Counter(prompt.depth for prompt in shelf.prompts.values())
    assert depths[Depth.LIGHT] > depths[Depth.MIDDLE] > depths[Depth.DEEP]
    assert depths[Depth.DEEP] < len(shelf.prompts) / 6


def test_hard_days_meet_nothing_deep_and_nothing_that_needs_a_note(shelf: Library) -> None:
    for prompt in shelf.prompts.values():
        if prompt.fits & {Fit.HEAVY_DAY, Fit.FIRST_WEEK}:
            assert prompt.depth is not Depth.DEEP, prompt.id
            assert prompt.note is None, prompt.id


def test_every_one_asks_or_invites_and_each_why_is_its_own(shelf: Library) -> None:
    whys = Counter(prompt.why for prompt in shelf.prompts.values())
    assert not [why for why, count in whys.items() if count > 1]
    for prompt in shelf.prompts.values():
        assert re.search(r"[.?]$", prompt.text), prompt.id
        assert re.search(r"[.\"]$", prompt.why), prompt.id


def test_no_form_wears_out(shelf: Library) -> None:
    openings = Counter(" ".join(prompt.text.split()[:2]).lower() for prompt in shelf.prompts.values())
    assert max(openings.values()) <= len(shelf.prompts) / 14, openings.most_common(3)


def test_the_text_speaks_to_one_person_and_never_of_those_who_do_not_answer(shelf: Library) -> None:
    absent = {
        "en": r"\b(absent|missing|haven't answered|did not answer)\b",
        "es": r"\b(ausente|no contest\w+|quién falta)\b",
    }
    for prompt in shelf.prompts.values():
        assert not re.search(absent[shelf.language], f"{prompt.text} {prompt.why}".lower()), prompt.id


def test_both_languages_know_the_same_topics_and_skills() -> None:
    english, spanish = (load(language, built_in(language)).vocabulary for language in ("en", "es"))
    assert english.topics.keys() == spanish.topics.keys()
    assert english.skills.keys() == spanish.skills.keys()
