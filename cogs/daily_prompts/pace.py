"""A member's own pace: by direct message or not, at which hour, quiet hours, a pause. Shown to them alone."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

import discord
from discord import ui

from bot.daily_prompts.pace.model import Hours, Pace, Quiet, QuietHoursClash
from bot.daily_prompts.pace.policy import rests
from bot.daily_prompts.pace.reading import clock_in, zone_in, zones_like
from bot.groups.model import Group
from bot.words import Words
from cogs.daily_prompts.selects import SafeSelect
from cogs.daily_prompts.tools import Tools
from cogs.shared.forms import Form, SentForm
from cogs.shared.interactions import SafeButton, SafeLayout, answer_privately
from cogs.shared.places import is_member_of
from cogs.shared.writing import as_written, shortened, tidy

FORM: Final = "prompt-hours"
AT, ZONE, SINCE, UNTIL = "at", "zone", "since", "until"
_PREFIX = "prompt-pace"
_GROUP = "[a-z0-9-]{1,40}"
_PAUSES: Final = {"days": 3, "week": 7, "two_weeks": 14, "month": 30, "open": None}
"""Days of each pause; None has no end."""
_SHOWN = 40


def pace_layout(group: Group, pace: Pace, now: datetime, words: Words, told: str | None = None) -> ui.LayoutView:
    """Lay out what somebody has chosen, and how they can change it; `told` says what has just happened."""
    layout = SafeLayout(timeout=None)
    head = f"### {words('daily_prompts.pace.heading', group=group.label)}\n-# {words('daily_prompts.pace.only_you')}"
    layout.add_item(ui.TextDisplay(head if told is None else f"{told}\n{head}"))
    layout.add_item(ui.TextDisplay("\n".join(f"- {line}" for line in _standing(pace, now, words))))
    layout.add_item(ui.TextDisplay(words("daily_prompts.pace.promise")))
    buttons: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for action in _actions(pace, now):
        label = words(f"daily_prompts.pace.{action}")
        buttons.add_item(ui.Button(label=label, custom_id=f"{_PREFIX}:{group.key}:{action}"))
    layout.add_item(buttons)
    select: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=f"{_PREFIX}:{group.key}:pause", placeholder=words("daily_prompts.pace.pause")
    )
    for name in _PAUSES:
        select.add_option(label=words(f"daily_prompts.pace.pause_{name}"), value=name)
    layout.add_item(ui.ActionRow(select))
    return layout


def hours_form(group: Group, pace: Pace, words: Words) -> Form:
    """Make the form for hours; what was chosen before is in it, else the group's zone."""
    form = Form(FORM, group.key, title=words("daily_prompts.hours_form.title"))
    hours = pace.hours
    quiet = hours.quiet if hours else None
    written = {
        AT: f"{hours.at:%H:%M}" if hours else None,
        ZONE: hours.zone.key if hours else group.zone.key,
        SINCE: f"{quiet.since:%H:%M}" if quiet else None,
        UNTIL: f"{quiet.until:%H:%M}" if quiet else None,
    }
    for name, value in written.items():
        field: ui.TextInput[Form] = ui.TextInput(
            custom_id=name, default=value, max_length=_SHOWN, required=name in (AT, ZONE)
        )
        label, hint = words(f"daily_prompts.hours_form.{name}"), words(f"daily_prompts.hours_form.{name}_hint")
        form.add_item(ui.Label(text=label, description=hint, component=field))
    return form


def hours_of(sent: SentForm, words: Words) -> Hours | str:
    """Read what came back, or say what cannot be read and how to write it."""
    fields = {name: tidy(sent.fields.get(name, "")) for name in (AT, ZONE, SINCE, UNTIL)}
    zone = zone_in(fields[ZONE])
    if zone is None:
        like = zones_like(fields[ZONE])
        return words(
            f"daily_prompts.pace.{'zone_like' if like else 'zone_unknown'}",
            text=_shown(fields[ZONE]),
            like=", ".join(f"**{name}**" for name in like),
        )
    clocks = {name: clock_in(fields[name]) for name in (AT, SINCE, UNTIL) if fields[name] or name == AT}
    wrong = next((name for name, clock in clocks.items() if clock is None), None)
    if wrong is not None:
        return words("daily_prompts.pace.clock_unreadable", text=_shown(fields[wrong]))
    at, since, until = (clocks.get(name) for name in (AT, SINCE, UNTIL))
    if at is None or (since is None) != (until is None):
        return words("daily_prompts.pace.quiet_half")
    return Hours(zone, at, Quiet(since, until) if since is not None and until is not None else None)


async def take_hours(tools: Tools, interaction: discord.Interaction, sent: SentForm) -> None:
    """Take the form: prompts come by direct message from now on."""
    group = tools.groups.get(sent.about)
    words = tools.words_in(interaction, group)
    if group is None or not await is_member_of(interaction.client, group, interaction.user.id):
        await answer_privately(interaction, words("daily_prompts.where.no_group"))
        return
    hours = hours_of(sent, words)
    if isinstance(hours, str):
        await answer_privately(interaction, hours)
        return
    try:
        pace = await tools.paces.deliver_at(group, interaction.user.id, hours, tools.clock.now())
    except QuietHoursClash:
        said = words("daily_prompts.pace.clash", at=f"{hours.at:%H:%M}")
        await answer_privately(interaction, said)
        return
    layout = pace_layout(group, pace, tools.clock.now(), words, words("daily_prompts.pace.noted"))
    await interaction.response.send_message(view=layout, ephemeral=True)


def pace_items(tools: Tools) -> tuple[type[SafeButton] | type[SafeSelect], ...]:
    """Make the classes of the buttons and the menu, bound to their services."""

    async def show(interaction: discord.Interaction, group: Group, pace: Pace, said: str) -> None:
        words = tools.words_in(interaction, group)
        layout = pace_layout(group, pace, tools.clock.now(), words, words(f"daily_prompts.pace.{said}"))
        await interaction.response.edit_message(view=layout)

    acts: dict[str, tuple[Callable[[Group, int], Awaitable[Pace]], str]] = {
        "stop": (tools.paces.stop_delivering, "stopped"),
        "come_back": (tools.paces.come_back, "is_back"),
    }

    class PaceButton(SafeButton, template=rf"{_PREFIX}:(?P<row>{_GROUP}:(?:hours|change|stop|come_back))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            key, _, action = self.row_id.partition(":")
            group = tools.groups.get(key)
            words = tools.words_in(interaction, group)
            if group is None:
                await answer_privately(interaction, words("daily_prompts.where.no_group"))
            elif action in acts:
                act, said = acts[action]
                await show(interaction, group, await act(group, interaction.user.id), said)
            else:
                pace = await tools.paces.of(group, interaction.user.id)
                await interaction.response.send_modal(hours_form(group, pace, words))

    class PauseSelect(SafeSelect, template=rf"{_PREFIX}:(?P<row>{_GROUP}:pause)"):
        async def chosen(self, interaction: discord.Interaction, values: tuple[str, ...]) -> None:
            group = tools.groups.get(self.row_id.partition(":")[0])
            if group is None:
                words = tools.words_in(interaction)
                await answer_privately(interaction, words("daily_prompts.where.no_group"))
                return
            days = _PAUSES[values[0]]
            until = None if days is None else tools.clock.now() + timedelta(days=days)
            await show(interaction, group, await tools.paces.pause(group, interaction.user.id, until), "paused")

    return (PaceButton, PauseSelect)


def _standing(pace: Pace, now: datetime, words: Words) -> Iterable[str]:
    if pace.left:
        yield words("daily_prompts.pace.is_away_open")
    elif rests(pace, now) and pace.away_until is not None:
        yield words("daily_prompts.pace.is_away", until=f"<t:{int(pace.away_until.timestamp())}:f>")
    if not pace.direct or pace.hours is None:
        yield words("daily_prompts.pace.not_direct")
        return
    yield words("daily_prompts.pace.direct", at=f"{pace.hours.at:%H:%M}", zone=pace.hours.zone.key)
    if pace.next_at is not None and not rests(pace, now):
        yield words("daily_prompts.pace.next", when=f"<t:{int(pace.next_at.timestamp())}:f>")
    if pace.hours.quiet is not None:
        quiet = pace.hours.quiet
        yield words("daily_prompts.pace.quiet", since=f"{quiet.since:%H:%M}", until=f"{quiet.until:%H:%M}")


def _actions(pace: Pace, now: datetime) -> Iterable[str]:
    yield from ("change", "stop") if pace.direct else ("hours",)
    if rests(pace, now):
        yield "come_back"


def _shown(text: str) -> str:
    return as_written(shortened(text, _SHOWN)) or "…"
