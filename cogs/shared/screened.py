"""What the crisis cog hands on once a message has been screened; other features listen for `screened_message`."""

from dataclasses import dataclass

import discord

from bot.crisis.screening import Assessment, View
from bot.groups.model import Group


@dataclass(frozen=True, slots=True)
class ScreenedMessage:
    """A message with its views and its assessment, so that nothing else normalises or judges before crisis care."""

    group: Group
    message: discord.Message
    views: tuple[View, ...]
    assessment: Assessment
    late: bool
