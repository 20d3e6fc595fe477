"""/my-data says all that is kept, within what Discord takes, and offers to erase only what can go."""

import pytest

from bot.privacy.contract import Holding
from bot.words import Library
from cogs.privacy.render import erased, preview, private_messages, shown

LIBRARY = Library.load()
CHARACTERS = 4000
KINDS = sorted(n.removeprefix("privacy.kept.") for n in LIBRARY.of("en").names() if n.startswith("privacy.kept."))
EVERYTHING = [Holding(kind, 10**4, "open_alarm" if number % 3 == 0 else None) for number, kind in enumerate(KINDS)]


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_everything_at_once_fits(language):
    words = LIBRARY.of(language)
    for layout in (shown(EVERYTHING, words), preview(10**18, EVERYTHING, words), erased(EVERYTHING, words)):
        assert layout.content_length() <= CHARACTERS


def test_an_erase_is_offered_only_where_something_can_go():
    words = LIBRARY.of("en")
    assert "data:7:erase" in str(preview(7, [Holding("wins", 1)], words).to_components())
    stays = preview(7, [Holding("therapist_of", 1, "therapist")], words).to_components()
    assert "data:7:erase" not in str(stays)
    assert "stays while you are a therapist" in str(stays)


@pytest.mark.parametrize(("direct", "chosen"), [(True, "private:direct:choose"), (False, "private:thread:choose")])
def test_the_way_that_is_chosen_cannot_be_chosen_again(direct, chosen):
    row = private_messages(direct, LIBRARY.of("en")).to_components()[-1]["components"]
    assert [button["custom_id"] for button in row if button.get("disabled")] == [chosen]
