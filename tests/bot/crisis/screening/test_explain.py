"""The explanation: every line that a therapist reads can be traced to the assessment."""

import pytest

from bot.crisis.screening import Assessment, Change, Evidence, Level, Raise, View, ViewKind, views_of
from bot.crisis.screening.explain import explained, shown, telling
from tests.support.seeded import shipped_screener


def evidence(words: str, start: int, level: Level = Level.HIGH, **more: object) -> Evidence:
    fields: dict[str, object] = {
        "entry": "wish.die",
        "kind": "wish",
        "note": "Wants to be dead.",
        "language": "en",
        "found": level,
        "level": level,
        "view": ViewKind.TEXT,
        "view_index": 0,
        "span": (start, start + len(words)),
        "words": words,
    }
    return Evidence(**(fields | more))  # type: ignore[arg-type]


def lines_of(text: str, *items: Evidence, colour: bool = False, **more: object) -> list[str]:
    level = max((item.level for item in items), default=Level.NONE)
    fields: dict[str, object] = {"level": level, "evidence": items, "lexicon_version": "en 1"}
    assessment = Assessment(**(fields | more))  # type: ignore[arg-type]
    return list(explained(assessment, views_of(text), content=text, colour=colour))


def test_the_level_comes_first_with_what_follows_from_it_and_the_lexicon_last():
    lines = lines_of("so i want to die", evidence("want to die", 5))
    assert lines[0] == "high: the therapists are paged"
    assert lines[-1] == "Lexicon: en 1. This describes a message, never a person."


def test_the_words_are_lit_in_the_original_by_brackets():
    assert "  message: So I [WANT to d1e] now" in lines_of("So I WANT to d1e now", evidence("WANT to d1e", 5))


def test_the_words_are_lit_by_colour_when_asked():
    lines = lines_of("so i want to die", evidence("want to die", 5), colour=True)
    assert lines[0].startswith("\x1b[1;31mhigh\x1b[0m")
    assert "  message: so i \x1b[1;31mwant to die\x1b[0m" in lines


def test_the_entry_and_its_note_are_named():
    lines = lines_of("want to die", evidence("want to die", 0))
    assert '  "want to die": high' in lines
    assert "      wish.die (wish, en): Wants to be dead." in lines


def test_what_lowered_the_level_is_shown_with_the_level_before_and_after():
    change = Change("not.denied", "Denied.", "dont", (2, 6), Level.HIGH, Level.NONE)
    lowered = evidence("want to die", 7, found=Level.HIGH, level=Level.NONE, changes=(change,))
    lines = lines_of("i dont want to die", lowered)
    assert "  message: i <dont> [want to die]" in lines
    assert '  "want to die": high -> none' in lines
    assert '      lowered high -> none by not.denied at "dont": Denied.' in lines


def test_the_rule_that_raised_the_level_is_named_and_its_signs_are_lit():
    signs = evidence("the pills", 13, Level.NONE, entry="means.at_hand", kind="means", note="A means.")
    step = Raise("wish+means", "Both.", Level.HIGH, Level.IMMINENT, ("means", "wish"))
    lines = lines_of("want to die, the pills", evidence("want to die", 0), signs, level=Level.IMMINENT, raises=(step,))
    assert lines[0] == "imminent: the therapists are paged loudly"
    assert "  message: [want to die], [the pills]" in lines
    assert "  raised high -> imminent by wish+means (means, wish): Both." in lines


def test_signs_that_decided_nothing_are_listed_but_not_lit():
    sign = evidence("bye", 13, Level.NONE, entry="farewell.plain", kind="farewell")
    lines = lines_of("want to die, bye", evidence("want to die", 0), sign)
    assert "  message: [want to die], bye" in lines
    assert '      "bye": farewell.plain (farewell, en)' in lines


def test_a_text_in_no_script_with_rules_is_called_not_screened():
    lines = lines_of("Привет", screened=False)
    assert lines[0].startswith("not screened: no word here is in a script that has rules.")
    assert not any(line.startswith("none:") for line in lines)


def test_a_text_longer_than_what_is_read_says_so():
    assert "The text is longer than what is read; its end was not screened." in lines_of("long", complete=False)


def test_words_in_what_hangs_on_a_message_are_lit_under_its_own_name():
    views = (*views_of("look"), View(ViewKind.POLL, "want to die"))
    item = evidence("want to die", 0, view=ViewKind.POLL, view_index=1)
    lines = explained(Assessment(Level.HIGH, (item,)), views, content="look")
    assert "  poll: [want to die]" in lines
    assert '  "want to die": high, in poll' in lines


def test_several_views_of_one_message_are_lit_in_one_text():
    text = "fine ||i want to die||"
    views = views_of(text)
    lines = explained(shipped_screener().assess(views), views, content=text)
    assert "  message: fine ||[i want to die]||" in lines


def test_without_the_content_each_view_is_shown_for_itself():
    text = "fine ||i want to die||"
    views = views_of(text)
    lines = explained(shipped_screener().assess(views), views)
    assert any(line.startswith("  spoiler: ") and "[i want to die]" in line for line in lines)


def test_a_phrase_inside_another_of_the_same_entry_is_told_once():
    whole, part = evidence("i want to die", 0), evidence("want to die", 2)
    assert telling(Assessment(Level.HIGH, (part, whole))) == (whole,)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("\x1b[2J", "\ufffd[2J"),
        ("k\u200bill", "k·ill"),
        ("\u202eeid", "·eid"),
        ("\ud800", "\ufffd"),
        ("a\u00a0b\tc\u2028d", "a b c d"),
        ("👨\u200d👩 ñ", "👨\u200d👩 ñ"),
    ],
)
def test_nothing_that_could_move_a_terminal_or_hide_in_it_is_shown_as_it_is(text, safe):
    assert shown(text) == safe
