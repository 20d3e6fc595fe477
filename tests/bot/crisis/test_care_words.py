"""What members read in hard moments: it claims only what has happened, fits, and can be read by a child of eleven."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.crisis.cases.model import Progress
from bot.crisis.member.care_choices import ELSEWHERE, CareChoice
from bot.crisis.member.helplines import Helplines
from bot.crisis.member.texts import CrisisTexts, Opening, Reader
from bot.crisis.screening import Context, views_of
from bot.crisis.watching.intake import about_other
from bot.daily_prompts.reading_age import reading_age
from bot.words import Library
from tests.support.groups import tuesday
from tests.support.seeded import shipped_screener

LIBRARY, HELPLINES = Library.load(), Helplines.load()
TEXTS = CrisisTexts(LIBRARY, HELPLINES)
GROUP = tuesday(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
LANGUAGES = ["en", "es"]
STORED, SENT, SEEN = Progress(False, False), Progress(True, False), Progress(True, True)
FOR_THERAPISTS = ("care.setup", "care.aftercare", "care.page", "care.command")
CLAIMS = {
    "en": ("passing this on", "was sent", "has seen"),
    "es": ("Estoy avisando", "se ha enviado", "ha visto el aviso"),
}
OLDEST = 11.0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("opening", Opening)
@pytest.mark.parametrize(("progress", "claimed"), [(STORED, 0), (SENT, 1), (SEEN, 2)])
@pytest.mark.parametrize("slow", [False, True])
def test_whatever_a_text_is_about_it_claims_what_has_happened_and_no_more(language, opening, progress, claimed, slow):
    group = replace(GROUP, language=language)
    full = TEXTS.for_member(group, progress, Reader(opening, slow=slow))
    said = [claim for claim in CLAIMS[language] if claim in full]
    assert said == [CLAIMS[language][claimed]]
    late = LIBRARY.of(language)(f"care.member.slow_{'sent' if progress.page_sent else 'stored'}")
    assert (late in full) is (slow and not progress.seen)
    assert len(full) <= 2000


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_for_hard_moments(language):
    words = LIBRARY.of(language)
    for name in words.names():
        if name.startswith("care."):
            text = words.raw(name)
            assert not set("!¡") & set(text), name
            assert not re.search(
                r"(?i)\b(someone|somebody|a therapist|alguien) (will|va a)\b|police|polic[ií]a", text
            ), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_members_can_read_it_at_eleven(language):
    words = LIBRARY.of(language)
    texts = [
        re.sub(r"\{\w+\}|\*\*|-# |###|/[a-z-]+", "", words.raw(name))
        for name in words.names()
        if name.startswith(("care.", "crisis.member.")) and not name.startswith(FOR_THERAPISTS)
    ]
    age = reading_age(texts, language)
    assert age is not None
    assert age <= OLDEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_with_a_number_has_a_name(language):
    words = LIBRARY.of(language)
    known = {name.partition(".")[2] for name in words.names() if name.startswith("countries.")}
    wanted = {line.country for line in HELPLINES.all() if HELPLINES.of(line.country)} - {"ZZ"}
    assert wanted <= known
    for country in known:
        assert HELPLINES.of(country) or HELPLINES.emergency(country)
    assert ELSEWHERE not in known


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_country_that_is_not_known_gets_a_directory_and_no_number(language):
    ways = TEXTS.ways_for(replace(GROUP, language=language), Reader(country=ELSEWHERE))
    text = "\n".join(ways)
    assert "findahelpline.com" in text
    assert LIBRARY.of(language)("crisis.member.emergency_unknown") in text
    assert not re.search(r"\d", text)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("my friend wants to kill herself tonight", True),
        ("I think my brother is going to kill himself", True),
        ("mi amiga se quiere matar", True),
        ("I want to kill myself", False),
        ("my friend wants to kill herself and I want to kill myself", False),
    ],
)
def test_a_helper_is_told_from_somebody_who_speaks_of_themselves(text, about):
    assert about_other(shipped_screener().assess(views_of(text), Context())) is about


def test_without_a_choice_a_member_is_written_to_and_sees_their_groups_lines():
    assert CareChoice() == CareChoice(country=None, replies=True)
    assert TEXTS.ways_for(GROUP, Reader()) == TEXTS.ways_to_people(GROUP)
