"""The therapists' panel: what comes next, the queue, breaks, and how to change them."""

from collections.abc import Iterable
from pathlib import Path

import discord
from discord import ui

from bot.daily_prompts.explain import sentence
from bot.daily_prompts.model import Library, Planned, RunningLow, Theme
from bot.daily_prompts.steering.model import NotATherapist
from bot.daily_prompts.steering.service import Panel
from bot.groups.model import Group
from bot.words import Words
from cogs.daily_prompts.forms_for_therapists import break_form, own_form
from cogs.daily_prompts.selects import SafeSelect
from cogs.daily_prompts.tools import Tools
from cogs.shared.interactions import SafeButton, SafeLayout, answer_privately
from cogs.shared.writing import shortened

PREFIX = "prompt-panel"
_ACTIONS = ("swap", "write", "skip", "break_button")
_GROUP = "[a-z0-9-]{1,40}"
_LINE = 150
_OPTIONS = 25
_BROKEN_SHOWN = 3


def panel_layout(group: Group, panel: Panel, library: Library, words: Words, told: str | None = None) -> ui.LayoutView:
    """Lay out the panel; `told` says what a press has just done."""
    layout = SafeLayout(timeout=None)
    head = f"### {words('daily_prompts.panel.heading', group=group.label)}\n-# {words('daily_prompts.panel.only_you')}"
    layout.add_item(ui.TextDisplay(head if told is None else f"{told}\n{head}"))
    lines = list(_planned_lines(panel.planned, library, words))
    layout.add_item(ui.TextDisplay("\n".join(lines) if lines else words("daily_prompts.panel.no_times")))
    for text in (
        _queue_text(panel, words),
        _breaks_text(panel, words),
        _low_text(panel.low, library, words),
        _broken_text(panel, words),
    ):
        if text:
            layout.add_item(ui.TextDisplay(text))
    buttons: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for action in _ACTIONS:
        label = words(f"daily_prompts.panel.{action}")
        buttons.add_item(ui.Button(label=label, custom_id=f"{PREFIX}:{group.key}:{action}"))
    layout.add_item(buttons)
    for select in _selects(group, panel, words):
        layout.add_item(ui.ActionRow(select))
    return layout


async def show_panel(tools: Tools, interaction: discord.Interaction, group: Group, told: str | None = None) -> None:
    """Show the panel anew in the message that was pressed; raises NotATherapist."""
    panel = await tools.steering.panel(group, interaction.user.id, tools.clock.now())
    words = tools.words_in(interaction, group)
    layout = panel_layout(group, panel, tools.prompts.library(group.language), words, told)
    await interaction.response.edit_message(view=layout)


def panel_items(tools: Tools) -> tuple[type[SafeButton] | type[SafeSelect], ...]:
    """Make the classes of the panel's buttons and menus, bound to their services."""

    class PanelButton(SafeButton, template=rf"{PREFIX}:(?P<row>{_GROUP}:(?:{'|'.join(_ACTIONS)}))"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            key, _, action = self.row_id.partition(":")
            group = tools.groups.get(key)
            words = tools.words_in(interaction, group)
            if group is None or interaction.user.id not in group.therapists:
                await answer_privately(interaction, words("daily_prompts.panel.not_yours"))
            elif action == "write":
                await interaction.response.send_modal(own_form(group.key, words))
            elif action == "break_button":
                await interaction.response.send_modal(break_form(group, tools.clock.now(), words))
            elif action == "swap":
                await show_panel(tools, interaction, group, await _swap(tools, interaction, group, words))
            else:
                await show_panel(tools, interaction, group, await _skip(tools, interaction, group, words))

    class PanelSelect(SafeSelect, template=rf"{PREFIX}:(?P<row>{_GROUP}:(?:dequeue|end_break))"):
        async def chosen(self, interaction: discord.Interaction, values: tuple[str, ...]) -> None:
            key, _, action = self.row_id.partition(":")
            group = tools.groups.get(key)
            words = tools.words_in(interaction, group)
            if group is None:
                await answer_privately(interaction, words("daily_prompts.panel.not_yours"))
                return
            try:
                act = tools.steering.dequeue if action == "dequeue" else tools.steering.end_break
                done = await act(group, interaction.user.id, int(values[0]))
            except NotATherapist:
                await answer_privately(interaction, words("daily_prompts.panel.not_yours"))
                return
            said = ("dequeued" if action == "dequeue" else "ended") if done else "gone"
            await show_panel(tools, interaction, group, words(f"daily_prompts.panel.{said}"))

    return (PanelButton, PanelSelect)


async def _swap(tools: Tools, interaction: discord.Interaction, group: Group, words: Words) -> str:
    prompt = await tools.steering.swap(group, interaction.user.id, tools.clock.now())
    if prompt is None:
        return words("daily_prompts.panel.no_other")
    return words("daily_prompts.panel.swapped", text=one_line(prompt.text))


async def _skip(tools: Tools, interaction: discord.Interaction, group: Group, words: Words) -> str:
    turn = await tools.steering.skip_next(group, interaction.user.id, tools.clock.now())
    if turn is None:
        return words("daily_prompts.panel.nothing_to_skip")
    return words("daily_prompts.panel.skipped", when=f"<t:{int(turn.at.timestamp())}:F>")


def one_line(text: str, longest: int = _LINE) -> str:
    """Put a prompt into one line."""
    return shortened(" ".join(text.split()), longest)


def _planned_lines(planned: Iterable[Planned], library: Library, words: Words) -> Iterable[str]:
    explained = False
    for each in planned:
        when = f"<t:{int(each.turn.at.timestamp())}:f>"
        if each.choice is None:
            yield words(f"daily_prompts.panel.next_{'skipped' if each.skipped else 'nothing'}", when=when)
            continue
        yield words("daily_prompts.panel.next", when=when, text=one_line(each.choice.prompt.text))
        if not explained:
            explained = True
            reasons = " ".join(sentence(reason, library.vocabulary) for reason in each.choice.reasons)
            yield words("daily_prompts.panel.why", reasons=reasons)


def _queue_text(panel: Panel, words: Words) -> str:
    if not panel.queue:
        return ""
    lines = [words("daily_prompts.panel.queue", count=len(panel.queue))]
    for number, (_, prompt) in enumerate(panel.queue[:_OPTIONS], start=1):
        text = one_line(prompt.text, 80) if prompt else words("daily_prompts.panel.queue_gone")
        lines.append(words("daily_prompts.panel.queue_entry", number=number, text=text))
    return "\n".join(lines)


def _breaks_text(panel: Panel, words: Words) -> str:
    return "\n".join(_break_line(each.first.isoformat(), each.last.isoformat(), words) for each in panel.breaks)


def _break_line(first: str, last: str, words: Words) -> str:
    return words("daily_prompts.panel.break", first=first, last=last)


def _low_text(low: Iterable[RunningLow], library: Library, words: Words) -> str:
    lines = []
    for each in low:
        if each.about in list(Theme):
            theme = library.vocabulary.themes.get(each.about, each.about)
            lines.append("- " + words("daily_prompts.panel.low_theme", theme=theme, left=each.left))
        else:
            lines.append("- " + words(f"daily_prompts.panel.low_{each.about}", left=each.left))
    return "\n".join([words("daily_prompts.panel.low"), *lines]) if lines else ""


def _broken_text(panel: Panel, words: Words) -> str:
    """Name what is wrong in files of the group's language, where it stands and what to do; a few are enough."""
    lines = [
        words(
            "daily_prompts.panel.broken_line",
            file=Path(each.place.file).name,
            line=each.place.line,
            message=f"{each.message} {each.remedy}",
        )
        for each in panel.broken[:_BROKEN_SHOWN]
    ]
    return "\n".join([words("daily_prompts.panel.broken", count=len(panel.broken)), *lines]) if lines else ""


def _selects(group: Group, panel: Panel, words: Words) -> Iterable["ui.Select[ui.LayoutView]"]:
    entries = {
        "dequeue": [
            (str(entry.id), one_line(prompt.text, 100) if prompt else words("daily_prompts.panel.queue_gone"))
            for entry, prompt in panel.queue
        ],
        "end_break": [
            (str(each.id), _break_line(each.first.isoformat(), each.last.isoformat(), words)) for each in panel.breaks
        ],
    }
    for action, options in entries.items():
        if not options:
            continue
        placeholder = words(f"daily_prompts.panel.{action}")
        select: ui.Select[ui.LayoutView] = ui.Select(
            custom_id=f"{PREFIX}:{group.key}:{action}", placeholder=placeholder
        )
        for value, label in options[:_OPTIONS]:
            select.add_option(label=label, value=value)
        yield select
