"""Which group a therapist means who uses a command, and people and times as they are shown."""

from collections.abc import Iterable
from datetime import datetime

import discord

from bot.app import Parts
from bot.groups.model import Group
from cogs.shared.interactions import answer_privately
from cogs.shared.places import group_of, words_for


async def group_of_therapist(interaction: discord.Interaction, parts: Parts, refusals: str) -> Group | None:
    """Return the group that a therapist means: the one of the channel, else the only one that they look after.

    Where it is not theirs or not plain, they are told (`<refusals>.not_yours`, `<refusals>.which`), and it is None.
    """
    here = group_of(interaction.channel, parts.groups) or parts.groups.of_channel(interaction.channel_id or 0)
    theirs = [group for group in parts.groups.all() if interaction.user.id in group.therapists]
    if here is not None:
        theirs = [group for group in theirs if group.key == here.key]
    if len(theirs) == 1:
        return theirs[0]
    words = words_for(interaction, [here] if here else theirs, parts.words)
    await answer_privately(interaction, words(f"{refusals}.{'which' if theirs else 'not_yours'}"))
    return None


def named(people: Iterable[int]) -> str:
    """Write people as mentions, which ping nobody unless a message allows it."""
    return ", ".join(f"<@{person}>" for person in people)


def ago(at: datetime) -> str:
    """Write a moment so that Discord shows how long ago it was."""
    return f"<t:{int(at.timestamp())}:R>"
