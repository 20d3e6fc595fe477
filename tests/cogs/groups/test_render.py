"""/about and /help fit what Discord takes, also for somebody in many groups."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.crisis.member.helplines import Helplines
from bot.crisis.member.texts import CrisisTexts
from bot.words import Library
from cogs.groups.render import about, help_page, who_runs
from tests.support.groups import tuesday

LIBRARY = Library.load()
CHARACTERS, COMPONENTS = 4000, 40
GROUP = tuesday(datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_about_fits_with_four_groups_of_four_therapists(language):
    words = LIBRARY.of(language)
    group = replace(GROUP, name="n" * 60, therapists=tuple(10**18 + n for n in range(4)))
    layout = about([group] * 4, who_runs(None, words), "In an emergency call 911.", words)
    assert layout.content_length() <= CHARACTERS
    assert layout.total_children_count <= COMPONENTS


@pytest.mark.parametrize("language", LIBRARY.languages())
def test_help_fits_with_thirty_commands_and_the_lines_of_every_country(language):
    words, helplines = LIBRARY.of(language), Helplines.load()
    texts = CrisisTexts(LIBRARY, helplines)
    commands = [("a-command-name", "d" * 70)] * 30
    for country in {line.country for line in helplines.all()} | {"US", ""}:
        ways = texts.ways_to_people(replace(GROUP, language=language, country=country))
        layout = help_page(commands, ways, words)
        assert layout.content_length() <= CHARACTERS
        assert len(ways) >= 3, "two ways to a person, and the emergency number"


def test_where_discord_names_nobody_the_therapists_are_asked():
    assert "ask your therapists" in who_runs(None, LIBRARY.of("en"))
