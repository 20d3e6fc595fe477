"""A card and a list of wins fit what Discord takes, in every language."""

from datetime import UTC, datetime

import pytest

from bot.progress.model import LONGEST, Audience, Card, Win
from bot.words import Library
from cogs.progress.form import audience_of, win_form
from cogs.progress.render import PAGE, Page, card, own_wins

LIBRARY = Library.load()
CHARACTERS, COMPONENTS, CUSTOM_ID = 4000, 40, 100
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def win(text="I slept", audience=Audience.ONLY_ME, at=None, unposted=False):
    return Win("0" * 24, "tuesday", 10**18, text, audience, WHEN, at, unposted)


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_the_longest_win_fits_a_card_and_a_page_of_the_list(language):
    words = LIBRARY.of(language)
    assert card(win("*" * LONGEST), 10**6, words).content_length() <= CHARACTERS
    labels = {"tuesday": "n" * 60, "other": "x"}
    page = own_wins(Page([win("*" * LONGEST)] * PAGE, 1, 99), words, labels, words("progress.list.shared"))
    assert page.content_length() <= CHARACTERS
    assert page.total_children_count <= COMPONENTS


@pytest.mark.parametrize(
    ("kept", "says", "buttons"),
    [
        (win(), "only you", ["share", "take_back"]),
        (win(audience=Audience.GROUP), "on its way", ["take_back"]),
        (win(audience=Audience.GROUP, at=Card(1, 2)), "the group", ["take_back"]),
        (win(unposted=True), "could not be reached", ["share", "take_back"]),
        (win(text=None), "cannot read this one", ["take_back"]),
    ],
)
def test_a_win_is_listed_with_who_sees_it_and_what_can_be_done(kept, says, buttons):
    shown = own_wins(Page([kept], 0, 1), LIBRARY.of("en"), {"tuesday": "Tuesday circle"}).to_components()
    assert says in str(shown)
    row = shown[-1]["components"]
    assert [button["custom_id"].rpartition(":")[2] for button in row] == buttons


def test_a_card_whose_words_are_lost_says_so():
    assert "cannot be shown" in str(card(win(text=None), 0, LIBRARY.of("en")).to_components())


@pytest.mark.parametrize("chosen", [None, "", "only_me", "everyone", "GROUP"])
def test_only_the_plain_choice_of_the_group_shows_a_win_to_the_group(chosen):
    assert audience_of(chosen) is Audience.ONLY_ME
    assert audience_of("group") is Audience.GROUP


def test_the_forms_custom_id_fits_the_longest_key_of_a_group():
    form = win_form("g" * 40, LIBRARY.of("en"))
    assert len(form.custom_id) <= CUSTOM_ID
