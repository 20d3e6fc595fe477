"""The words around wins, notes, /about and /my-data: complete in every language, and within Discord's limits."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.words import FALLBACK, Library, places

LIBRARY = Library.load()
FILES = ("progress", "boundaries", "groups", "privacy", "on_call", "alarm")
NAMES = sorted(name for name in LIBRARY.of(FALLBACK).names() if name.partition(".")[0] in FILES)
OTHERS = [language for language in LIBRARY.languages() if language != FALLBACK]
# Discord's documentation: application command structure, component reference.
DESCRIPTION, LABEL, OPTION, FIELD, TITLE = 100, 80, 100, 45, 45
BUTTONS = (
    "progress.card.cheer", "progress.card.take_back", "progress.list.share", "progress.list.take_back",
    "progress.list.newer", "progress.list.older", "privacy.erase.button", "privacy.erase.keep_button",
    "privacy.private.thread_button", "privacy.private.direct_button", "on_call.cover.button", "on_call.show.cover_me",
    "alarm.test.button", "alarm.panel.care_button", "alarm.panel.test_button", "alarm.panel.response_button",
    "alarm.panel.draft_button", "alarm.panel.told_button",
)  # fmt: skip


def test_no_language_lacks_a_text_that_english_has_nor_has_one_of_its_own():
    root = Path(__file__).parents[3] / "prompts"
    english = {file.name: keys(file) for file in (root / FALLBACK).glob("*.toml")}
    for language in OTHERS:
        assert {file.name: keys(file) for file in (root / language).glob("*.toml")} == english


def keys(file):
    def flat(table, prefix):
        for key, value in table.items():
            yield from flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [f"{prefix}{key}"]

    return sorted(flat(tomllib.loads(file.read_text(encoding="utf-8")), ""))


# Nobody is ever told that somebody did not take part: in no text of any language.
ABSENT = (
    r"(did|have|has|had)( not|n['’]t)( yet)? (answer|write|written|take part|respond|reply)"
    r"|no answer from|who (is|are|was) (missing|absent)"
    r"|we missed you|you missed|haven['’]t heard|no (ha|has|han|hemos) (contestado|respondido|participado)"
    r"|no (contest|respond)(ó|aste|iste|ieron|aron)|qui[ée]n falta|te (echamos de menos|extrañamos)"
)


# Therapists are told who did not take a page or a drill; the digest says that it leaves this out.
OF_PAGES = ("crisis.", "outside.", "alarm.", "on_call.", "sessions.digest.about")


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_no_text_says_that_somebody_did_not_answer(language):
    words = LIBRARY.of(language)
    found = {name: words.raw(name) for name in words.names() if re.search(ABSENT, words.raw(name), re.IGNORECASE)}
    assert {name: text for name, text in found.items() if not name.startswith(OF_PAGES)} == {}


def test_there_are_words():
    assert len(NAMES) > 100


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_with_the_same_places(language):
    english = LIBRARY.of(FALLBACK)
    other = LIBRARY.of(language)
    moved = [name for name in NAMES if places(english.raw(name)) != places(other.raw(name))]
    assert moved == [], "other places"
    left = [name for name in NAMES if has_words(english.raw(name)) and english.raw(name) == other.raw(name)]
    assert left == [], "still in English"


def has_words(text):
    return re.search(r"[a-z]{3}", re.sub(r"\{\w+\}", "", text))


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_no_text_shouts_or_says_what_must_not_be_said(language):
    texts = {name: LIBRARY.of(language).raw(name) for name in NAMES}
    assert {name: text for name, text in texts.items() if "!" in text} == {}
    unsaid = r"\b(user|streak|racha|committed suicide|usuario)\b"
    assert {name: text for name, text in texts.items() if re.search(unsaid, text, re.IGNORECASE)} == {}


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_texts_fit_the_places_that_discord_has_for_them(language):
    words = LIBRARY.of(language)
    for name in NAMES:
        if ".command." in name:
            assert len(words.raw(name)) <= DESCRIPTION, name
    for name in BUTTONS:
        assert len(words.raw(name)) <= LABEL, name
    for audience in ("only_me", "group"):
        assert len(words(f"progress.form.{audience}")) <= OPTION
        assert len(words(f"progress.form.{audience}_hint")) <= OPTION
    assert len(words("progress.form.title")) <= TITLE
    for field in ("text", "audience"):
        assert len(words(f"progress.form.{field}")) <= FIELD
    assert len(words("progress.form.text_hint")) <= OPTION
    assert len(words("progress.form.placeholder")) <= OPTION
