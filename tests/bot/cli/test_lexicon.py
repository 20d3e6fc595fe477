"""`holdspace lexicon`: check, test and diff, as a clinician uses them."""

from pathlib import Path

import pytest

from bot.cli import lexicon as command
from tests.bot.cli.conftest import Run
from tests.bot.crisis.screening.tiny import ENGLISH, lexicon_in


@pytest.fixture
def a(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "_CORPUS", folder / "corpus")
    return lexicon_in(folder / "a")


def changed(a: Path, *replacements: tuple[str, str]) -> Path:
    text = ENGLISH
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return lexicon_in(a.parent / "b", text)


NARROWER = ('patterns = ["i am a burden"]', 'patterns = ["such a burden"]')
NARROWER_SENTENCE = ('match = ["i am a burden"]', 'match = ["such a burden"]')


def test_a_sound_lexicon_is_counted_by_language(holdspace: Run, a: Path):
    ended = holdspace("lexicon", "check", str(a))
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "English (en), version 1",
        "  3 entries (high 1, concern 1, none 1)",
        "  1 modifier, 1 rule, 0 pairs for the memory, 1 concept",
        "  3 sentences that must match, 2 that must not, 1 whole message",
        "Every sentence is read as the lexicon says.",
    ]


def test_without_a_folder_the_shipped_lexicon_is_checked(holdspace: Run):
    assert "English (en), version " in holdspace("lexicon", "check").out


def test_a_broken_lexicon_is_told_by_entry_file_line_and_remedy(holdspace: Run, a: Path):
    ended = holdspace("lexicon", "check", str(changed(a, NARROWER)))
    assert ended.code == 1
    assert ended.out == ""
    assert 'en.toml, line 32, burden: the sentence "i am a burden" must match and does not. Mend a pattern' in ended.err


def test_one_file_or_one_languages_folder_can_be_checked_by_itself(holdspace: Run, a: Path):
    assert holdspace("lexicon", "check", str(a / "en.toml")).code == 0
    parted = a.parent / "parted" / "en"
    parted.mkdir(parents=True)
    head, rest = ENGLISH.split("[[modifier]]")
    (parted / "1.toml").write_text(head)
    (parted / "2.toml").write_text("[[modifier]]" + rest)
    assert holdspace("lexicon", "check", str(parted)).code == 0
    assert "no file has the table [meta]" in holdspace("lexicon", "check", str(parted / "2.toml")).err


@pytest.mark.parametrize("missing", ["nowhere", "empty"])
def test_a_place_without_lexicon_is_told_so(holdspace: Run, a: Path, missing):
    (a.parent / "empty").mkdir()
    ended = holdspace("lexicon", "check", str(a.parent / missing))
    assert ended.code == 1
    assert "there is no" in ended.err


def test_an_overlay_is_checked_together_with_the_shipped_lexicon(holdspace: Run, folder: Path):
    file = folder / "thursday.toml"
    file.write_text('[overlay]\nlanguage = "en"\nname = "Thursday"\n[[mute]]\nid = "wish.dye"\n')
    ended = holdspace("lexicon", "check", str(file))
    assert ended.code == 1
    assert 'thursday.toml, line 5, wish.dye: the lexicon has no entry "wish.dye". Did you mean "wish.die"?' in ended.err


PLAIN = "# mine\nhigh: i want to die\nnone: i am a burden\n\nimminent: nice day\n"
TOML = (
    '[[case]]\ntext = "i want to die"\nlevel = ["high", "imminent"]\n[[case]]\ntext = "i am a burden"\nlevel = "none"\n'
)
LINES = '{"text": "i want to die", "level": "high"}\n{"id": "x", "text": "i am a burden", "severity": "none"}\n'


def test_sentences_that_are_read_otherwise_are_shown_with_the_reason(holdspace: Run, a: Path):
    file = a.parent / "mine.txt"
    file.write_text(PLAIN)
    ended = holdspace("lexicon", "test", str(file), "--lexicon", str(a))
    assert ended.code == 1
    assert ended.out.splitlines() == [
        'line 3: should be none, is concern: "i am a burden"',
        "  message: [i am a burden]",
        '  "i am a burden": concern',
        "      burden (burden, en): Feels a burden.",
        'line 5: should be imminent, is none: "nice day"',
        "  Nothing of it stands in the lexicon.",
        "1 of 3 as expected; 1 too low, 1 too high.",
    ]


@pytest.mark.parametrize(("name", "text", "where"), [("m.toml", TOML, "case 2"), ("m.jsonl", LINES, "line 2 (x)")])
def test_the_sentences_may_be_toml_or_json_lines(holdspace: Run, a: Path, name, text, where):
    file = a.parent / name
    file.write_text(text)
    ended = holdspace("lexicon", "test", str(file), "-l", str(a))
    assert ended.out.startswith(f'{where}: should be none, is concern: "i am a burden"\n')
    assert ended.out.endswith("1 of 2 as expected; 0 too low, 1 too high.\n")


def test_sentences_that_are_all_as_expected_end_well(holdspace: Run, a: Path):
    file = a.parent / "mine.txt"
    file.write_text("\ufeffHigh: i want to die\nnone\ti dont want to die\n", encoding="utf-8")
    ended = holdspace("lexicon", "test", str(file), "-l", str(a))
    assert (ended.code, ended.out) == (0, "2 of 2 as expected; 0 too low, 0 too high.\n")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("m.txt", "high: i want to die\ni am a burden\n", "line 2: no level before the sentence"),
        ("m.txt", "high: i want to die\nhuge: i am a burden\n", "line 2: no level before the sentence"),
        ("m.jsonl", '{"text": "i want to die", "level": "high"}\n{"text"\n', "line 2: no JSON"),
        ("m.jsonl", '{"text": "i want to die", "level": "high"}\n[1]\n', "line 2: no sentence"),
        ("m.jsonl", '{"text": "i want to die", "level": "high"}\n{"level": "high"}\n', 'line 2: "text" is missing'),
        (
            "m.jsonl",
            '{"text": "i want to die", "level": "high"}\n{"text": "x", "level": 3}\n',
            'line 2: "level" is not',
        ),
        ("m.toml", '[[case]]\ntext = "i want to die"\nlevel = "high"\n[[case]]\nlevel = "high"\n', 'case 2: "text"'),
    ],
)
def test_a_sentence_that_cannot_be_tried_is_told_and_the_others_run(holdspace: Run, a: Path, name, text, told):
    file = a.parent / name
    file.write_text(text)
    ended = holdspace("lexicon", "test", str(file), "-l", str(a))
    assert ended.code == 1
    assert ended.err.startswith(told)
    assert "1 of 1 as expected" in ended.out


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("m.txt", b"# nothing\n", "holds no sentence"),
        ("m.txt", b"high: \xff\n", "no UTF-8"),
        ("m.toml", b"case = 3\n", "no list of tables"),
        ("m.toml", b"case =\n", "no TOML"),
        ("m.toml", ENGLISH.encode(), "holdspace lexicon check"),
    ],
)
def test_a_file_that_holds_no_sentences_is_refused(holdspace: Run, a: Path, name, content, told):
    file = a.parent / name
    file.write_bytes(content)
    ended = holdspace("lexicon", "test", str(file), "-l", str(a))
    assert ended.code == 1
    assert told in ended.err


def test_a_file_that_is_not_there_is_told(holdspace: Run, a: Path):
    assert "nowhere.txt cannot be read" in holdspace("lexicon", "test", "nowhere.txt", "-l", str(a)).err


def test_two_equal_lexicons_read_everything_alike(holdspace: Run, a: Path):
    ended = holdspace("lexicon", "diff", str(a), str(a))
    assert ended.code == 0
    assert "0 of 6 sentences would have another level; 0 keep theirs for another reason." in ended.out


def test_a_narrower_pattern_shows_what_it_no_longer_finds(holdspace: Run, a: Path):
    ended = holdspace("lexicon", "diff", str(a), str(changed(a, NARROWER, NARROWER_SENTENCE)))
    assert ended.code == 1
    assert ended.out.splitlines() == [
        "higher (1)",
        '  none -> concern: "such a burden"',
        "      en, burden, must match; should be concern or high or imminent",
        "      before: nothing found",
        "      now: burden",
        "lower (1)",
        '  concern -> none: "i am a burden"',
        "      en, burden, must match; should be concern or high or imminent",
        "      before: burden",
        "      now: nothing found",
        "Before: en 1. After: en 1.",
        "2 of 7 sentences would have another level; 0 keep theirs for another reason.",
        "Nearer to the level that was written for them: 1; farther from it: 1.",
    ]


def test_the_open_corpus_is_compared_and_the_blind_part_never_opened(holdspace: Run, a: Path):
    row = '{{"id": "{}", "text": "{} i am a burden today", "level": "none"}}\n'
    for name in ("en", "blind"):
        (a.parent / "corpus" / name).mkdir(parents=True)
        (a.parent / "corpus" / name / "en.jsonl").write_text(row.format(f"{name}-1", name))
    out = holdspace("lexicon", "diff", str(a), str(changed(a, NARROWER, NARROWER_SENTENCE))).out
    assert "      line 1 (en-1); should be none\n" in out
    assert "blind" not in out
    assert "Nearer to the level that was written for them: 2; farther from it: 1." in out


def test_a_level_that_stays_for_another_reason_is_counted_only(holdspace: Run, a: Path):
    renamed = changed(a, ('id = "burden"', 'id = "burden.felt"'))
    ended = holdspace("lexicon", "diff", str(a), str(renamed))
    assert ended.code == 0
    assert "0 of 6 sentences would have another level; 1 keep theirs for another reason." in ended.out
