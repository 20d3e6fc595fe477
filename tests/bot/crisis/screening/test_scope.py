"""What stands around a phrase: how far a modifier reaches, what it does there, and what makes it void."""

import pytest

from bot.crisis.screening import Assessment, Context, Level, views_of
from tests.bot.crisis.screening.tiny import made

HEAD = """\
[meta]
language = "en"
name = "English"
version = "1"
self_words = ["i", "my"]
other_words = ["he", "she"]
negations = ["not", "never"]
turns = ["but"]
"""
ENTRY = """
[[entry]]
id = "wish"
level = "high"
kind = "wish"
note = "n"
patterns = ["want to die", "my wish"]
match = ["i want to die"]
clear = ["no"]
"""
PLAN = """
[[entry]]
id = "plan"
level = "imminent"
kind = "plan"
note = "n"
patterns = ["tonight it ends"]
match = ["tonight it ends"]
clear = ["no"]
"""


def lowering(words: str, acts: str, *more: str, cap: str | None = "none", name: str = "m", kind: str = "t") -> str:
    limit = [f'cap = "{cap}"'] if cap else []
    lines = [f'id = "{name}"', f'type = "{kind}"', 'note = "n"', f'patterns = ["{words}"]', f'acts = "{acts}"']
    return "\n".join(["", "[[modifier]]", *lines, *limit, *more, ""])


def read(text: str, *parts: str, entry: str = ENTRY) -> Assessment:
    return made(HEAD + entry + "".join(parts)).assess(views_of(text))


def level(text: str, *parts: str, entry: str = ENTRY) -> Level:
    return read(text, *parts, entry=entry).level


NOT_AFTER = lowering("not", "after", "window = 2")
LATER_BEFORE = lowering("kidding", "before", "window = 2")


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("i do not want to die", True),
        ("not that i want to die", True),
        ("not that now i want to die", False),
        ("want to die not", False),
        ("not today. i want to die", False),
        ("not, i want to die", True),
        ("not\ni want to die", False),
        ("not\n\ni want to die", False),
        ("not!\ni want to die", False),
        ("not today...\nwant to die", False),
    ],
)
def test_a_modifier_reaches_so_many_words_within_its_sentence_and_its_line(text, cleared):
    assert (level(text, NOT_AFTER) is Level.NONE) is cleared


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("i want to die, just kidding", True),
        ("i want to die. kidding", True),
        ("i want to die. only kidding", False),
        ("i want to die\nkidding", False),
        ("kidding i want to die", False),
    ],
)
def test_a_modifier_may_come_after_the_phrase(text, cleared):
    """A full stop before a single word is emphasis; a new line is not."""
    assert (level(text, LATER_BEFORE) is Level.NONE) is cleared


def test_around_reaches_to_both_sides():
    around = lowering("kidding", "around", "window = 1")
    assert level("kidding want to die", around) is level("want to die, kidding", around) is Level.NONE


def test_a_clause_ends_the_reach_where_the_modifier_says_so():
    within = lowering("not", "after", "window = 3", "clause = true")
    assert level("not now want to die", within) is Level.NONE
    assert level("not now, want to die", within) is Level.HIGH


def test_words_that_stop_a_modifier_stop_it():
    stopped = lowering("not", "after", "window = 4", 'stop = ["because"]')
    assert level("not because i want to die", stopped) is Level.HIGH


def test_a_phrase_that_holds_a_word_of_its_own_is_left_alone():
    spared = lowering("not", "after", "window = 2", 'unless = ["my"]')
    assert level("not my wish", spared) is Level.HIGH
    assert level("not want to die", spared) is Level.NONE


def test_over_needs_shared_words():
    over = lowering("die laughing", "over")
    assert level("i want to die laughing", over) is Level.NONE
    assert level("i want to die. die laughing", over) is Level.HIGH


@pytest.mark.parametrize("between", ["\n", ".\n", "! ", " ... \n"])
def test_a_modifier_of_the_sentence_ends_at_sentences_and_lines(between):
    film = lowering("film", "sentence")
    assert level("in that film i want to die", film) is Level.NONE
    assert level(f"what a film{between}i want to die", film) is Level.HIGH
    assert level(f"i want to die{between}what a film", film) is Level.HIGH


def test_a_modifier_of_the_sentence_does_not_reach_through_typing_without_full_stops():
    film = lowering("film", "sentence")
    assert level("that film " + "and then " * 5 + "i want to die", film) is Level.NONE
    assert level("that film " + "and then " * 7 + "i want to die", film) is Level.HIGH


def test_a_modifier_of_the_message_reaches_everywhere():
    film = lowering("film", "message")
    assert level("what a film!\ni want to die", film) is Level.NONE


def test_a_modifier_that_lowers_is_not_put_together_from_two_lines():
    over = lowering("die laughing", "over")
    assert level("i want to die\nlaughing at the film", over) is Level.HIGH


def test_a_phrase_itself_may_run_over_lines():
    assert level("i want\nto die") is Level.HIGH


def test_a_drop_takes_levels_off_and_a_cap_sets_the_most():
    assert level("want to die lol", lowering("lol", "message", "drop = 1", cap=None)) is Level.CONCERN
    assert level("want to die lol", lowering("lol", "message", cap="concern")) is Level.CONCERN


def test_a_denial_that_turns_leaves_a_concern():
    turned = lowering("not", "after", "window = 2", 'turned = "concern"')
    assert level("i do not want to die", turned) is Level.NONE
    assert level("i do not want to die but", turned) is Level.CONCERN


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        ('only = ["wish"]', Level.NONE),
        ('only = ["plan"]', Level.HIGH),
        ('spares = ["wish"]', Level.HIGH),
        ('up_to = "concern"', Level.HIGH),
        ('up_to = "high"', Level.NONE),
    ],
)
def test_a_modifier_works_on_the_kinds_and_levels_that_it_names(limit, found):
    assert level("not want to die", lowering("not", "after", "window = 2", limit), entry=ENTRY + PLAN) is found


def test_an_entry_may_ignore_a_type_of_modifier():
    assert level("not want to die", NOT_AFTER, entry=ENTRY + 'ignores = ["t"]\n') is Level.HIGH


def test_a_pseudo_negation_makes_a_negation_void_where_they_share_words():
    lie = lowering("not gonna lie", "over", 'voids = ["t"]', cap=None, name="p", kind="pseudo")
    wide = lowering("not", "after", "window = 4")
    assert level("not gonna lie i want to die", wide) is Level.NONE
    assert level("not gonna lie i want to die", wide, lie) is Level.HIGH
    assert level("not gonna lie. i do not want to die", wide, lie) is Level.NONE


def test_a_modifier_of_the_message_voids_anywhere_even_over_lines():
    serious = lowering("i am serious", "message", 'voids = ["t"]', cap=None, name="s", kind="earnest")
    laugh = lowering("lol", "message")
    assert level("i want to die lol.\ni am\nserious", laugh, serious) is Level.HIGH


def test_what_was_lowered_stays_visible_with_the_words_that_lowered_it():
    found = read("i do not want to die", NOT_AFTER).evidence
    assert [(item.entry, item.level) for item in found] == [("wish", Level.NONE)]
    assert [(change.modifier, change.words, change.before) for change in found[0].changes] == [("m", "not", Level.HIGH)]


def test_a_modifier_with_most_words_works_in_short_messages_only():
    short = lowering("lol", "message", "max_words = 5")
    assert level("want to die lol", short) is Level.NONE
    assert level("want to die lol and so on and on", short) is Level.HIGH


SHORT = ENTRY + "max_words = 4\n"


@pytest.mark.parametrize("around", ["{}", "the bus was late today\n{}", "{}\nthe bus was late today", "it rains. {}"])
def test_an_entry_for_short_messages_counts_the_words_of_its_own_line_or_sentence(around):
    assert level(around.format("i want to die"), entry=SHORT) is Level.HIGH
    assert level(around.format("and then i want to die"), entry=SHORT) is Level.NONE


ABOUT_SELF = ENTRY.replace('"my wish"', '"gone soon"') + "about_self = true\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gone soon", Level.HIGH),
        ("she is gone soon", Level.NONE),
        ("she is gone soon, i know", Level.HIGH),
        ("gone soon, she said", Level.NONE),
        ("she said hello\ngone soon", Level.HIGH),
        ("gone soon\nshe said hello", Level.HIGH),
    ],
)
def test_an_entry_about_oneself_is_not_silenced_by_others_on_another_line(text, found):
    assert level(text, entry=ABOUT_SELF) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("i will stop now", Level.HIGH),
        ("i will stop now please", Level.HIGH),
        ("i will stop not now", Level.NONE),
        ("i will stop never", Level.NONE),
        ("i will stop now please and eat", Level.NONE),
    ],
)
def test_a_gap_before_the_end_of_a_clause_holds_no_negation(text, found):
    assert level(text, entry=ENTRY.replace('"my wish"', '"will stop ..2 $"')) is found


QUOTING = lowering("he said that", "message", 'voids = ["quotation"]', cap=None, name="q", kind="voices")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('the song goes "i want to die" again and again', Level.CONCERN),
        ("the song goes 'i want to die' again and again", Level.CONCERN),
        ('"i want to die"', Level.HIGH),
        ('she: "i want to die"', Level.HIGH),
        ("i don't want 'help', i want to die, you're mean", Level.HIGH),
    ],
)
def test_words_in_quotation_marks_count_less_where_others_stand_around_them(text, found):
    assert level(text) is found


def test_a_modifier_may_void_the_quotation():
    assert level('he said that "i want to die" is all there is', QUOTING) is Level.HIGH


def test_what_a_therapist_writes_is_a_concern_at_most():
    screener = made(HEAD + ENTRY)
    assert screener.assess(views_of("i want to die"), Context(author_is_therapist=True)).level is Level.CONCERN
