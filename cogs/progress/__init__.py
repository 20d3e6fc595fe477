"""Wins on Discord: shared in one's own words, seen by whom one chose, cheered for, taken back."""

from typing import TYPE_CHECKING

from cogs.progress.cog import ProgressCog

if TYPE_CHECKING:
    from bot.client import HoldspaceClient


async def setup(client: "HoldspaceClient") -> None:
    """Load the feature."""
    await client.add_cog(ProgressCog(client, client.parts))
