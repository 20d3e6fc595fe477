"""Several languages read every message side by side, and none spoils what another one says."""

from pathlib import Path

import pytest

from bot.crisis.screening import Assessment, Level, LexiconError, Screener, views_of
from bot.crisis.screening.reading import Clean
from bot.crisis.screening.text.letters import Letters
from bot.crisis.screening.text.stream import letters_apart, stream_of
from tests.bot.crisis.screening.tiny import ENGLISH, lexicon_in

SPANISH = """\
[meta]
language = "es"
name = "Español"
version = "1"
self_words = ["yo", "mí"]
other_words = ["él"]
negations = ["no", "jamás"]
turns = ["pero"]
common = "yo el mañana daño"

[spelling]
"grácias" = "adiós"

[typos]
words = ["mañana suicidio quiero"]
real = ["suicidó"]

[[entry]]
id = "wish.die"
level = "high"
kind = "wish"
note = "Quiere morir."
patterns = ["quiero morir", "to not be"]
match = ["quiero morir"]
clear = ["i want to die"]

[[entry]]
id = "hint"
level = "concern"
kind = "hint"
note = "Una pista."
patterns = ["^ para qué", "me llevo ..3 puente", "wand", "mañana [ya] $", "adiós al"]
match = ["no sé ¿para qué vivir?"]
clear = ["no sé para qué"]
"""
GUARDED = '\n[typos]\nwords = ["wander suicide want"]\n'


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Screener:
    folder = lexicon_in(tmp_path_factory.mktemp("two"), ENGLISH + GUARDED)
    (folder / "es.toml").write_text(SPANISH, encoding="utf-8")
    return Screener.load(folder)


def read(screener: Screener, text: str) -> Assessment:
    return screener.assess(views_of(text))


def test_entries_of_the_same_name_are_tried_in_their_own_language_only(both: Screener):
    """The Spanish `clear` sentence is found by the English entry of the same name; loading has shown it is no fault."""
    assert [item.language for item in read(both, "i want to die").evidence] == ["en"]


def test_what_two_languages_find_at_the_same_words_is_shown_for_both(tmp_path: Path):
    folder = lexicon_in(tmp_path)
    (folder / "xx.toml").write_text(ENGLISH.replace('language = "en"', 'language = "xx"'), encoding="utf-8")
    found = read(Screener.load(folder), "i want to die").evidence
    assert {item.language for item in found} == {"en", "xx"}


def test_a_word_of_another_language_is_no_slip_of_this_one(both: Screener):
    english, spanish = both._languages
    assert english.repair.words("wandr") == ("wander",)
    assert english.repair.words("wand") == ("wand",)
    assert english.repair.words("puente") == ("puente",)
    assert spanish.repair.words("suicidioo") == ("suicidio",)


@pytest.mark.parametrize("text", ["hasta mañana", "hasta manana", "HASTA MAÑANA", "hasta manaña"])
def test_words_may_be_written_with_their_accents_anywhere_in_a_lexicon(both: Screener, text: str):
    assert read(both, text).level is Level.CONCERN


def test_accents_in_tables_of_spelling_and_negation_do_not_hide_them(both: Screener):
    spanish = both._languages[1]
    assert spanish.repair.words("gracias") == ("adios",)
    assert spanish.lexicon.barriers == {"no", "jamas"}
    assert {"suicido", "manana"} <= spanish.lexicon.real | spanish.lexicon.guarded
    assert read(both, "me llevo todo al puente").level is Level.CONCERN
    assert read(both, "me llevo jamás al puente").level is Level.NONE


@pytest.mark.parametrize("text", ["no sé ¿para qué vivir?", "vale ¡para qué!", "no sé, ¿para qué?", "¿Para qué?"])
def test_an_opening_question_or_exclamation_mark_starts_a_clause(both: Screener, text: str):
    assert read(both, text).level is Level.CONCERN
    assert read(both, text.replace("¿", "a ").replace("¡", "a ")).level is Level.NONE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("eid ot tnaw i", "eid ot tnaw"),
        ("i tnaw ot eid", "tnaw ot eid"),
        ("ok. eid ot tnaw i", "eid ot tnaw"),
        ("rirom oreiuq", "rirom oreiuq"),
    ],
)
def test_letters_written_backwards_are_read_and_lit_where_they_stand(both: Screener, text: str, words: str):
    found = read(both, text)
    assert found.level is Level.HIGH
    assert found.evidence[0].words == words


@pytest.mark.parametrize("text", ["i to my a and eid ot tnaw", "tnaw", "the draw was a ward"])
def test_mostly_forward_words_are_not_read_backwards(both: Screener, text: str):
    assert read(both, text).level is Level.NONE


def test_only_neighbouring_halves_of_a_guarded_word_are_put_together(both: Screener):
    english = both._languages[0]
    assert english.repair.halves("sui", "cide") == ("suicide",)
    assert english.repair.is_halved(["i", "sui", "cide"])
    assert not english.repair.is_halved(["cide", "sui"])
    assert not english.repair.is_halved(["sui", "i", "cide"])


@pytest.mark.parametrize(("letters", "apart"), [("i a m", True), ("i am i so a", False), ("i a", False), ("", False)])
def test_letters_are_apart_only_where_several_follow_each_other(letters: str, apart: bool):
    assert letters_apart(letters.split()) is apart


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("w a n t t o d i e", "want to die"),
        ("i w a n t to d i e", "i want to die"),
        ("x y z q v", "x y z q v"),
    ],
)
def test_letters_apart_are_words_where_they_make_a_longer_word_of_the_language(both: Screener, text: str, words: str):
    clean = Clean(views_of(text)[0], Letters({}))
    found = " ".join(stream_of(clean.tokens, both._languages[0].repair).words)
    assert found == words


def test_a_message_without_blanks_is_parted_however_long(both: Screener):
    text = "iwanttodie" * 9
    assert read(both, text).level is Level.HIGH


def test_a_long_drawn_sound_is_no_abbreviation(tmp_path: Path):
    folder = lexicon_in(tmp_path, ENGLISH.replace('dont = "do not"', 'dont = "do not"\nsh = "want to die"'))
    screener = Screener.load(folder)
    assert read(screener, "sh").level is Level.HIGH
    assert read(screener, "shhhhh").level is Level.NONE


def test_a_fault_in_one_language_names_its_own_file(tmp_path: Path):
    folder = lexicon_in(tmp_path)
    (folder / "es.toml").write_text(SPANISH.replace('"quiero morir", ', ""), encoding="utf-8")
    with pytest.raises(LexiconError, match=r"es\.toml, line 24, wish\.die"):
        Screener.load(folder)
