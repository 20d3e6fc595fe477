"""Boundaries on Discord: a private note to somebody who has posted more of themselves than they may have meant to."""

from typing import TYPE_CHECKING

from cogs.boundaries.cog import BoundariesCog

if TYPE_CHECKING:
    from bot.client import HoldspaceClient


async def setup(client: "HoldspaceClient") -> None:
    """Load the feature."""
    await client.add_cog(BoundariesCog(client, client.parts))
