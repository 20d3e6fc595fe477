"""Topics that a member would rather not meet: a private choice, of which nobody is told."""

import discord
from discord import ui

from bot.daily_prompts.model import Library
from bot.words import Words
from cogs.daily_prompts.selects import SafeSelect
from cogs.daily_prompts.tools import Tools
from cogs.shared.interactions import SafeLayout

_PREFIX = "prompt-topics"
_OPTIONS = 25


def topics_layout(group_key: str, library: Library, chosen: frozenset[str], words: Words, told: str) -> ui.LayoutView:
    """Lay out the choice: what it does, and every topic, with those ticked that rest for this member."""
    layout = SafeLayout(timeout=None)
    layout.add_item(ui.TextDisplay(told))
    select: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=f"{_PREFIX}:{group_key}",
        placeholder=words("daily_prompts.topics.placeholder"),
        min_values=0,
        max_values=1,
    )
    known = sorted(library.vocabulary.topics.items(), key=lambda entry: (entry[0] not in chosen, entry[1].name))
    for key, topic in known[:_OPTIONS]:
        select.add_option(label=topic.name, value=key, default=key in chosen)
    select.max_values = len(select.options)
    layout.add_item(ui.ActionRow(select))
    return layout


def names_of(topics: frozenset[str], library: Library) -> str:
    """Name topics as a sentence does."""
    known = library.vocabulary.topics
    return ", ".join(known[topic].name if topic in known else topic for topic in sorted(topics))


def topics_select(tools: Tools) -> type[SafeSelect]:
    """Make the class of the choice, bound to its services."""

    class TopicsSelect(SafeSelect, template=rf"{_PREFIX}:(?P<row>[a-z0-9-]{{1,40}})"):
        async def chosen(self, interaction: discord.Interaction, values: tuple[str, ...]) -> None:
            group = tools.groups.get(self.row_id)
            words = tools.words_in(interaction, group)
            if group is None:
                await interaction.response.edit_message(view=_said(words("daily_prompts.where.no_group")))
                return
            library = tools.prompts.library(group.language)
            topics = frozenset(values)
            await tools.answers.rest_topics(group, interaction.user.id, topics)
            told = words("daily_prompts.topics.saved", topics=names_of(topics, library)) if topics else None
            said = told or words("daily_prompts.topics.saved_none")
            await interaction.response.edit_message(view=topics_layout(group.key, library, topics, words, said))

    return TopicsSelect


def _said(text: str) -> ui.LayoutView:
    layout = SafeLayout(timeout=None)
    layout.add_item(ui.TextDisplay(text))
    return layout
