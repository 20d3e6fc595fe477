"""Topics that a member would rather not meet: a private choice, of which nobody is told."""

import re
from typing import Any, Self

import discord
from discord import ui

from bot.daily_prompts.model import Library
from bot.words import Words
from cogs.daily_prompts.tools import Tools
from cogs.shared.interactions import SafeLayout, answer_failure

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


def topics_select(tools: Tools) -> type[ui.DynamicItem[Any]]:
    """Make the class of the choice, bound to its services; it works after a restart."""

    class TopicsSelect(ui.DynamicItem[ui.Select[Any]], template=rf"{_PREFIX}:(?P<group>[a-z0-9-]{{1,40}})"):
        def __init__(self, group_key: str, select: ui.Select[Any]) -> None:
            self.group_key = group_key
            super().__init__(select)

        @classmethod
        async def from_custom_id(
            cls, _interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
        ) -> Self:
            assert isinstance(item, ui.Select)  # noqa: S101  (Discord sends the item that the template was found on)
            return cls(match["group"], item)

        async def callback(self, interaction: discord.Interaction) -> Any:
            try:
                await self._choose(interaction)
            except Exception as error:  # noqa: BLE001  (the boundary: whatever broke, the presser gets an answer)
                await answer_failure(interaction, error)

        async def _choose(self, interaction: discord.Interaction) -> None:
            group = tools.groups.get(self.group_key)
            words = tools.words_in(interaction, group)
            if group is None:
                await interaction.response.edit_message(view=_said(words("daily_prompts.where.no_group")))
                return
            library = tools.prompts.library(group.language)
            chosen = frozenset(self.item.values)
            await tools.answers.rest_topics(group, interaction.user.id, chosen)
            told = words("daily_prompts.topics.saved", topics=names_of(chosen, library)) if chosen else None
            said = told or words("daily_prompts.topics.saved_none")
            await interaction.response.edit_message(view=topics_layout(group.key, library, chosen, words, said))

    return TopicsSelect


def _said(text: str) -> ui.LayoutView:
    layout = SafeLayout(timeout=None)
    layout.add_item(ui.TextDisplay(text))
    return layout
