"""The readings of one message: spoilers, code, quoted lines, what hangs on it, and the last messages joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crisis.screening import Level, View, ViewKind, joined, views_of
from bot.crisis.screening.views import FILE_TEXT_LIMIT
from tests.bot.crisis.screening.tiny import made

TEXT, SPOILER, CODE, QUOTE = ViewKind.TEXT, ViewKind.SPOILER, ViewKind.CODE, ViewKind.QUOTE


def parts(content: str) -> list[tuple[ViewKind, str]]:
    return [(view.kind, " ".join(view.text.split())) for view in views_of(content)]


@pytest.mark.parametrize(
    ("content", "readings"),
    [
        ("plain words", [(TEXT, "plain words")]),
        ("a ||b|| c", [(TEXT, "a c"), (SPOILER, "b"), (SPOILER, "a ||b|| c")]),
        ("||all||", [(SPOILER, "all"), (SPOILER, "||all||")]),
        ("a `b` c", [(TEXT, "a c"), (CODE, "b"), (CODE, "a b c")]),
        ("a ``b`c`` d", [(TEXT, "a d"), (CODE, "b`c"), (CODE, "a b c d")]),
        ("```py\nb\n``` c", [(TEXT, "c"), (CODE, "b"), (CODE, "py b c")]),
        ("> said\nown", [(TEXT, "own"), (QUOTE, "> said")]),
        ("own\n>>> said\nmore", [(TEXT, "own"), (QUOTE, ">>> said more")]),
        ("a > b", [(TEXT, "a > b")]),
        ("a || b", [(TEXT, "a || b")]),
        ("a ` b", [(TEXT, "a ` b")]),
        ("I don`t. I won`t", [(TEXT, "I don't. I won't")]),
        (">no blank, no quotation", [(TEXT, ">no blank, no quotation")]),
        ("`||a||`", [(CODE, "||a||"), (CODE, "||a||")]),
        ("", [(TEXT, "")]),
    ],
)
def test_a_message_is_read_in_all_the_ways_it_can_be_seen(content, readings):
    assert parts(content) == readings


@given(content=st.text(st.sampled_from("ab|`> \n"), max_size=60))
def test_every_place_in_a_reading_is_the_same_place_in_the_message(content: str):
    for view in views_of(content):
        assert len(view.text) == len(content)
        assert all(seen in {" ", own} for seen, own in zip(view.text, content, strict=True))


@pytest.mark.parametrize(
    "content",
    ["fine ||i want to die||", "`i want to die`", "i ||want|| to die", "```\ni want to die\n```", "i `want` to die"],
)
def test_words_behind_a_spoiler_or_in_code_count(content: str):
    assert made().assess(views_of(content)).level is Level.HIGH


@pytest.mark.parametrize("content", ["I don`t, I don`t want to die", "it isn`t, i don`t want to die, it`s fine"])
def test_a_back_tick_in_a_word_is_an_apostrophe_so_that_a_denial_counts(content: str):
    assert made().assess(views_of(content)).level is Level.NONE


@pytest.mark.parametrize("content", ["> i want to die", "> i want to die\nno", ">>> i want to die\nyes"])
def test_quoted_lines_never_count_by_themselves_but_stay_visible(content: str):
    found = made().assess(views_of(content))
    assert found.level is Level.NONE
    assert [change.modifier for item in found.evidence for change in item.changes] == ["view.quote"]


def test_what_hangs_on_a_message_is_read_under_its_own_name():
    views = views_of(
        "look", file_names=["want_to-die.txt"], alt_texts=["alt"], file_texts=["inside"], poll=["a?", "b"],
        thread_title="title", nickname="nick",
    )  # fmt: skip
    assert [(view.kind, view.text) for view in views] == [
        (TEXT, "look"),
        (ViewKind.FILE_NAME, "want to die txt"),
        (ViewKind.ALT_TEXT, "alt"),
        (ViewKind.FILE_TEXT, "inside"),
        (ViewKind.POLL, "a?"),
        (ViewKind.POLL, "b"),
        (ViewKind.THREAD_TITLE, "title"),
        (ViewKind.NICKNAME, "nick"),
    ]
    found = made().assess(views)
    assert (found.level, found.evidence[0].view) == (Level.HIGH, ViewKind.FILE_NAME)


def test_what_is_empty_makes_no_reading_and_a_long_file_is_cut():
    assert views_of("x", file_names=[" "], poll=[""], file_texts=["a" * 10_000])[1:] == (
        View(ViewKind.FILE_TEXT, "a" * FILE_TEXT_LIMIT),
    )


def test_the_last_messages_are_one_reading_of_which_only_what_touches_the_newest_counts():
    assert made().assess([joined(["i want", "to die"])]).level is Level.HIGH
    assert made().assess([joined(["i want to die", "bread"])]).level is Level.NONE
    assert made().assess([joined(["bread", "i want to die"])]).level is Level.HIGH
    assert joined([]).text == ""


def test_a_denial_in_an_earlier_message_denies_nothing_in_the_newest():
    assert made().assess([joined(["not", "want to die"])]).level is Level.HIGH


def test_evidence_of_an_earlier_message_completes_a_rule_of_the_newest():
    found = made().assess((*views_of("i have the pills"), joined(["i want to die", "i have the pills"])))
    assert found.level is Level.IMMINENT
