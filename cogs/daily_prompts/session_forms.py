"""The forms around a session: closing one, bringing something, moving the next, setting the times."""

from datetime import date, datetime

import discord
from discord import ui

from bot.daily_prompts.model import Library, Theme
from bot.daily_prompts.sessions.handed import Brought, Reader
from bot.daily_prompts.sessions.leading import Opened, Typed
from bot.daily_prompts.sessions.model import BRING_LONGEST, PRACTICE_LONGEST
from bot.daily_prompts.sessions.reading import written
from bot.groups.model import WEEKDAYS, Group
from bot.words import Words
from cogs.shared.forms import Form, SentForm
from cogs.shared.writing import tidy

CLOSE, BRING, MOVE, TIMES = "session-close", "session-bring", "session-move", "session-times"
THEME, SKILL, PRACTICE, NEXT = "theme", "skill", "practice", "next"
TEXT, READER = "text", "reader"
DAYS, AT, MINUTES, WEEKS, STARTING = "days", "at", "minutes", "weeks", "starting"
_NO_THEME = "none"
_SHORT, _NAME = 20, 60


def close_form(group: Group, opened: Opened, library: Library, example: str, words: Words) -> Form:
    """Make the form that closes a session; what was typed or set before is in it."""
    typed = opened.typed
    form = Form(CLOSE, f"{group.key}:{opened.session_key}:{opened.revision}", title=words("sessions.close.title"))
    form.add_item(
        ui.Label(
            text=words("sessions.close.theme"),
            description=words("sessions.close.theme_hint"),
            component=_themes(typed.theme, library, words),
        )
    )
    hint = words("sessions.close.skill_hint", example=example)
    form.add_item(_text(words("sessions.close.skill"), SKILL, typed.skill, _NAME, hint=hint, required=False))
    form.add_item(
        _text(
            words("sessions.close.practice"),
            PRACTICE,
            typed.practice,
            PRACTICE_LONGEST,
            hint=words("sessions.close.practice_hint"),
            required=False,
            long=True,
        )
    )
    hint = words("sessions.close.next_hint")
    form.add_item(_text(words("sessions.close.next"), NEXT, typed.next, _NAME, hint=hint, required=False))
    return form


def typed_in(sent: SentForm) -> tuple[str, Opened]:
    """Read what came back: the group's key, and which session with what was typed."""
    group_key, session_key, revision = (*sent.about.split(":"), "", "")[:3]
    theme = "".join(sent.choices.get(THEME, ()))
    typed = Typed(
        theme if theme in list(Theme) else "",
        tidy(sent.fields.get(SKILL, "")),
        tidy(sent.fields.get(PRACTICE, "")),
        tidy(sent.fields.get(NEXT, "")),
    )
    return group_key, Opened(session_key, int(revision) if revision.isdecimal() else 0, typed)


def bring_form(group: Group, known: Brought | None, words: Words) -> Form:
    """Make the form for what somebody wants to bring; what they wrote before is in it."""
    form = Form(BRING, group.key, title=words("sessions.bring.title"))
    hint = words("sessions.bring.text_hint")
    before = known.text or "" if known else ""
    form.add_item(_text(words("sessions.bring.text"), TEXT, before, BRING_LONGEST, hint=hint, long=True))
    choices: ui.RadioGroup[Form] = ui.RadioGroup(custom_id=READER, required=True)
    chosen = known.reader if known else Reader.ONLY_ME
    for reader in Reader:
        choices.add_option(
            label=words(f"sessions.bring.{reader}"),
            value=reader.value,
            description=words(f"sessions.bring.{reader}_hint"),
            default=reader is chosen,
        )
    form.add_item(ui.Label(text=words("sessions.bring.reader"), component=choices))
    return form


def reader_in(sent: SentForm) -> Reader:
    """Read who may read it; what is missing or unknown means the author alone."""
    reader = sent.fields.get(READER)
    return Reader(reader) if reader in list(Reader) else Reader.ONLY_ME


def move_form(group: Group, next_at: datetime | None, words: Words) -> Form:
    """Make the form that moves the next session."""
    form = Form(MOVE, group.key, title=words("sessions.move.title"))
    planned = written(next_at, group.zone) if next_at else ""
    form.add_item(_text(words("sessions.move.next"), NEXT, planned, _NAME, hint=words("sessions.close.next_hint")))
    return form


def times_form(group: Group, today: date, words: Words) -> Form:
    """Make the form for the usual times; what is set is in it."""
    times = group.session
    form = Form(TIMES, group.key, title=words("sessions.times.title"))
    days: ui.Select[Form] = ui.Select(custom_id=DAYS, min_values=1, max_values=len(WEEKDAYS), required=True)
    for day in WEEKDAYS:
        days.add_option(label=words(f"sessions.panel.{day}"), value=day, default=bool(times and day in times.days))
    form.add_item(ui.Label(text=words("sessions.times.days"), component=days))
    at = f"{times.time:%H:%M}" if times else ""
    minutes = str(int(times.length.total_seconds()) // 60) if times else "90"
    starting = (times.starting if times else None) or today
    form.add_item(_text(words("sessions.times.time"), AT, at, _SHORT, hint=words("sessions.times.time_hint")))
    form.add_item(_text(words("sessions.times.minutes"), MINUTES, minutes, _SHORT))
    weeks = str(times.every_weeks) if times else "1"
    form.add_item(_text(words("sessions.times.weeks"), WEEKS, weeks, _SHORT, hint=words("sessions.times.weeks_hint")))
    hint = words("sessions.times.starting_hint")
    form.add_item(_text(words("sessions.times.starting"), STARTING, starting.isoformat(), _SHORT, hint=hint))
    return form


def _themes(chosen: str, library: Library, words: Words) -> "ui.Select[Form]":
    select: ui.Select[Form] = ui.Select(custom_id=THEME, required=False, min_values=0, max_values=1)
    select.add_option(label=words("sessions.close.no_theme"), value=_NO_THEME, default=chosen not in list(Theme))
    for theme in Theme:
        label = library.vocabulary.themes.get(theme, theme.value)
        select.add_option(label=label, value=theme.value, default=chosen == theme.value)
    return select


def _text(
    label: str,
    custom_id: str,
    value: str,
    limit: int,
    *,
    hint: str | None = None,
    required: bool = True,
    long: bool = False,
) -> "ui.Label[Form]":
    field: ui.TextInput[Form] = ui.TextInput(
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        custom_id=custom_id,
        default=value[:limit] or None,
        max_length=limit,
        required=required,
    )
    return ui.Label(text=label, description=hint, component=field)
