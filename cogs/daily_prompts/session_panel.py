"""The therapists' panel of sessions: when the group meets, what was set, and how to change it."""

from dataclasses import dataclass

import discord
from discord import ui

from bot.daily_prompts.model import Library
from bot.daily_prompts.sessions.model import Session
from bot.daily_prompts.sessions.service import Around
from bot.daily_prompts.skills.model import Skill
from bot.groups.model import Group, SessionTimes
from bot.words import Words
from cogs.daily_prompts.session_calendar import Calendar
from cogs.daily_prompts.session_render import moment, week_lines
from cogs.shared.interactions import SafeLayout

PREFIX = "session-panel"
ACTIONS = ("close", "move", "leave_out", "set_times")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a panel shows besides the sessions: whether there is a calendar, the themes' names, the week's exercise."""

    calendar: Calendar
    library: Library
    skill: Skill | None


def action_id(group_key: str, action: str) -> str:
    """Return the custom id of a panel's button."""
    return f"{PREFIX}:{group_key}:{action}"


def panel_layout(group: Group, around: Around, shown: Shown, words: Words, told: str | None = None) -> ui.LayoutView:
    """Lay out the panel; `told` says what a press has just done."""
    layout = SafeLayout(timeout=None)
    head = f"{words('sessions.panel.heading', group=group.label)}\n{words('sessions.panel.only_you')}"
    layout.add_item(ui.TextDisplay(head if told is None else f"{told}\n{head}"))
    lines = [_next_line(around, words), *_times_lines(group, words), _calendar_line(shown.calendar, words)]
    layout.add_item(ui.TextDisplay("\n".join(f"- {line}" for line in lines)))
    if around.last is not None:
        week = week_lines(around.last, shown.library, shown.skill, words) if around.last.closed_at else []
        layout.add_item(ui.TextDisplay("\n".join([_last_line(around.last, words), *week])))
    buttons: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for action in ACTIONS:
        style = discord.ButtonStyle.primary if action == "close" else discord.ButtonStyle.secondary
        label = words(f"sessions.panel.{action}")
        buttons.add_item(ui.Button(label=label, style=style, custom_id=action_id(group.key, action)))
    layout.add_item(buttons)
    return layout


def again(group: Group, lines: list[str], words: Words) -> ui.LayoutView:
    """Lay out what could not be used, and the button that opens the form with everything that was typed."""
    layout = SafeLayout(timeout=None)
    layout.add_item(ui.TextDisplay("\n".join(lines)))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    label = words("sessions.close.again")
    row.add_item(ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=action_id(group.key, "close")))
    layout.add_item(row)
    return layout


def _next_line(around: Around, words: Words) -> str:
    if around.next_at is None:
        return words("sessions.panel.next_none")
    by_hand = around.coming is not None and around.coming.by_hand
    name = "next_by_hand" if by_hand else "next"
    return words(f"sessions.panel.{name}", when=moment(around.next_at), relative=moment(around.next_at, "R"))


def _times_lines(group: Group, words: Words) -> list[str]:
    times = group.session
    if times is None:
        return [words("sessions.panel.no_times")]
    return [_usual(times, group, words), _before(times, "remind", words), _before(times, "digest", words)]


def _usual(times: SessionTimes, group: Group, words: Words) -> str:
    places = {
        "days": ", ".join(words(f"sessions.panel.{day}") for day in times.days),
        "time": f"{times.time:%H:%M}",
        "minutes": str(int(times.length.total_seconds()) // 60),
        "zone": group.zone.key,
    }
    if times.every_weeks == 1:
        return words("sessions.panel.times", **places)
    starting = times.starting.isoformat() if times.starting else "…"
    return words("sessions.panel.times_weeks", **places, weeks=times.every_weeks, starting=starting)


def _before(times: SessionTimes, what: str, words: Words) -> str:
    span = times.remind_before if what == "remind" else times.digest_before
    if span is None:
        return words(f"sessions.panel.{what}_off")
    return words(f"sessions.panel.{what}", hours=int(span.total_seconds()) // 3600)


def _calendar_line(calendar: Calendar, words: Words) -> str:
    return words(f"sessions.event.{calendar.text}", **calendar.places)


def _last_line(last: Session, words: Words) -> str:
    when = moment(last.slot.starts_at)
    if last.closed_at is None:
        return words("sessions.panel.last_open", when=when)
    if last.closed_by is None:
        return words("sessions.panel.last_closed_nameless", when=when)
    return words("sessions.panel.last_closed", when=when, who=f"<@{last.closed_by}>")
