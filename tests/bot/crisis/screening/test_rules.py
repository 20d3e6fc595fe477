"""Evidence that means more together: which pieces, how near, in which languages, and that a modifier takes one out."""

import pytest

from bot.crisis.screening import Assessment, Context, Level, views_of
from tests.bot.crisis.screening.tiny import made

HEAD = """\
[meta]
language = "en"
name = "English"
version = "1"
self_words = ["i"]
other_words = ["he"]
negations = ["not"]
turns = ["but"]
"""
LEVELS = {"wish": "high", "sad": "concern", "pills": "none", "bye": "none", "note": "none", "calm": "none"}
DENIED = """
[[modifier]]
id = "not"
type = "negation"
note = "n"
acts = "after"
window = 1
cap = "none"
patterns = ["not"]
"""


def entries() -> str:
    """Return an entry for each word, of a kind of the same name."""
    return "".join(entry(word, level) for word, level in LEVELS.items())


def entry(word: str, level: str, *more: str) -> str:
    lines = [f'id = "{word}"', f'kind = "{word}"', f'level = "{level}"', 'note = "n"', *more]
    return "\n".join(["", "[[entry]]", *lines, f'patterns = ["{word}"]', f'match = ["{word}"]', 'clear = ["x"]', ""])


def rule(need: str, to: str = "imminent", *more: str, name: str = "r") -> str:
    return "\n".join(["", "[[rule]]", f'id = "{name}"', 'note = "Both."', f"need = {need}", f'to = "{to}"', *more, ""])


def read(text: str, *parts: str, context: Context | None = None) -> Assessment:
    screener = made(HEAD + entries() + DENIED + "".join(parts))
    return screener.assess(views_of(text), context or Context())


def level(text: str, *parts: str) -> Level:
    return read(text, *parts).level


BOTH = rule('[["wish"], ["pills"]]')


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("wish pills", Level.IMMINENT),
        ("pills and then a wish", Level.IMMINENT),
        ("wish. pills", Level.IMMINENT),
        ("wish\npills", Level.IMMINENT),
        ("wish", Level.HIGH),
        ("pills", Level.NONE),
        ("wish, not pills", Level.HIGH),
        ("not wish, pills", Level.NONE),
        ("wish ||pills||", Level.IMMINENT),
        ("wish\n> pills", Level.HIGH),
    ],
)
def test_a_rule_needs_one_of_each_list_untouched_by_a_modifier(text, found):
    assert level(text, BOTH) is found


def test_the_rule_says_what_it_raised_and_by_which_kinds():
    step = read("wish pills", BOTH).raises[0]
    assert (step.rule, step.note, step.before, step.after) == ("r", "Both.", Level.HIGH, Level.IMMINENT)
    assert step.kinds == ("pills", "wish")


def test_one_phrase_is_not_two_pieces_of_evidence():
    both = rule('[["wish"], ["wish", "sad"]]')
    assert level("wish", both) is Level.HIGH
    assert level("wish wish", both) is Level.IMMINENT


def test_pieces_may_have_to_be_near():
    near = rule('[["wish"], ["pills"]]', "imminent", "within = 2")
    assert level("wish a b pills", near) is Level.IMMINENT
    assert level("wish a b c pills", near) is Level.HIGH


def test_a_rule_may_ask_for_a_level_without_it():
    grave = rule('[["pills"], ["bye"]]', "imminent", 'at_least = "high"')
    assert level("pills bye", grave) is Level.NONE
    assert level("pills bye wish", grave) is Level.IMMINENT


def test_a_rule_that_leads_no_higher_is_not_told():
    assert read("wish pills", rule('[["wish"], ["pills"]]', "high")).raises == ()


def test_rules_do_not_build_on_each_other():
    first = rule('[["pills"], ["bye"]]', "high", name="first")
    second = rule('[["pills"], ["note"]]', "imminent", 'at_least = "high"', name="second")
    assert [step.rule for step in read("pills bye note", first, second).raises] == ["first"]
    assert [step.rule for step in read("pills bye note wish", first, second).raises] == ["second"]


def test_a_rule_may_count_on_what_rules_before_it_have_reached():
    first = rule('[["pills"], ["bye"]]', "high", name="first")
    second = rule('[["pills"], ["note"]]', "imminent", 'so_far = "high"', name="second")
    assert [step.rule for step in read("pills bye note", first, second).raises] == ["first", "second"]
    assert [step.rule for step in read("pills bye note", second, first).raises] == ["first"]
    assert read("pills note", first, second).raises == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pills bye note", Level.HIGH),
        ("pills bye", Level.NONE),
        ("pills bye bye", Level.NONE),
        ("bye note calm", Level.NONE),
        ("pills bye not note", Level.NONE),
    ],
)
def test_a_rule_may_count_further_kinds_each_once(text, found):
    more = rule('[["pills"]]', "high", 'also = ["bye", "note", "calm"]', "count = 2")
    assert level(text, more) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pills bye", Level.HIGH),
        ("so it is and pills bye", Level.NONE),
        ("so it is and. pills bye", Level.HIGH),
        ("so it is and\npills bye", Level.HIGH),
        ("pills bye\nso it is and so on and on", Level.HIGH),
        ("pills and\nso on and on\nbye", Level.NONE),
    ],
)
def test_a_rule_for_short_messages_counts_from_the_first_piece_to_the_last_with_their_lines(text, found):
    short = rule('[["pills"], ["bye"]]', "high", "max_words = 4")
    assert level(text, short) is found


def test_many_of_one_kind_take_no_longer_than_a_few():
    far = rule('[["pills"], ["bye"], ["note"]]', "high", "within = 3")
    few, many = read("pills " * 50, far), read("pills bye x x x x x note x x x x " * 40, far)
    assert few.level is many.level is Level.NONE


def test_the_highest_level_of_all_evidence_is_that_of_the_message():
    assert level("sad wish") is Level.HIGH
    assert [item.entry for item in read("sad wish").evidence] == ["wish", "sad"]


def test_a_short_reply_counts_only_under_a_message_as_grave_as_it_asks():
    same = entry("same", "concern", 'in_reply_to = "high"')
    levels = {parent: read("same", same, context=Context(parent_level=parent)).level for parent in Level}
    assert levels == {
        Level.NONE: Level.NONE, Level.CONCERN: Level.NONE, Level.HIGH: Level.CONCERN, Level.IMMINENT: Level.CONCERN
    }  # fmt: skip
