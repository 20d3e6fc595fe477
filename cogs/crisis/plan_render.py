"""How a safety plan and a grounding exercise look: plain text in parts, for one person alone."""

import discord
from discord import ui

from bot.crisis.member.plan.model import LONGEST, PARTS, Plan
from bot.daily_prompts.skills.model import Skill
from bot.words import Words
from cogs.shared.forms import Form
from cogs.shared.interactions import SafeLayout
from cogs.shared.writing import quoted, shortened

PLAN = "plan"
FORM = "plan-form"
GROUNDING = "five_senses"
_SHOWN = 700
"""Discord allows 4,000 characters over all texts of a message, and escaping a text makes it longer."""


def shown(*blocks: str) -> ui.LayoutView:
    """Lay out texts and nothing else."""
    layout = SafeLayout(timeout=None)
    for block in blocks:
        layout.add_item(ui.TextDisplay(block))
    return layout


def plan_view(plan: Plan | None, group_key: str | None, words: Words, told: str | None = None) -> ui.LayoutView:
    """Lay out a member's plan, or that there is none and need not be; without a group it cannot be changed."""
    opening = [told] if told else []
    if plan is None:
        layout = shown("\n".join([*opening, words("care.plan.heading"), words("care.plan.none")]))
        _add_buttons(layout, group_key, ("write",), words)
        return layout
    parts = [_part(plan, name, words) for name in PARTS]
    announced = words(f"care.plan.{'announced' if plan.announced else 'not_announced'}")
    layout = shown(
        "\n".join([*opening, words("care.plan.heading")]),
        *filter(None, parts),
        f"-# {announced}\n{words('care.plan.private')}",
    )
    _add_buttons(layout, group_key, ("change", "erase", "hush" if plan.announced else "announce"), words)
    return layout


def erase_view(group_key: str, words: Words) -> ui.LayoutView:
    """Ask once before a plan is erased."""
    layout = shown(words("care.plan.erase_ask"))
    _add_buttons(layout, group_key, ("erase_now", "keep"), words)
    return layout


def plan_form(group_key: str, plan: Plan | None, words: Words) -> Form:
    """Make the form of a plan with what is in it so far; every part may stay empty."""
    form = Form(FORM, group_key, title=words("care.plan.title"))
    for name in PARTS:
        field: ui.TextInput[Form] = ui.TextInput(
            style=discord.TextStyle.paragraph,
            custom_id=name,
            max_length=LONGEST,
            required=False,
            default=plan.parts.get(name) if plan else None,
        )
        form.add_item(ui.Label(text=words(f"care.plan.{name}"), description=words("care.plan.hint"), component=field))
    return form


def grounding(skill: Skill, words: Words) -> ui.LayoutView:
    """Lay out every step of an exercise as plain text: it needs nothing else to work."""
    steps = [f"{number}. {step.text}" for number, step in enumerate(skill.steps, start=1)]
    return shown("\n".join([f"### {skill.name}", skill.summary]), "\n".join(steps), words("care.grounding.offer"))


def _part(plan: Plan, name: str, words: Words) -> str:
    if name in plan.sealed_shut:
        return f"**{words(f'care.plan.{name}')}**\n{words('care.plan.unreadable')}"
    if name not in plan.parts:
        return ""
    return f"**{words(f'care.plan.{name}')}**\n{shortened(quoted(plan.parts[name]), _SHOWN)}"


def _add_buttons(layout: ui.LayoutView, group_key: str | None, names: tuple[str, ...], words: Words) -> None:
    if group_key is None:
        return
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for name in names:
        row.add_item(ui.Button(label=words(f"care.plan.{name}"), custom_id=f"{PLAN}:{group_key}:{name}"))
    layout.add_item(row)
