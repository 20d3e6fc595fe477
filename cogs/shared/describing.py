"""What Discord shows beside a command, taken from `prompts/` like every other word."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.translation import TEXT
from bot.words import FALLBACK, Library, Words


def describe(cog: commands.Cog, words: Library, table: str) -> None:
    """Give a cog's commands and their options their descriptions: `<table>.<name>` and `<table>.<name>_<option>`."""
    english = words.of(FALLBACK)
    for command in cog.walk_app_commands():
        text = f"{table}.{command.qualified_name.replace(' ', '_').replace('-', '_')}"
        describe_one(command, english, text)
        if isinstance(command, app_commands.Command):
            for name, option in command._params.items():  # discord.py has no other way after the fact
                if f"{text}_{name}" in english.names():
                    option.description = locale_str(english(f"{text}_{name}"), **{TEXT: f"{text}_{name}"})


def describe_one(
    command: "app_commands.Command[Any, ..., Any] | app_commands.Group", english: Words, text: str
) -> None:
    """Give a command its description, with the name of the text so that Discord shows it in every language."""
    command.description = english(text)
    command._locale_description = locale_str(english(text), **{TEXT: text})  # discord.py has no other way, as above
    command.extras[TEXT] = text


def commands_for_members(tree: app_commands.CommandTree[Any], words: Words) -> Iterator[tuple[str, str]]:
    """Return the name and description of every command that is loaded and meant for everybody."""
    for command in sorted(tree.get_commands(type=discord.AppCommandType.chat_input), key=lambda found: found.name):
        if command.default_permissions is not None:
            continue
        inner = command.walk_commands() if isinstance(command, app_commands.Group) else [command]
        for each in inner:
            if isinstance(each, app_commands.Command):
                text = each.extras.get(TEXT)
                yield each.qualified_name, words(text) if text else each.description
