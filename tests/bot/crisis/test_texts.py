"""What people read about a case: true at that moment, short, with numbers from the table and from nowhere else."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.crisis.cases.model import Case, CaseState, Progress, Source
from bot.crisis.member.helplines import Helplines
from bot.crisis.member.texts import CrisisTexts, age
from bot.crisis.screening import Level
from bot.words import Library, places
from tests.support.groups import ALICE, MARIA, TOM, tuesday

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LIBRARY, HELPLINES = Library.load(), Helplines.load()
TEXTS = CrisisTexts(LIBRARY, HELPLINES)
GROUP = tuesday(NOW)
STORED, SENT, SEEN = Progress(False, False), Progress(True, False), Progress(True, True)
COUNTRIES = [*sorted({line.country for line in HELPLINES.all()} - {"ZZ"}), "XX"]


def case(**more):
    base = Case(
        id=1, code="7K2", group_key="tuesday", member_id=ALICE, level=Level.HIGH, state=CaseState.OPEN,
        source=Source.SCREENING, opened_at=NOW, step=0, round=1, next_page_at=NOW, acknowledged_by=None,
        acknowledged_at=None, member_told_at=None,
    )  # fmt: skip
    return replace(base, **more)


@pytest.mark.parametrize(
    ("progress", "claims"),
    [(STORED, "I am passing this on"), (SENT, "The alarm was sent"), (SEEN, "has seen the alarm")],
)
def test_a_text_claims_what_has_happened_and_no_more(progress, claims):
    every = ["I am passing this on", "The alarm was sent", "has seen the alarm"]
    for text in (TEXTS.for_member(GROUP, progress), TEXTS.for_channel(GROUP, progress)):
        assert [claim for claim in every if claim in text] == [claims]


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", LIBRARY.languages())
def test_a_text_to_a_member_names_two_ways_and_fits_in_a_message(country, language):
    group = replace(GROUP, country=country, language=language)
    text = TEXTS.for_member(group, STORED)
    assert len(text) <= 2000
    assert text.count("\n- ") >= 3
    assert len(TEXTS.for_channel(group, STORED)) <= 600


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_number_in_a_text_comes_from_the_table(country):
    known = " ".join(f"{line.name} {line.phone} {line.text} {line.hours}" for line in HELPLINES.all())
    known += " " + (HELPLINES.emergency(country) or "")
    text = TEXTS.for_member(replace(GROUP, country=country), STORED)
    for number in re.findall(r"\d[\d \-]{1,}\d", text):
        assert number in known


def test_a_line_is_written_so_that_it_can_be_read():
    assert "call 988, or text 988 (24/7)" in TEXTS.for_member(GROUP, STORED)
    assert "text DISCORD to 741741 (24/7)" in TEXTS.for_member(GROUP, STORED)


def test_numbers_that_no_therapist_confirmed_are_called_so():
    assert "not yet confirmed" in TEXTS.for_member(GROUP, STORED)
    assert "not yet confirmed" not in TEXTS.for_member(replace(GROUP, country="XX"), STORED)


def test_a_page_says_code_group_age_and_level_and_names_the_people_of_its_step():
    text = TEXTS.page(GROUP, case(), [MARIA, TOM], "https://discord.com/x", None, NOW + timedelta(minutes=3))
    assert text.startswith(f"<@{MARIA}> <@{TOM}> Case 7K2 · Tuesday circle · open 3 min · high")


def test_a_page_names_the_level_in_the_language_of_the_group():
    spanish = replace(GROUP, language="es")
    assert " · alto." in TEXTS.page(spanish, case(), [MARIA], "", None, NOW)
    assert " · alto." in TEXTS.direct_page(spanish, case(), NOW)


def test_a_page_that_was_seen_late_says_when_it_was_said():
    text = TEXTS.page(GROUP, case(), [MARIA], "", NOW - timedelta(hours=1), NOW)
    assert f"<t:{int((NOW - timedelta(hours=1)).timestamp())}:f>" in text


@pytest.mark.parametrize(("source", "says"), [(Source.REPORT, "Somebody asked"), (Source.FAULT, "could not screen")])
def test_a_page_says_where_it_came_from(source, says):
    assert says in TEXTS.page(GROUP, case(source=source), [MARIA], "", None, NOW)


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (1500, "25 h"), (-5, "0 min")]
)
def test_an_age_is_short(minutes, text):
    assert age(NOW, NOW + timedelta(minutes=minutes)) == text


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_a_language_has_every_text_with_the_same_places(language):
    english, words = LIBRARY.of("en"), LIBRARY.of(language)
    for name in english.names():
        assert places(words.raw(name)) == places(english.raw(name)), name
    assert words.names() == english.names(), "a text that English does not have is never used"


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_hard_moments_know_no_exclamation_mark_and_no_promise(language):
    words = LIBRARY.of(language)
    for name in words.names():
        if name.startswith("crisis."):
            text = words.raw(name)
            assert "!" not in text
            assert "¡" not in text
            assert not re.search(r"(?i)\b(someone|somebody|a therapist) will\b|\bcommitted suicide\b", text)
