"""Privacy on Discord: /my-data and /private-messages, and what happens when somebody leaves."""

from typing import TYPE_CHECKING

from cogs.privacy.cog import PrivacyCog

if TYPE_CHECKING:
    from bot.client import HoldspaceClient


async def setup(client: "HoldspaceClient") -> None:
    """Load the feature."""
    await client.add_cog(PrivacyCog(client, client.parts))
