"""The buttons of /my-data and /private-messages. They work after a restart, for the person they were made for."""

import discord

from bot.app import Parts
from bot.privacy.contract import Whose
from bot.words import Words
from cogs.privacy import render
from cogs.shared.interactions import SafeButton, answer_privately
from cogs.shared.places import groups_concerned, words_for


async def words_of(interaction: discord.Interaction, parts: Parts) -> Words:
    """Return the words in which somebody is answered."""
    return words_for(interaction, await groups_concerned(interaction, parts.groups), parts.words)


def buttons(parts: Parts) -> tuple[type[SafeButton], ...]:
    """Make the classes of the buttons, bound to their services, for `client.add_dynamic_items`."""

    class EraseButton(SafeButton, template=rf"{render.DATA}:(?P<row>[0-9]+):erase"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            words = await words_of(interaction, parts)
            if not await _is_theirs(interaction, self.row_id, words):
                return
            left = await parts.my_data.erase(Whose(interaction.user.id), parts.clock.now())
            await interaction.response.edit_message(view=render.erased(left, words))

    class KeepButton(SafeButton, template=rf"{render.DATA}:(?P<row>[0-9]+):keep"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            words = await words_of(interaction, parts)
            if await _is_theirs(interaction, self.row_id, words):
                await interaction.response.edit_message(view=render.told(words("privacy.erase.kept")))

    class ChooseButton(SafeButton, template=rf"{render.PRIVATE}:(?P<row>{render.DIRECT}|{render.THREAD}):choose"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            words = await words_of(interaction, parts)
            direct = self.row_id == render.DIRECT
            await parts.preferences.choose_direct_messages(interaction.user.id, direct, parts.clock.now())
            said = words("privacy.private.chosen")
            await interaction.response.edit_message(view=render.private_messages(direct, words, said))

    return (EraseButton, KeepButton, ChooseButton)


async def _is_theirs(interaction: discord.Interaction, member_id: str, words: Words) -> bool:
    if interaction.user.id == int(member_id):
        return True
    await answer_privately(interaction, words("privacy.erase.not_yours"))
    return False
