"""Daily prompts on Discord: the post in the circle, and what members and therapists do with it."""

from typing import TYPE_CHECKING

from cogs.daily_prompts.cog import DailyPromptsCog
from cogs.daily_prompts.session import SessionsCog
from cogs.daily_prompts.skills import SkillsCog

if TYPE_CHECKING:
    from bot.client import HoldspaceClient


async def setup(client: "HoldspaceClient") -> None:
    """Load the feature."""
    await client.add_cog(DailyPromptsCog(client, client.parts))
    await client.add_cog(SkillsCog(client, client.parts))
    await client.add_cog(SessionsCog(client, client.parts))
