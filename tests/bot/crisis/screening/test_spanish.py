"""Spanish is read beside English, by its own rules: what is caught, what stays quiet, and what no disguise hides.

The floors lie a little below what was measured, on sentences on which rules were tuned; they guard against losses.
"""

from functools import lru_cache

import pytest

from bot.crisis.screening import Assessment, Level, views_of
from tests.bot.crisis.screening.disguises import OTHER_LETTERS, SAME_LETTERS
from tests.bot.crisis.screening.sends import level_in_sends, split_in_three
from tests.corpus.reader import Row, chat_lines, open_rows
from tests.support.seeded import shipped_screener

FEWEST_CAUGHT = {"leet": 0.94, "look-alikes": 0.98, "stretched": 0.98, "dots": 0.97, "spaced": 0.91}
GRAVE = {"high", "imminent"}


@lru_cache(maxsize=4096)
def read(text: str) -> Assessment:
    return shipped_screener().assess(views_of(text))


def share(rows: list[Row], least: Level) -> float:
    return sum(read(row.text).level >= least for row in rows) / len(rows)


@lru_cache(maxsize=1)
def caught() -> tuple[str, ...]:
    return tuple(row.text for row in open_rows("es") if not row.disguise and read(row.text).level)


def test_both_languages_are_shipped():
    assert shipped_screener().languages == ("en", "es")


def test_grave_messages_are_seen_and_paged():
    rows = open_rows("es")
    assert share([row for row in rows if row.level != "none"], Level.CONCERN) >= 0.92
    assert share([row for row in rows if row.level in GRAVE], Level.HIGH) >= 0.87


def test_harmless_messages_full_of_alarming_words_seldom_page():
    assert share([row for row in open_rows("es") if row.level == "none"], Level.HIGH) <= 0.04


def test_ordinary_chat_pages_nobody_and_is_seldom_noted():
    loud = [line for line in chat_lines("es") if read(line).level >= Level.HIGH]
    noted = [line for line in chat_lines("es") if read(line).level is Level.CONCERN]
    assert loud == []
    assert len(noted) <= 0.025 * len(chat_lines("es")), noted


def test_english_rules_stay_quiet_on_ordinary_spanish():
    found = {
        (line, item.entry, item.words)
        for line in chat_lines("es")
        for item in read(line).evidence
        if item.language == "en" and item.level
    }
    assert found == set()


def test_spanish_rules_page_nothing_that_is_harmless_in_english():
    rows = [row for row in open_rows("en") if row.level == "none"]
    found = [
        (row.id, item.entry, item.words)
        for row in rows
        for item in read(row.text).evidence
        if item.language == "es" and item.level >= Level.HIGH
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("quiero morirme", Level.HIGH),
        ("no quiero morirme", Level.NONE),
        ("me muero de risa", Level.NONE),
        ("me quiero matar, me olvidé las llaves adentro jaja", Level.NONE),
        ("esta canción me da ganas de vivir", Level.NONE),
        ("mi hija es mi razón para vivir", Level.NONE),
        ("no tengo ganas de vivir", Level.HIGH),
        ("perdí las ganas de vivir", Level.HIGH),
        ("ahorita lo hago", Level.NONE),
        ("ya tengo las pastillas y esta noche me mato", Level.IMMINENT),
        ("mi hermana se quiere suicidar", Level.HIGH),
        ("i want to die, ya no puedo", Level.HIGH),
    ],
)
def test_what_a_sentence_means_decides_and_not_its_words(text, level):
    found = read(text).level
    assert found is level or (level is Level.NONE and found is Level.CONCERN)


@pytest.mark.parametrize(
    ("marked", "plain"), [("mañana me mato", "manana me mato"), ("MUÉRETE", "muerete"), ("adiós", "adios")]
)
def test_accents_make_no_difference(marked: str, plain: str):
    assert [item.entry for item in read(marked).evidence] == [item.entry for item in read(plain).evidence]


@pytest.mark.parametrize("name", SAME_LETTERS)
def test_letters_in_another_form_change_nothing(name: str):
    changed = [text for text in caught() if read(SAME_LETTERS[name](text)).level is not read(text).level]
    assert changed == []


@pytest.mark.parametrize("name", OTHER_LETTERS)
def test_a_caught_sentence_in_disguise_mostly_stays_caught(name: str):
    kept = sum(read(OTHER_LETTERS[name](text)).level > Level.NONE for text in caught())
    assert kept >= FEWEST_CAUGHT[name] * len(caught())


def test_a_caught_message_split_over_three_sends_stays_caught():
    kept = sum(level_in_sends(shipped_screener(), split_in_three(text)) > Level.NONE for text in caught())
    assert kept >= 0.97 * len(caught())
