"""What a person wrote is shown as written, pings nobody and cannot pass for the bot's words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.shared.writing import as_written, quoted, shortened, tidy


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("I slept well.", "I slept well."),
        ("**loud** and _quiet_", r"\*\*loud\*\* and \_quiet\_"),
        ("# Heading", r"\# Heading"),
        ("-# small", r"\-# small"),
        ("- a list", r"\- a list"),
        ("> not mine", r"\> not mine"),
        ("1. first", r"1\. first"),
        ("in 2024. Then", "in 2024. Then"),
        ("2024. Then", r"2024\. Then"),
        ("well-being - yes", "well-being - yes"),
        ("5 > 3", "5 > 3"),
        ("line\n## next", "line\n\\## next"),
        ("||hidden||", r"\|\|hidden\|\|"),
        ("`code`", r"\`code\`"),
        ("@everyone", r"\@everyone"),
        ("<@123> <#4> <t:5:R>", r"\<\@123> \<#4> \<t:5:R>"),
        ("[free](https://example.org/a_b)", r"\[free\](https://example.org/a_b)"),
        ("see https://example.org/a_b_c ok_", r"see https://example.org/a_b_c ok\_"),
        (r"a\b", r"a\\b"),
    ],
)
def test_markdown_and_mentions_are_shown_as_plain_signs(written, shown):
    assert as_written(written) == shown


@given(st.text(alphabet=st.sampled_from("ab1 .\n#>-+*_~`|[]()<@\\"), max_size=60))
def test_nothing_is_lost_and_no_line_begins_a_block(text):
    shown = as_written(text)
    assert re.sub(r"\\([^0-9A-Za-z\s])", r"\1", shown) == text
    assert not re.search(r"^[ \t]*(#|>|-|\+|\d+\.)", shown, re.MULTILINE)
    assert not re.search(r"(?<!\\)(\\\\)*[*_~`|\[<@]", shown)


def test_blank_lines_and_signs_that_turn_the_writing_round_are_taken_out():
    assert tidy(" a\r\n\r\n\n \n b\u202e\x00c\t ") == "a\n\nbc"
    assert tidy("\u2066\n \x07") == ""


def test_a_persons_words_stand_in_a_block_of_their_own():
    assert quoted("a\n# b") == ">>> a\n\\# b"


def test_a_text_is_cut_with_a_sign():
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
