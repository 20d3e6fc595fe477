"""Every kind of fault in a lexicon is told with its file, its line, its entry and what to do, and nothing is loaded."""

from pathlib import Path

import pytest

from bot.crisis.screening import Level, LexiconError, Problem, Screener, views_of
from bot.crisis.screening.loading import SHIPPED
from tests.bot.crisis.screening.tiny import ENGLISH, lexicon_in

PATTERN = 'patterns = ["want to die"]'
NOTE = 'note = "Wants to be dead."'


def problems_of(tmp_path: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(LexiconError) as caught:
        Screener.load(lexicon_in(tmp_path, text))
    assert "Nothing was changed; what ran before still runs." in str(caught.value)
    return caught.value.problems


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("right", "wrong", "entry", "at", "fault", "remedy"),
    [
        (PATTERN, 'patterns = ["want (to die"]', "wish.die", "want (to", "cannot be read", 'Add ")"'),
        (PATTERN, 'patterns = ["want to die)"]', "wish.die", "die)", "cannot be read", "closes nothing"),
        (PATTERN, 'patterns = ["want to (die]"]', "wish.die", "(die]", "cannot be read", 'Write ")"'),
        (PATTERN, 'patterns = ["want (to|)"]', "wish.die", "(to|)", "cannot be read", 'the extra "|"'),
        (PATTERN, 'patterns = ["want (to|[a])"]', "wish.die", "[a]", "cannot be read", "brackets"),
        (PATTERN, 'patterns = ["[want]"]', "wish.die", "[want]", "cannot be read", "Add one"),
        (PATTERN, 'patterns = ["..2 die"]', "wish.die", "..2 die", "cannot be read", "begins and ends"),
        (PATTERN, 'patterns = ["want ..99 die"]', "wish.die", "..99", "cannot be read", "1 to 12 words"),
        (PATTERN, 'patterns = ["wa* die"]', "wish.die", "wa* die", "cannot be read", "three letters"),
        (PATTERN, 'patterns = ["want. die"]', "wish.die", "want. die", "cannot be read", "no sign"),
        (PATTERN, 'patterns = [""]', "wish.die", '""', "cannot be read", "Write a word"),
        (PATTERN, 'patterns = []', "wish.die", "patterns = []", '"patterns" is empty', "at least one"),
        (PATTERN, 'patterns = "want"', "wish.die", "patterns = ", '"patterns" is not', "list of texts"),
        (PATTERN, 'patterns = [1]', "wish.die", "patterns = [1]", "something else than texts", 'Write ["'),
        (PATTERN, 'patterns = ["want {DIE}"]', "wish.die", "{DIE}", "no concept {DIE}", "mend its name"),
        ('"pills", "tablets"', '"{PILLS}"', "PILLS", "{PILLS}", "in a circle: PILLS -> PILLS", "one of them out"),
        ('PILLS = ["pills", "tablets"]', 'PILLS = "pills"', "concept", "PILLS", "is no list of texts", 'Write ["'),
        ('level = "high"', 'level = "urgent"', "wish.die", '"urgent"', '"level" is "urgent"',
         "none, concern, high, imminent"),
        ('level = "high"\n', "", "wish.die", 'id = "wish.die"', '"level" is missing', "Add level ="),
        (NOTE, "", "wish.die", 'id = "wish.die"', '"note" is missing', "Add note ="),
        (NOTE, NOTE + '\nabout_sef = true', "wish.die", "about_sef", "not known here", '"about_self"'),
        (NOTE, NOTE + '\nmax_words = -1', "wish.die", "max_words", '"max_words" is -1', "0 to 500"),
        (NOTE, NOTE + '\nmax_words = true', "wish.die", "max_words", "not a whole number", "Write"),
        (NOTE, NOTE + '\nabout_self = 1', "wish.die", "about_self", "not true or false", "Write"),
        (NOTE, NOTE + '\nignores = ["jokes"]', "wish.die", '"jokes"', "no type of modifier", "Known:"),
        ('clear = ["i dont want to die"]', "", "wish.die", 'id = "wish.die"', '"clear" is empty', "must not count"),
        ('id = "burden"', 'id = "wish.die"', "wish.die", "", "this id is taken", "Give it another"),
        ('match = ["i want to die"]', 'match = ["i want to live"]', "wish.die", "to live",
         "must match and does not", "Mend a"),
        ('clear = ["i dont want to die"]', 'clear = ["we want to die"]', "wish.die", "we want",
         'but "want to die" does', "narrower"),
        ('match = ["i want to die"]', 'match = ["not want to die"]', "wish.die", "not want",
         '(lowered by not.denied: "not")', "Mend a"),
        ('cap = "none"', "", "not.denied", 'id = "not.denied"', "it does nothing", "Give it a cap"),
        ('acts = "after"', 'acts = "behind"', "not.denied", '"behind"', '"acts" is "behind"', "after, before, around"),
        ('window = 2', 'window = 99', "not.denied", "window", '"window" is 99', "0 to 40"),
        ('window = 2', 'only = ["wishes"]', "not.denied", '"wishes"', '"wishes" is no kind', "Known:"),
        ('window = 2', 'voids = ["wishes"]', "not.denied", '"wishes"', "no type of modifier", "Known:"),
        ('need = [["wish"], ["means"]]', 'need = ["wish"]', "wish+means", "need", "no list of lists", 'Write [["kind"'),
        ('need = [["wish"], ["means"]]', 'need = [["wish"], ["mean"]]', "wish+means", '"mean"',
         '"mean" is no kind', "Known:"),
        ('text = "i want to die, i have the pills"', 'text = "i want"', "i want", '"i want"',
         "is none, not imminent", "Mend what"),
        ('level = "imminent"', 'level = "loud"', "i want to die, i have the pills", '"loud"',
         "\"level\" is 'loud'", "Write one of"),
        ("[spelling]", "[spellings]", "", "[spellings]", "the table [spellings] is not known", "The tables are"),
        ('version = "1"', "version = 1", "meta", "version", '"version" is not a text', "Write"),
        ('version = "1"', 'version = "1"\ncolour = "red"', "meta", "colour", '"colour" is not known here',
         "docs/lexicon-format.md"),
        ('dont = "do not"', 'dont = "do not"\ndont = "x"', "", 'dont = "x"', "it is no TOML", "Mend that line"),
        ('note = "Denied."', "note = Denied.", "", "note = Denied", "it is no TOML", "stands in quotes"),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_stands_and_what_to_do(tmp_path, right, wrong, entry, at, fault, remedy):
    assert right in ENGLISH
    text = ENGLISH.replace(right, wrong)
    at_line = line_of(text, at) if at else text[: text.rindex(wrong)].count("\n") + 1
    found = [problem for problem in problems_of(tmp_path, text) if fault in str(problem)]
    assert found, problems_of(tmp_path, text)
    problem = found[0]
    assert (problem.file, problem.entry) == ("en.toml", entry)
    assert remedy in str(problem)
    assert problem.line == at_line or (entry == "meta" and problem.line in {0, at_line})


def test_all_faults_are_told_at_once(tmp_path):
    text = ENGLISH.replace('level = "high"', 'level = "loud"').replace("window = 2", "window = 99")
    assert [problem.entry for problem in problems_of(tmp_path, text)] == ["wish.die", "not.denied"]


def test_of_very_many_faults_the_first_twenty_are_shown():
    error = LexiconError([Problem("en.toml", number, "x", "It is wrong.", "Mend it.") for number in range(50)])
    assert "... and 30 more." in str(error)
    assert str(error).count("Mend it.") == 20


def test_a_folder_without_a_lexicon_says_so(tmp_path):
    with pytest.raises(LexiconError, match=r"there is no lexicon here\. Put back the files"):
        Screener.load(tmp_path)


def test_a_file_that_is_no_text_says_so(tmp_path):
    (tmp_path / "en.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LexiconError, match=r"en\.toml: it cannot be read: .* Save it as UTF-8"):
        Screener.load(tmp_path)


def test_a_mark_that_some_editors_put_before_the_text_is_no_fault(tmp_path):
    folder = lexicon_in(tmp_path, ENGLISH)
    (folder / "en.toml").write_text(ENGLISH, "utf-8-sig")
    assert Screener.load(folder).assess(views_of("i want to die")).level is Level.HIGH


def test_brackets_without_end_are_told_in_words(tmp_path):
    (problem,) = problems_of(tmp_path, "a = " + "[" * 5000)
    assert "nested too deeply" in problem.fault


def test_a_fault_in_one_of_several_files_of_a_language_names_that_file(tmp_path):
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "0.toml").write_text(ENGLISH, "utf-8")
    (folder / "1.toml").write_text('[concept]\nPILLS = ["meds"]\n\n[[entry]]\nid = "burden"\n', "utf-8")
    with pytest.raises(LexiconError) as caught:
        Screener.load(tmp_path)
    told = {(problem.file, problem.line, problem.fault) for problem in caught.value.problems}
    assert ("1.toml", 2, '"PILLS" stands twice in [concept].') in told
    assert ("1.toml", 5, "this id is taken.") in told


def test_the_shipped_lexicons_hold_no_fault():
    assert Screener.load(SHIPPED).languages == ("en", "es")
