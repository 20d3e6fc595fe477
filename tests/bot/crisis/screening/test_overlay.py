"""A group's overlay adds and mutes, signs what it mutes, and is refused whole when it is broken."""

from pathlib import Path

import pytest

from bot.crisis.screening import Level, LexiconError, Screener, views_of
from bot.crisis.screening.overlay import load_with_overlay
from tests.bot.crisis.screening.tiny import lexicon_in

HEAD = '[overlay]\nlanguage = "en"\nname = "Thursday group"\n'
ENTRY = """
[[entry]]
id = "own.lights"
level = "high"
kind = "wish"
note = "What this group says for dying."
patterns = ["turn off the lights"]
match = ["i will turn off the lights"]
clear = ["i will not turn off the lights"]
"""
MUTED = '\n[[mute]]\nid = "wish.die"\nby = "Dr. Example"\nreason = "A song that the group sings."\n'


def loaded(tmp_path: Path, *parts: str) -> Screener:
    folder = lexicon_in(tmp_path / "lexicon")
    file = tmp_path / "thursday.toml"
    file.write_text(HEAD + "".join(parts), encoding="utf-8")
    return load_with_overlay(file, folder)


def refused(tmp_path: Path, *parts: str) -> str:
    with pytest.raises(LexiconError) as caught:
        loaded(tmp_path, *parts)
    return caught.value.message


def level(screener: Screener, text: str) -> Level:
    return screener.assess(views_of(text)).level


def test_an_entry_of_the_group_counts_beside_the_shipped_ones(tmp_path):
    screener = loaded(tmp_path, ENTRY)
    assert level(screener, "i will turn off the lights") is Level.HIGH
    assert level(screener, "i want to die") is Level.HIGH
    assert level(Screener.load(tmp_path / "lexicon"), "i will turn off the lights") is Level.NONE


def test_the_groups_words_take_part_in_the_shipped_rules(tmp_path):
    screener = loaded(tmp_path, '[spelling]\ncandy = "pills"\n', ENTRY)
    assert level(screener, "i will turn off the lights, i have candy") is Level.IMMINENT


def test_phrases_of_the_group_are_added_to_a_shipped_concept(tmp_path):
    concept = '[concept]\nPILLS = ["smarties"]\n'
    screener = loaded(tmp_path, concept)
    assert level(screener, "i want to die, i have the smarties") is Level.IMMINENT
    assert level(screener, "i want to die, i have the tablets") is Level.IMMINENT


def test_the_explanation_names_the_overlay(tmp_path):
    assert loaded(tmp_path, ENTRY).version == "en 1 with Thursday group"


def test_a_signed_mute_silences_an_entry_that_pages_and_nothing_else(tmp_path):
    screener = loaded(tmp_path, MUTED)
    assert level(screener, "i want to die") is Level.NONE
    assert level(screener, "i am a burden") is Level.CONCERN


def test_a_mute_of_a_mere_concern_needs_no_name(tmp_path):
    screener = loaded(tmp_path, '[[mute]]\nid = "burden"\n')
    assert level(screener, "i am a burden") is Level.NONE


def test_the_groups_own_cases_are_tried_with_its_mutes(tmp_path):
    case = '\n[[case]]\ntext = "i want to die"\nlevel = "none"\n'
    assert level(loaded(tmp_path, MUTED, case), "i want to die") is Level.NONE
    assert 'the case "i want to die" is high, not none' in refused(tmp_path, case)


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("", "by and reason are missing"),
        ('by = "Dr. Example"\n', "reason is missing"),
        ('by = " "\nreason = "A song."\n', "by is missing"),
    ],
)
def test_an_entry_that_pages_is_muted_only_under_a_name_and_a_reason(tmp_path, lines, missing):
    message = refused(tmp_path, f'[[mute]]\nid = "wish.die"\n{lines}')
    assert f'thursday.toml, line 5, wish.die: this entry is "high" and pages; {missing}.' in message
    assert 'Add by = "your name"' in message


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ('[[mute]]\nid = "wish.dye"\n', 'no entry "wish.dye". Did you mean "wish.die"?'),
        ('[[mute]]\nid = "burden"\n[[mute]]\nid = "burden"\n', "it is muted twice"),
        ('[mute]\nid = "burden"\n', 'Write [[mute]], then id = "..."'),
        ('[[mute]]\nid = "burden"\nwho = "me"\n', 'the field "who" is not known here'),
        ('[meta]\nlanguage = "en"\n', "line 4: the table [meta] has no place in an overlay."),
        ("[[entrys]]\n", "The tables are: "),
        (ENTRY.replace("own.lights", "wish.die"), "this id is taken"),
        (ENTRY.replace("turn off the lights", "turn (off the lights"), "cannot be read"),
        (ENTRY.replace('"i will turn off', '"i will switch off'), "must match and does not"),
        ("broken =", "it is no TOML"),
    ],
)
def test_a_broken_overlay_is_refused_with_what_to_do(tmp_path, part, told):
    message = refused(tmp_path, part)
    assert told in message
    assert "thursday.toml" in message


def test_an_overlay_that_spoils_a_shipped_sentence_is_refused(tmp_path):
    spoiling = (
        '[[modifier]]\nid = "own.calm"\ntype = "calm"\nnote = "n"\nacts = "message"\ncap = "none"\npatterns = ["i"]\n'
    )
    message = refused(tmp_path, spoiling)
    assert (
        'en.toml, line 23, wish.die: the sentence "i want to die" must match and does not (lowered by own.calm'
        in message
    )


def test_an_overlay_for_a_language_without_lexicon_is_refused(tmp_path):
    folder = lexicon_in(tmp_path / "lexicon")
    file = tmp_path / "o.toml"
    file.write_text('[overlay]\nlanguage = "xx"\nname = "X"\n', encoding="utf-8")
    with pytest.raises(
        LexiconError, match=r'o\.toml, line 2: there is no lexicon in the language "xx"\. Write one of: en\.'
    ):
        load_with_overlay(file, folder)


def test_an_overlay_without_its_head_is_refused(tmp_path):
    file = tmp_path / "o.toml"
    file.write_text(ENTRY, encoding="utf-8")
    with pytest.raises(LexiconError, match='"language" is missing'):
        load_with_overlay(file, lexicon_in(tmp_path / "lexicon"))
