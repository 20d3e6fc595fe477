"""The therapists' panel, where it is easier to look at than on a journey."""

import pytest

from bot.daily_prompts.library import Shelf
from bot.daily_prompts.model import Place, Problem, RunningLow
from bot.daily_prompts.steering.service import Panel
from bot.words import Library
from cogs.daily_prompts.panel import panel_layout
from tests.support.groups import tuesday

WORDS = Library.load()


def text_of(panel, clock, language="en"):
    library = Shelf().library(language)
    layout = panel_layout(tuesday(clock.now()), panel, library, WORDS.of(language))
    return "\n".join(child.content for child in layout.walk_children() if hasattr(child, "content"))


@pytest.mark.parametrize(
    ("language", "says"), [("en", "The last good ones stay in force"), ("es", "los últimos buenos")]
)
async def test_a_broken_file_is_named_with_its_line_and_remedy_and_without_its_folder(clock, language, says):
    problem = Problem(Place("/srv/prompts/en/ours.toml", 7), "This prompt has no why.", 'Add a line why = "...".')
    shown = text_of(Panel([], [], [], [], (problem,) * 4), clock, language)
    assert says in shown
    assert "ours.toml" in shown
    assert "7: This prompt has no why. Add a line" in shown
    assert "/srv" not in shown
    assert shown.count("ours.toml") == 3, "a few are enough"


async def test_what_runs_low_is_named_by_its_name(clock):
    shown = text_of(Panel([], [], [], [RunningLow("queue", 2), RunningLow("listening", 1)]), clock)
    assert "the queue: 2 left" in shown
    assert "listening: 1 left in this round" in shown
