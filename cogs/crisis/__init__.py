"""Crisis care on Discord: what is said is screened, pages go out, a therapist takes the case."""

from typing import TYPE_CHECKING

from cogs.crisis.cog import CrisisCog

if TYPE_CHECKING:
    from bot.client import HoldspaceClient


async def setup(client: "HoldspaceClient") -> None:
    """Load the feature; the parts come from the client and are handed on to the cog."""
    await client.add_cog(CrisisCog(client, client.parts))
