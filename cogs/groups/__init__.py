"""What a group is told about the bot: /about and /help, and whether its channels can be reached."""

from typing import TYPE_CHECKING

from cogs.groups.cog import GroupsCog

if TYPE_CHECKING:
    from bot.client import HoldspaceClient


async def setup(client: "HoldspaceClient") -> None:
    """Load the feature."""
    await client.add_cog(GroupsCog(client, client.parts))
