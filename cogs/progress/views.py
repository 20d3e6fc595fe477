"""The buttons of wins. Each carries a win's key only, works after a restart, and re-checks who pressed."""

from dataclasses import dataclass

import discord

from bot.clock import Clock
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.progress.model import Card, Cheered, NotTheAuthor, OwnWin, WinNotFound
from bot.progress.service import Wins
from bot.words import Library, Words
from cogs.progress.render import LIST, PAGE, PREFIX, Page, card, own_wins
from cogs.shared.interactions import SafeButton, answer_privately
from cogs.shared.places import group_of, groups_of_person, words_for

_KEY = "[0-9a-f]{24}"


@dataclass(frozen=True, slots=True)
class Tools:
    """What the buttons need."""

    client: discord.Client
    wins: Wins
    groups: Groups
    words: Library
    clock: Clock

    def words_in(self, interaction: discord.Interaction) -> Words:
        """Return the words of the group in whose circle somebody pressed, or of their own language."""
        group = group_of(interaction.channel, self.groups)
        return words_for(interaction, [group] if group else [], self.words)

    async def is_member(self, person_id: int, group_key: str) -> bool:
        """Say whether somebody is in a group now; a form or a button may be older than that."""
        group = self.groups.get(group_key)
        return group is not None and group in await groups_of_person(self.client, self.groups, person_id)

    async def page(self, member_id: int, number: int) -> Page:
        """Return a page of a member's own wins; the last one there is, if that page is gone."""
        wins, total = await self.wins.of_member(member_id, limit=PAGE, skip=number * PAGE)
        if not wins and number > 0:
            return await self.page(member_id, max(0, (total - 1) // PAGE))
        return Page(wins, number, total)

    def labels(self) -> dict[str, str]:
        """Return the names of the groups."""
        return {group.key: group.label for group in self.groups.all()}


def buttons(tools: Tools) -> tuple[type[SafeButton], ...]:
    """Make the classes of the buttons, bound to their services, for `client.add_dynamic_items`."""
    return (_cheer_button(tools), _take_back_button(tools), *_list_buttons(tools))


def _cheer_button(tools: Tools) -> type[SafeButton]:
    class CheerButton(SafeButton, template=rf"{PREFIX}:(?P<row>{_KEY}):cheer"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            words = tools.words_in(interaction)
            try:
                cheered = await tools.wins.cheer(self.row_id, interaction.user.id, tools.clock.now())
            except OwnWin:
                await answer_privately(interaction, words("progress.cheer.own"))
            except WinNotFound:
                await answer_privately(interaction, words("progress.cheer.gone"))
                await _clear(tools, interaction)
            else:
                await _show_count(tools, interaction, cheered)
                said = "now" if cheered.cheering else "taken_back"
                await answer_privately(interaction, words(f"progress.cheer.{said}"))

    return CheerButton


def _take_back_button(tools: Tools) -> type[SafeButton]:
    class TakeBackButton(SafeButton, template=rf"{PREFIX}:(?P<row>{_KEY}):take_back"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            words = tools.words_in(interaction)
            await interaction.response.defer(ephemeral=True, thinking=True)
            try:
                now = tools.clock.now()
                await tools.wins.take_back(self.row_id, interaction.user.id, now, at=_pressed_card(interaction))
                said = "done"
            except NotTheAuthor:
                said = "not_yours"
            except WinNotFound:
                said = "gone"
                await _clear(tools, interaction)
            await answer_privately(interaction, words(f"progress.take_back.{said}"))

    return TakeBackButton


def _list_buttons(tools: Tools) -> tuple[type[SafeButton], ...]:
    class ListTakeBack(SafeButton, template=rf"{LIST}:(?P<row>{_KEY}\.[0-9]{{1,4}}):take_back"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            key, number = _place(self.row_id)
            try:
                await tools.wins.take_back(key, interaction.user.id, tools.clock.now())
                said = "taken_back"
            except (WinNotFound, NotTheAuthor):
                said = "gone"
            await _turn_to(tools, interaction, number, said)

    class ListShare(SafeButton, template=rf"{LIST}:(?P<row>{_KEY}\.[0-9]{{1,4}}):share"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            key, number = _place(self.row_id)
            await _turn_to(tools, interaction, number, await _show_to_group(tools, key, interaction.user.id))

    class ListPage(SafeButton, template=rf"{LIST}:(?P<row>[0-9]{{1,4}}):page"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await _turn_to(tools, interaction, int(self.row_id), None)

    return (ListTakeBack, ListShare, ListPage)


async def _show_to_group(tools: Tools, key: str, person_id: int) -> str:
    """Put a kept win into the circle and name what to say: only a member of the group still may."""
    win = await tools.wins.get(key)
    if win is None or win.member_id != person_id:
        return "gone"
    if not await tools.is_member(person_id, win.group_key):
        return "not_in_group"
    try:
        await tools.wins.show_to_group(key, person_id, tools.clock.now())
    except WinNotFound:
        return "gone"
    return "shared"


async def _turn_to(tools: Tools, interaction: discord.Interaction, number: int, said: str | None) -> None:
    words = tools.words_in(interaction)
    page = await tools.page(interaction.user.id, number)
    told = None if said is None else words(f"progress.list.{said}")
    await interaction.response.edit_message(view=own_wins(page, words, tools.labels(), told))


async def _show_count(tools: Tools, interaction: discord.Interaction, cheered: Cheered) -> None:
    """Show the new count on the card, and once more if others pressed in the meantime; words lost are not edited."""
    win, group = cheered.win, tools.groups.get(cheered.win.group_key)
    if win.text is None:
        return
    words = _words_of(group, tools.words)
    await interaction.response.edit_message(view=card(win, cheered.count, words))
    now_there = await tools.wins.count_cheers(win.key)
    if now_there != cheered.count:
        await interaction.edit_original_response(view=card(win, now_there, words))


async def _clear(tools: Tools, interaction: discord.Interaction) -> None:
    there = _pressed_card(interaction)
    if there is not None:
        await tools.wins.clear_card(there, tools.clock.now())


def _pressed_card(interaction: discord.Interaction) -> Card | None:
    message = interaction.message
    return None if message is None else Card(message.channel.id, message.id)


def _place(row: str) -> tuple[str, int]:
    key, _, number = row.partition(".")
    return key, int(number)


def _words_of(group: Group | None, library: Library) -> Words:
    return library.of(group.language if group else "en")
