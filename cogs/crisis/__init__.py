"""Crisis care on Discord: what is said is screened, pages go out, a therapist takes the case."""

from typing import TYPE_CHECKING

from cogs.crisis.clinic_code import ClinicCodeCog
from cogs.crisis.cog import CrisisCog
from cogs.shared.interactions import answer_command_failure

if TYPE_CHECKING:
    from bot.client import HoldspaceClient


async def setup(client: "HoldspaceClient") -> None:
    """Load the feature; crisis care loads first, so it also sees to it that every failing command is answered."""
    client.tree.error(answer_command_failure)
    await client.add_cog(CrisisCog(client, client.parts))
    await client.add_cog(ClinicCodeCog(client.parts))
