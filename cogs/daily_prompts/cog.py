"""The daily prompts' cog: registers who posts them."""

from discord.ext import commands

from bot.app import Parts
from bot.daily_prompts.model import POST
from bot.words import FALLBACK
from cogs.daily_prompts.deliver import PromptDeliverer


class DailyPromptsCog(commands.Cog):
    """Posts what the service has claimed."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._parts = parts
        self._deliverer = PromptDeliverer(client, parts.daily_prompts, parts.groups, parts.words)

    async def cog_load(self) -> None:
        """Register the deliverer; prompts that cannot be read keep this feature down, and only this one."""
        self._parts.daily_prompts.library(FALLBACK)
        self._parts.outbox.deliver_with(POST, self._deliverer.post)

    async def cog_unload(self) -> None:
        """Take everything back."""
        self._parts.outbox.stop_delivering(POST)
