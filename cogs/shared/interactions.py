"""Views, modals and buttons that always answer, also when something breaks behind them."""

from typing import TYPE_CHECKING, Any, Self, cast

import discord
from discord import app_commands, ui

from bot.log import get
from cogs.shared.places import group_of, words_for

if TYPE_CHECKING:
    from bot.client import HoldspaceClient

log = get("interactions")


async def answer_privately(interaction: discord.Interaction, text: str, **more: Any) -> None:
    """Answer so that only the presser sees it, whether or not a first answer was given."""
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True, **more)
    else:
        await interaction.response.send_message(text, ephemeral=True, **more)


async def answer_failure(interaction: discord.Interaction, error: BaseException) -> None:
    """Tell the presser that something broke, and log the failure without anybody's words.

    What broke is the operator's to read. Whether the act was done cannot be said: it may have been stored before.
    """
    original = getattr(error, "original", error)
    log.error("interaction_failed", kind=_kind(interaction), exc_info=original)
    try:
        await answer_privately(interaction, _broken(interaction))
    except discord.HTTPException as refused:
        log.warning("interaction_unanswered", problem=f"discord.{refused.code}")


async def answer_command_failure(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
    """Answer whoever used a command that failed; installed for the whole command tree."""
    if interaction.type is discord.InteractionType.autocomplete:
        log.error("autocomplete_failed", exc_info=error)
        return
    await answer_failure(interaction, error)


def _broken(interaction: discord.Interaction) -> str:
    parts = cast("HoldspaceClient", interaction.client).parts
    group = group_of(interaction.channel, parts.groups)
    return words_for(interaction, [group] if group else [], parts.words)("shared.failure.broken")


def _kind(interaction: discord.Interaction) -> str:
    return interaction.type.name.lower()


class SafeView(ui.View):
    """A view whose every failure is answered and logged."""

    async def on_error(self, interaction: discord.Interaction, error: Exception, _item: ui.Item[Any], /) -> None:
        """Answer the presser."""
        await answer_failure(interaction, error)


class SafeLayout(ui.LayoutView):
    """A Components V2 layout whose every failure is answered and logged."""

    async def on_error(self, interaction: discord.Interaction, error: Exception, _item: ui.Item[Any], /) -> None:
        """Answer the presser."""
        await answer_failure(interaction, error)


class SafeModal(ui.Modal):
    """A modal whose every failure is answered and logged."""

    async def on_error(  # type: ignore[override]  # (discord.py itself gives modals one argument less)
        self, interaction: discord.Interaction, error: Exception, /
    ) -> None:
        """Answer the sender."""
        await answer_failure(interaction, error)


class SafeButton(ui.DynamicItem[ui.Button[Any]], template=r"unused:(?P<row>never)"):
    """A button that outlives a restart: its custom id holds a row id, and every press reloads the row.

    Subclasses give a `template` with the group `row`, and say what a press does in `pressed`.
    """

    def __init__(self, row: str, button: ui.Button[Any]) -> None:
        self.row_id = row
        super().__init__(button)

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction, item: ui.Item[Any], match: Any, /) -> Self:
        """Rebuild the button from what Discord sends back."""
        assert isinstance(item, ui.Button)  # noqa: S101  (Discord sends the item that the template was found on)
        return cls(match["row"], item)

    async def callback(self, interaction: discord.Interaction) -> Any:
        """Run `pressed`; a failure is answered and logged."""
        try:
            await self.pressed(interaction)
        except Exception as error:  # noqa: BLE001  (the boundary: whatever broke, the presser gets an answer)
            await answer_failure(interaction, error)

    async def pressed(self, interaction: discord.Interaction) -> None:
        """Do what a press means."""
        raise RuntimeError(f"{type(self).__name__} does not say what a press does")
