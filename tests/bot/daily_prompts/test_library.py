from pathlib import Path

import pytest

from bot.daily_prompts.library import BrokenLibrary, Shelf, built_in, built_in_languages, load, with_own
from bot.daily_prompts.model import TEXT_LIMIT, Depth, Fit, Place, Theme
from tests.bot.daily_prompts.build import write

GOOD = """
theme = "strengths"

[[prompt]]
id = "small-win"
text = "What went well?"
why = "It helps to look twice."
depth = "middle"
fits = ["any", "weekend"]
topics = ["work"]
note = "About work."
skill = "values"

[[prompt]]
id = "plain"
text = '''
Two lines:
[[prompt]]
id = "not one"
'''
why = "Short."
theme = "changes"
"""


def problems(folder: Path, language: str = "en") -> list[str]:
    with pytest.raises(BrokenLibrary) as broken:
        load(language, [folder])
    return [str(problem).removeprefix(f"{folder}/") for problem in broken.value.problems]


def one(line: str, *, without: str = "") -> str:
    lines = ['theme = "strengths"', "[[prompt]]", 'id = "a"', 'text = "A?"', 'why = "B."']
    return "\n".join([each for each in lines if not (without and each.startswith(without))] + [line])


def test_a_file_becomes_prompts(tmp_path: Path) -> None:
    shelf = load("en", [write(tmp_path, some=GOOD)])
    first, second = shelf.prompts.values()
    assert first.theme is Theme.STRENGTHS
    assert first.depth is Depth.MIDDLE
    assert first.fits == {Fit.ANY, Fit.WEEKEND}
    assert first.topics == {"work"}
    assert (first.id, first.note, first.skill) == ("small-win", "About work.", "values")
    assert second.theme is Theme.CHANGES
    assert second.depth is Depth.LIGHT
    assert second.fits == {Fit.ANY}
    assert second.text == 'Two lines:\n[[prompt]]\nid = "not one"'


def test_every_prompt_knows_its_line_even_after_a_text_that_looks_like_a_header(tmp_path: Path) -> None:
    shelf = load("en", [write(tmp_path, some=GOOD + '\n[[prompt]]\nid = "c"\ntext = "C?"\nwhy = "D."\n')])
    assert [place.line for place in shelf.places.values()] == [4, 14, 24]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (one("", without="id"), "a.toml:2: This prompt has no id. Add a line id"),
        (one("", without="text"), "a.toml:2: This prompt has no text."),
        (one("", without="why"), "a.toml:2: This prompt has no why."),
        (one("", without="theme"), "a.toml:1: This prompt belongs to no theme."),
        (one('depth = "deeep"'), "a.toml:6: There is no depth called 'deeep'. Did you mean 'deep'?"),
        (one('fits = ["weekends"]'), "a.toml:6: There is no day called 'weekends'. Did you mean 'weekend'?"),
        (one('fits = "any"'), "a.toml:6: 'fits' must be a list of texts."),
        (one("topics = [1]"), "a.toml:6: 'topics' must be a list of texts."),
        (one('theme = "cooking"'), "a.toml:6: There is no theme called 'cooking'. Choose from: not_alone,"),
        (one('hint = "x"'), "a.toml:6: A prompt has no 'hint'."),
        (one("note = 5"), "a.toml:6: 'note' must be a text in quotation marks"),
        (one('note = " "'), "a.toml:6: 'note' must be a text in quotation marks, and not empty."),
        (one('id = "A b"', without="id"), "a.toml:5: The id 'A b' cannot be used. Use small letters"),
        (one(f'text = "{"x" * (TEXT_LIMIT + 3)}"', without="text"), "a.toml:5: 'text' is 503 characters long; 500 fit"),
        (one('note = "open'), "a.toml:6: The file cannot be read: "),
        ('prompt = "x"\ntheme = "strengths"', "a.toml:1: 'prompt' is not a list of prompts. Begin each"),
        (one("") + '\n[promts]\nx = "y"', "a.toml:7: There is no place for 'promts' here. Did you mean 'prompt'?"),
        (one("") + '\n[themes]\nstrenghts = "y"', "a.toml:8: [themes] has no 'strenghts'. Did you mean 'strengths'?"),
        (one("") + "\n[themes]\nstrengths = 1", "a.toml:8: 'strengths' in [themes] must be a text"),
        (one("") + "\n[topics.food]\nwords = []", "a.toml:7: The topic 'food' needs a name."),
    ],
)
def test_a_mistake_is_named_with_its_line_and_a_remedy(tmp_path: Path, text: str, expected: str) -> None:
    found = problems(write(tmp_path, a=text))
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_all_mistakes_in_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, a=one('depth = "flat"\nhint = 1'), b="theme = [", c=one('fits = ["never"]'))
    found = problems(folder)
    assert [line.split(": ")[0] for line in found] == ["a.toml:7", "a.toml:6", "b.toml:1", "c.toml:6"]


def test_an_id_that_is_taken_names_the_other_place(tmp_path: Path) -> None:
    found = problems(write(tmp_path, a=one(""), b=one("")))
    assert found == [
        f"b.toml:2: The id 'a' is already taken in {tmp_path}/a.toml, line 2. Give one of the two another id."
    ]


def test_a_file_in_another_encoding_is_named_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes('theme = "changes"\n# für'.encode("latin-1"))
    assert problems(tmp_path) == [
        "a.toml:2: This line holds letters in another encoding. Save the file as UTF-8; every text editor can."
    ]


def test_what_is_no_file_and_what_has_no_end_is_named_and_nothing_falls_over(tmp_path: Path) -> None:
    (tmp_path / "a.toml").mkdir()
    (tmp_path / "b.toml").write_text("theme = " + "[" * 20_000)
    assert [line.split(". ")[0] for line in problems(tmp_path)] == [
        "a.toml:1: This file cannot be read",
        "b.toml:1: The file cannot be read: brackets in brackets in brackets, far too many",
    ]


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf" + one("").replace("\n", "\r\n").encode())
    assert load("en", [tmp_path]).places["a"] == Place(str(tmp_path / "a.toml"), 2)


def test_prompts_written_inline_are_read_and_placed(tmp_path: Path) -> None:
    inline = 'theme = "changes"\nprompt = [{id = "a", text = "A?", why = "B."}]'
    assert load("en", [write(tmp_path, a=inline)]).places["a"].line == 2


def test_a_language_without_prompts_is_named_with_those_that_have_some(tmp_path: Path) -> None:
    with pytest.raises(BrokenLibrary, match="Languages with prompts: en, es"):
        load("tlh", built_in("tlh"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "nowhere:1: There is no such folder." in problems(tmp_path / "nowhere")[0]


def test_own_prompts_join_the_ones_that_come_along(tmp_path: Path) -> None:
    own = write(tmp_path, own=one('topics = ["gardening"]') + '\n[topics.gardening]\nname = "gardens"')
    shelf = load("en", [*built_in("en"), own])
    assert shelf.prompts["a"].topics == {"gardening"}
    assert shelf.vocabulary.topics["gardening"].name == "gardens"
    assert len(shelf.prompts) == len(load("en", built_in("en")).prompts) + 1


def test_languages_that_come_along_are_found() -> None:
    assert built_in_languages() == ("en", "es")


def test_an_edit_comes_into_force(tmp_path: Path) -> None:
    write(tmp_path, a=one(""))
    shelf = Shelf(lambda _: [tmp_path])
    assert shelf.library("en").prompts["a"].text == "A?"
    write(tmp_path, a=one("").replace("A?", "Anew?"))
    assert shelf.refresh() == ()
    assert shelf.library("en").prompts["a"].text == "Anew?"


def test_a_broken_edit_is_reported_once_and_the_last_good_library_stays(tmp_path: Path) -> None:
    write(tmp_path, a=one(""))
    shelf = Shelf(lambda _: [tmp_path])
    good = shelf.library("en")
    write(tmp_path, a=one('depth = "flat"'))
    assert [problem.place.line for problem in shelf.refresh()] == [6]
    assert shelf.refresh() == ()
    assert [problem.place.line for problem in shelf.problems("en")] == [6]
    assert shelf.library("en") is good
    write(tmp_path, a=one('depth = "deep"'))
    assert shelf.refresh() == ()
    assert shelf.problems("en") == ()
    assert shelf.library("en").prompts["a"].depth is Depth.DEEP


def test_a_folder_that_vanishes_leaves_the_last_good_library(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", a=one(""))
    shelf = Shelf(lambda _: [folder])
    good = shelf.library("en")
    (folder / "a.toml").unlink()
    assert "no daily prompts" in shelf.refresh()[0].message
    folder.rmdir()
    assert shelf.refresh() == ()
    assert shelf.library("en") is good


def test_nothing_is_read_anew_while_nothing_changed(tmp_path: Path) -> None:
    write(tmp_path, a=one(""))
    shelf = Shelf(lambda _: [tmp_path])
    first = shelf.library("en")
    shelf.refresh()
    assert shelf.library("en") is first


def test_a_library_that_was_never_good_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, a=one('depth = "flat"'))
    shelf = Shelf(lambda _: [tmp_path])
    for _ in range(2):
        with pytest.raises(BrokenLibrary, match="have a problem"):
            shelf.library("tlh")


def test_if_ones_own_files_are_broken_from_the_start_the_others_serve_alone(tmp_path: Path) -> None:
    write(tmp_path / "en", own=one('depth = "flat"'))
    shelf = Shelf(with_own(tmp_path))
    assert shelf.library("en").prompts == load("en", built_in("en")).prompts
    assert [problem.place.line for problem in shelf.refresh()] == [6]
    assert shelf.refresh() == ()
    write(tmp_path / "en", own=one(""))
    shelf.refresh()
    assert "a" in shelf.library("en").prompts


@pytest.mark.parametrize("folder", [None, "nowhere"])
def test_without_a_folder_of_ones_own_there_are_those_that_come_along(tmp_path: Path, folder: str | None) -> None:
    shelf = Shelf(with_own(tmp_path / folder if folder else None))
    assert len(shelf.library("es").prompts) == len(load("es", built_in("es")).prompts)
