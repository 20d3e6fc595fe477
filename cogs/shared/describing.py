"""What Discord shows beside a command, taken from `prompts/` like every other word."""

from discord.ext import commands

from bot.words import FALLBACK, Library


def describe(cog: commands.Cog, words: Library, table: str) -> None:
    """Give a cog's commands their descriptions: `<table>.<name>`, with spaces and dashes as underscores."""
    english = words.of(FALLBACK)
    for command in cog.walk_app_commands():
        name = command.qualified_name.replace(" ", "_").replace("-", "_")
        command.description = english(f"{table}.{name}")
