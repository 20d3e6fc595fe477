"""The form of `/win`: the words, and who may see them, most private first."""

import discord
from discord import ui

from bot.progress.model import LONGEST, Audience
from bot.words import Words
from cogs.shared.forms import Form

NAME = "win"
TEXT, AUDIENCE = "text", "audience"


def win_form(group_key: str, words: Words) -> Form:
    """Make the form for a win in a group."""
    form = Form(NAME, group_key, title=words("progress.form.title"))
    text: ui.TextInput[Form] = ui.TextInput(
        style=discord.TextStyle.paragraph,
        custom_id=TEXT,
        placeholder=words("progress.form.placeholder"),
        max_length=LONGEST,
        required=True,
    )
    hint = words("progress.form.text_hint")
    form.add_item(ui.Label(text=words("progress.form.text"), description=hint, component=text))
    form.add_item(ui.Label(text=words("progress.form.audience"), component=_audiences(words)))
    return form


def audience_of(value: str | None) -> Audience:
    """Read the choice; whatever is missing or unknown stays with the author."""
    return Audience.GROUP if value == Audience.GROUP.value else Audience.ONLY_ME


def _audiences(words: Words) -> "ui.RadioGroup[Form]":
    choices: ui.RadioGroup[Form] = ui.RadioGroup(custom_id=AUDIENCE, required=True)
    for audience in Audience:
        choices.add_option(
            label=words(f"progress.form.{audience.value}"),
            value=audience.value,
            description=words(f"progress.form.{audience.value}_hint"),
            default=audience is Audience.ONLY_ME,
        )
    return choices
