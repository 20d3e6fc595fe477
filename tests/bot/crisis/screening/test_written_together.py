"""Words that hang together and words that have lost their apostrophe are read as what was meant."""

import pytest

from bot.crisis.screening import Level, views_of
from tests.support.seeded import shipped_screener


def words_of(raw: str, language: int = 0) -> str:
    return " ".join(shipped_screener()._languages[language].repair.words(raw))


def level_of(text: str) -> Level:
    return shipped_screener().assess(views_of(text)).level


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("iwanttodie", "i want to die"),
        ("wantto", "want to"),
        ("amvery", "am very"),
        ("isover", "is over"),
        ("ijust", "i just"),
        ("wastoo", "was too"),
    ],
)
def test_words_written_as_one_in_haste_are_parted(written: str, meant: str):
    assert words_of(written) == meant


@pytest.mark.parametrize(
    "word",
    ["impact", "theme", "slipknot", "deadline", "justice", "topics", "along", "notebook", "banana", "government"],
)
def test_an_ordinary_word_is_not_parted_because_shorter_ones_are_in_it(word: str):
    assert words_of(word) == word


@pytest.mark.parametrize(
    "text",
    [
        "im amvery suicidal",
        "ijust wantto die",
        "i m begging you pls kill me now",
        "i don t want to be alive anymore",
        "i can ’ t do this i want to die",
        "yaquiero morirme",
    ],
)
def test_a_grave_sentence_in_hasty_typing_is_found(text: str):
    assert level_of(text) >= Level.HIGH


@pytest.mark.parametrize("text", ["i don t want to die", "i m not suicidal", "she s fine and it s over, we re home"])
def test_a_lost_apostrophe_leaves_a_denial_a_denial(text: str):
    assert level_of(text) < Level.HIGH


def test_a_few_letters_with_an_apostrophe_lost_are_not_one_word_written_apart():
    assert level_of("I m only still here because I m a coward") >= Level.CONCERN
