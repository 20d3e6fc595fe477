"""How a small practice went: three buttons, none of them a failure, and an answer for the presser alone."""

import discord
from discord import ui

from bot.clock import Clock
from bot.daily_prompts.sessions.handed import Tried, TriedBy
from bot.daily_prompts.sessions.handing import Handing
from bot.daily_prompts.sessions.service import Sessions
from bot.groups.service import Groups
from bot.words import Library, Words
from cogs.shared.interactions import SafeButton, SafeLayout, answer_privately
from cogs.shared.places import is_member_of, words_for

PREFIX = "session-practice"
_MORE = "name|unname|remove"


def practice_row(session_key: str, words: Words) -> "ui.ActionRow[ui.LayoutView]":
    """Return the buttons below a practice."""
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for tried in Tried:
        label = words(f"sessions.practice.{tried}")
        row.add_item(ui.Button(label=label, custom_id=f"{PREFIX}:{session_key}:{tried}"))
    return row


def _noted(by: TriedBy, words: Words) -> ui.LayoutView:
    """Lay out what was noted, for the presser alone, with the choice to be named and the way back."""
    layout = SafeLayout(timeout=None)
    text = "noted_named" if by.named else "noted"
    layout.add_item(ui.TextDisplay(words(f"sessions.practice.{text}", tried=words(f"sessions.practice.{by.tried}"))))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for action in ("unname" if by.named else "name", "remove"):
        label = words(f"sessions.practice.{action}")
        row.add_item(ui.Button(label=label, custom_id=f"{PREFIX}:{by.session_key}:{action}"))
    layout.add_item(row)
    return layout


def practice_button(
    sessions: Sessions, handing: Handing, groups: Groups, library: Library, clock: Clock
) -> type[SafeButton]:
    """Make the class of the buttons, bound to its services."""

    class PracticeButton(SafeButton, template=rf"{PREFIX}:(?P<row>[0-9a-f]{{24}}:(?:{'|'.join(Tried)}|{_MORE}))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            key, _, action = self.row_id.partition(":")
            session = await sessions.get(key)
            group = groups.get(session.group_key) if session else None
            words = words_for(interaction, [group] if group else [], library)
            if (
                session is None
                or group is None
                or not await is_member_of(interaction.client, group, interaction.user.id)
            ):
                await answer_privately(interaction, words("sessions.practice.gone"))
            elif interaction.user.id in group.therapists:
                await answer_privately(interaction, words("sessions.practice.therapist"))
            elif action in list(Tried):
                by = await handing.tried(session, interaction.user.id, Tried(action), clock.now())
                await interaction.response.send_message(view=_noted(by, words), ephemeral=True)
            elif action == "remove":
                await handing.untried(session, interaction.user.id)
                await interaction.response.edit_message(view=_only(words("sessions.practice.removed")))
            else:
                named = await handing.name(session, interaction.user.id, named=action == "name")
                shown = _noted(named, words) if named else _only(words("sessions.practice.removed"))
                await interaction.response.edit_message(view=shown)

    return PracticeButton


def _only(text: str) -> ui.LayoutView:
    layout = SafeLayout(timeout=None)
    layout.add_item(ui.TextDisplay(text))
    return layout
