"""Forms: a prompt of one's own, a break, and a member's suggestion; and how what comes back is read."""

from datetime import date, datetime

import discord
from discord import ui

from bot.daily_prompts.model import TEXT_LIMIT, WHY_LIMIT
from bot.groups.model import Group
from bot.groups.week import day_of
from bot.words import Words
from cogs.shared.forms import Form

OWN, BREAK, SUGGEST = "prompt-own", "prompt-break", "prompt-suggest"
TEXT, WHY, FIRST, LAST = "text", "why", "first", "last"


def own_form(group_key: str, words: Words) -> Form:
    """Make the form for a therapist's own prompt."""
    form = Form(OWN, group_key, title=words("daily_prompts.own_form.title"))
    form.add_item(_text(words, "daily_prompts.own_form.text", TEXT, TEXT_LIMIT, long=True))
    form.add_item(_text(words, "daily_prompts.own_form.why", WHY, WHY_LIMIT, required=False))
    return form


def suggestion_form(group_key: str, words: Words) -> Form:
    """Make the form for a member's suggestion."""
    form = Form(SUGGEST, group_key, title=words("daily_prompts.suggest.title"))
    form.add_item(_text(words, "daily_prompts.suggest.text", TEXT, TEXT_LIMIT, long=True))
    return form


def break_form(group: Group, now: datetime, words: Words) -> Form:
    """Make the form for a break; both days begin as today in the group's zone."""
    form = Form(BREAK, group.key, title=words("daily_prompts.break_form.title"))
    today = now.astimezone(group.zone).date().isoformat()
    for name in (FIRST, LAST):
        field: ui.TextInput[Form] = ui.TextInput(custom_id=name, default=today, max_length=20, required=True)
        hint = words("daily_prompts.break_form.hint")
        form.add_item(ui.Label(text=words(f"daily_prompts.break_form.{name}"), description=hint, component=field))
    return form


def day_in(text: str) -> date | None:
    """Read a day as people write it in figures, the year first; None if it is none."""
    figures = text.strip().replace("/", "-").replace(".", "-").strip("-").split("-")
    try:
        year, month, day = (int(part) for part in figures)
    except ValueError:
        return None
    return day_of(year, month, day)


def _text(
    words: Words, name: str, custom_id: str, limit: int, *, long: bool = False, required: bool = True
) -> "ui.Label[Form]":
    style = discord.TextStyle.paragraph if long else discord.TextStyle.short
    field: ui.TextInput[Form] = ui.TextInput(style=style, custom_id=custom_id, max_length=limit, required=required)
    return ui.Label(text=words(name), description=words(f"{name}_hint"), component=field)
