"""Choices that outlive a restart: like the buttons, their custom id carries a row, and every choice re-checks it."""

import re
from typing import Any, Self

import discord
from discord import ui

from cogs.shared.interactions import answer_failure


class SafeSelect(ui.DynamicItem[ui.Select[Any]], template=r"unused:(?P<row>never)"):
    """A select menu whose every failure is answered. Subclasses give a `template` with the group `row`."""

    def __init__(self, row: str, select: ui.Select[Any]) -> None:
        self.row_id = row
        super().__init__(select)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Rebuild the menu from what Discord sends back."""
        assert isinstance(item, ui.Select)  # noqa: S101  (Discord sends the item that the template was found on)
        return cls(match["row"], item)

    async def callback(self, interaction: discord.Interaction) -> Any:
        """Run `chosen`; a failure is answered and logged."""
        try:
            await self.chosen(interaction, tuple(self.item.values))
        except Exception as error:  # noqa: BLE001  (the boundary: whatever broke, the presser gets an answer)
            await answer_failure(interaction, error)

    async def chosen(self, interaction: discord.Interaction, values: tuple[str, ...]) -> None:
        """Do what a choice means."""
        raise RuntimeError(f"{type(self).__name__} does not say what a choice does")
