"""How an exercise looks: what it is, one step at a time or all at once, and how it felt before and after.

Nothing of it is stored: which step somebody is at and what they rated stands in the buttons of their own message.
"""

from dataclasses import dataclass, replace

import discord
from discord import ui

from bot.daily_prompts.skills.model import LEAST, MOST, Skill
from bot.words import Words
from cogs.shared.interactions import SafeLayout

PREFIX = "skill"
RATE = "skill-rate"
CHOOSE = "skill-choose"
_OPTIONS = 25


@dataclass(frozen=True, slots=True)
class At:
    """Where somebody is in an exercise: the step (from 0), and what they rated before, if they did."""

    skill: str
    step: int = 0
    before: int | None = None

    @classmethod
    def parse(cls, row: str) -> "At":
        """Read it back from a custom id."""
        skill, before, step = row.split(".")
        return cls(skill, int(step), None if before == "x" else int(before))

    def __str__(self) -> str:
        return f"{self.skill}.{'x' if self.before is None else self.before}.{self.step}"


def intro(skill: Skill, at: At, words: Words, *, in_toolbox: bool, told: str | None = None) -> ui.LayoutView:
    """Lay out what an exercise is and how one can do it."""
    layout = SafeLayout(timeout=None)
    parts = [
        words("daily_prompts.skills.intro", name=skill.name, summary=skill.summary),
        words("daily_prompts.skills.when", when=skill.when),
        words("daily_prompts.skills.care", care=skill.care),
    ]
    if told:
        parts.insert(0, told)
    if at.before is not None:
        parts.append(words("daily_prompts.skills.rated", number=at.before))
    layout.add_item(ui.TextDisplay("\n".join(parts)))
    layout.add_item(
        ui.ActionRow(
            _button(words, "step", at, discord.ButtonStyle.primary),
            _button(words, "pace", at),
            _button(words, "all", at),
        )
    )
    layout.add_item(ui.ActionRow(_button(words, "drop" if in_toolbox else "keep", at)))
    if at.before is None:
        layout.add_item(ui.ActionRow(_rating(words, "rate_before", at)))
    return layout


def step(skill: Skill, at: At, words: Words, *, paced: bool = False) -> ui.LayoutView:
    """Lay out one step; a paced one goes on by itself and can be stopped."""
    layout = SafeLayout(timeout=None)
    count = len(skill.steps)
    progress = words("daily_prompts.skills.progress", name=skill.name, number=at.step + 1, count=count)
    layout.add_item(ui.TextDisplay(f"{progress}\n## {skill.steps[at.step].text}"))
    if paced:
        layout.add_item(ui.ActionRow(_button(words, "stop", at)))
    else:
        following = replace(at, step=at.step + 1)
        layout.add_item(
            ui.ActionRow(ui.Button(label=words("daily_prompts.skills.next"), custom_id=f"{PREFIX}:{following}.next"))
        )
    return layout


def all_steps(skill: Skill, at: At, words: Words) -> ui.LayoutView:
    """Lay out every step as plain text, without anything that moves."""
    layout = SafeLayout(timeout=None)
    lines = [f"{number}. {each.text}" for number, each in enumerate(skill.steps, start=1)]
    layout.add_item(ui.TextDisplay("\n".join([f"### {skill.name}", *lines])))
    layout.add_item(ui.TextDisplay(words("daily_prompts.skills.care", care=skill.care)))
    layout.add_item(ui.ActionRow(_rating(words, "rate_after", at)))
    return layout


def done(skill: Skill, at: At, words: Words, *, after: int | None = None) -> ui.LayoutView:
    """Lay out the end; with both ratings, what they say, whichever way it went."""
    layout = SafeLayout(timeout=None)
    parts = [words("daily_prompts.skills.done", name=skill.name)]
    if after is not None and at.before is not None:
        went = "less" if after < at.before else "same" if after == at.before else "more"
        parts.append(words(f"daily_prompts.skills.{went}", before=at.before, after=after))
    elif after is not None:
        parts.append(words("daily_prompts.skills.rated", number=after))
    layout.add_item(ui.TextDisplay("\n".join(parts)))
    layout.add_item(ui.ActionRow(_button(words, "again", replace(at, step=0)), _button(words, "keep", at)))
    if after is None:
        layout.add_item(ui.ActionRow(_rating(words, "rate_after", at)))
    return layout


def skill_list(skills: list[Skill], words: Words, heading: str, empty: str | None = None) -> ui.LayoutView:
    """Lay out exercises to choose from."""
    layout = SafeLayout(timeout=None)
    if not skills:
        layout.add_item(ui.TextDisplay("\n".join(filter(None, [heading, empty]))))
        return layout
    lines = [f"- **{skill.name}**: {skill.summary}" for skill in skills[:_OPTIONS]]
    layout.add_item(ui.TextDisplay("\n".join([heading, *lines])))
    select: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=f"{CHOOSE}:any", placeholder=words("daily_prompts.skills.choose")
    )
    for skill in skills[:_OPTIONS]:
        select.add_option(label=skill.name, value=skill.id, description=skill.summary)
    layout.add_item(ui.ActionRow(select))
    return layout


def open_button(skill: Skill, words: Words) -> "ui.Button[ui.LayoutView]":
    """Return the button that opens an exercise from somewhere else, such as a prompt."""
    return ui.Button(
        label=words("daily_prompts.skills.open", name=skill.name), custom_id=f"{PREFIX}:{At(skill.id)}.open"
    )


def _button(
    words: Words, action: str, at: At, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> "ui.Button[ui.LayoutView]":
    return ui.Button(label=words(f"daily_prompts.skills.{action}"), custom_id=f"{PREFIX}:{at}.{action}", style=style)


def _rating(words: Words, name: str, at: At) -> "ui.Select[ui.LayoutView]":
    select: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=f"{RATE}:{at}.{name}", placeholder=words(f"daily_prompts.skills.{name}")
    )
    for number in range(LEAST, MOST + 1):
        select.add_option(label=str(number), value=str(number))
    return select
