"""The words around sessions: whole in both languages, short enough for Discord, and never of failing or missing."""

import re

import pytest

from bot.daily_prompts.sessions.handed import Reader, Tried
from bot.groups.model import WEEKDAYS
from bot.words import Library, places

LANGUAGES = ("en", "es")
# Discord: labels and titles of modals 45, buttons 80, descriptions of options, labels and commands 100 characters.
LIMITS = {
    **{f"sessions.{form}.title": 45 for form in ("bring", "close", "move", "times")},
    **{f"sessions.close.{field}": 45 for field in ("theme", "skill", "practice", "next")},
    **{f"sessions.close.{field}_hint": 100 for field in ("theme", "practice", "next")},
    "sessions.close.skill_hint": 60,  # the example of an exercise comes into it
    **{f"sessions.times.{field}": 45 for field in ("days", "time", "minutes", "weeks", "starting")},
    **{f"sessions.times.{field}_hint": 100 for field in ("time", "weeks", "starting")},
    **{f"sessions.bring.{field}": 45 for field in ("text", "reader")},
    **{f"sessions.bring.{field}": 100 for field in (*Reader, *(f"{reader}_hint" for reader in Reader), "text_hint")},
    **{f"sessions.practice.{action}": 80 for action in (*Tried, "name", "unname", "remove")},
    **{f"sessions.panel.{action}": 80 for action in ("close", "move", "leave_out", "set_times", *WEEKDAYS)},
    **{f"sessions.next.{action}": 80 for action in ("bring", "change", "remove")},
    **{f"sessions.{post}.button": 80 for post in ("remind", "takeaway")},
    "sessions.move.next": 45,
    "sessions.close.again": 80,
    "sessions.event.name": 100,
}


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load()


def ours(library: Library, language: str) -> list[str]:
    return [name for name in library.of(language).names() if name.startswith("sessions.")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_fits_where_discord_shows_it(library: Library, language: str) -> None:
    words = library.of(language)
    for name, limit in LIMITS.items():
        assert len(words.raw(name)) <= limit, name
    for name in ours(library, language):
        assert len(words.raw(name)) <= (100 if name.startswith("sessions.command.") else 700), name


def test_spanish_has_a_text_of_its_own_for_each_with_the_same_places(library: Library) -> None:
    english, spanish = library.of("en"), library.of("es")
    for name in ours(library, "en"):
        if name.startswith("sessions.command."):
            continue
        assert places(english.raw(name)) == places(spanish.raw(name)), name
        has_words = re.sub(r"\{\w+\}|\W", "", english.raw(name)) != ""
        assert not has_words or english.raw(name) != spanish.raw(name), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_shouts_or_speaks_of_failing_or_missing(library: Library, language: str) -> None:
    words = library.of(language)
    for name in ours(library, language):
        said = words.raw(name).lower()
        for word in ("!", "fail", "missed", "fracas", "streak", "did not answer"):
            assert word not in said, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_sends_something_without_a_name_is_told_who_could_ever_see_it(library: Library, language: str) -> None:
    for name in ("kept_nameless", "sent_nameless"):
        told = library.of(language).raw(f"sessions.bring.{name}")
        for part in {"en": ("therapists", "cannot look up", "key"), "es": ("terapeutas", "No pueden", "llave")}[
            language
        ]:
            assert part in told
