"""The words around the prompts: whole in both languages, and short enough for where Discord shows them."""

import re

import pytest

from bot.daily_prompts.answers.model import Audience, Need
from bot.words import Library, places

LANGUAGES = ("en", "es")
# Discord: labels and titles of modals 45, buttons 80, descriptions of options and commands 100 characters.
LIMITS = {
    "daily_prompts.form.title": 45,
    "daily_prompts.form.text": 45,
    "daily_prompts.form.audience": 45,
    "daily_prompts.form.need": 45,
    "daily_prompts.topics.placeholder": 150,
    "daily_prompts.form.text_hint": 100,
    **{f"daily_prompts.form.{each}": 100 for each in (*Audience, *Need, "none")},
    **{f"daily_prompts.form.{each}_hint": 100 for each in (*Audience, "check")},
    **{f"daily_prompts.post.{each}": 80 for each in ("answer", "read", "save", "topic")},
    **{f"daily_prompts.list.{each}": 80 for each in ("change", "take_back", "newer", "older")},
    "daily_prompts.saved.remove": 80,
    "daily_prompts.card.who": 80,
}


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_fits_where_discord_shows_it(library: Library, language: str) -> None:
    words = library.of(language)
    for name, limit in LIMITS.items():
        assert len(words.raw(name)) <= limit, name
    for name in words.names():
        if name.startswith("daily_prompts.command."):
            assert len(words.raw(name)) <= 100, name
        if name.startswith("daily_prompts."):
            assert len(words.raw(name)) <= 700, name


def test_spanish_has_a_text_of_its_own_for_each_with_the_same_places(library: Library) -> None:
    english, spanish = library.of("en"), library.of("es")
    for name in english.names():
        if name.startswith("daily_prompts.") and not name.startswith("daily_prompts.command."):
            assert places(english.raw(name)) == places(spanish.raw(name)), name
            has_words = re.sub(r"\{\w+\}|\W", "", english.raw(name)) != ""
            assert not has_words or english.raw(name) != spanish.raw(name), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_shouts_blames_or_speaks_of_who_did_not_answer(library: Library, language: str) -> None:
    words = library.of(language)
    for name in words.names():
        if name.startswith("daily_prompts."):
            said = words.raw(name).lower()
            assert "!" not in said, name
            assert "missed" not in said, name
            assert "streak" not in said, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_on_an_answer_without_a_name_says_who_can_ever_see_the_author(library: Library, language: str) -> None:
    told = library.of(language).raw("daily_prompts.answer.anonymous")
    for part in {"en": ("therapists", "noted", "computer"), "es": ("terapeutas", "anotada", "equipo")}[language]:
        assert part in told
