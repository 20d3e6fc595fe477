"""How a prompt looks in the circle: a Components V2 message, readable without colour or picture."""

import discord
from discord import ui

from bot.daily_prompts.model import Prompt, Run
from bot.daily_prompts.sessions.model import PRACTICE_PROMPT
from bot.daily_prompts.skills.model import Skill
from bot.words import Words
from cogs.daily_prompts.session_practice import practice_row
from cogs.daily_prompts.skill_render import open_button
from cogs.shared.interactions import SafeLayout

PREFIX = "prompt"
ACTIONS = ("answer", "read", "save", "topic")


def action_id(run_id: int, action: str) -> str:
    """Return the custom id of a post's button; by the first one a post is also found again in the circle."""
    return f"{PREFIX}:{run_id}:{action}"


def post_layout(
    run: Run,
    prompt: Prompt,
    words: Words,
    skill: Skill | None = None,
    *,
    heading: str | None = None,
    foot: str | None = None,
) -> ui.LayoutView:
    """Lay out a prompt: its note if it has one, the text, why it may help in small letters, and what one can do.

    `skill` is an exercise that goes with it and can be opened from there. `heading` stands in for the usual one, and
    `foot` is a last line in small letters.
    """
    layout = SafeLayout(timeout=None)
    layout.add_item(
        ui.TextDisplay(f"### {heading or words('daily_prompts.post.heading')}\n{prompt_text(prompt, words)}")
    )
    layout.add_item(ui.TextDisplay(words("daily_prompts.post.why", why=prompt.why)))
    layout.add_item(actions(run.id, words))
    if skill is not None:
        layout.add_item(ui.ActionRow(open_button(skill, words)))
    if prompt.id.startswith(PRACTICE_PROMPT):
        layout.add_item(practice_row(prompt.id.removeprefix(PRACTICE_PROMPT), words))
    if foot is not None:
        layout.add_item(ui.TextDisplay(f"-# {foot}"))
    return layout


def prompt_text(prompt: Prompt, words: Words) -> str:
    """Return a prompt's text, with its note above it."""
    note = [words("daily_prompts.post.note", note=prompt.note)] if prompt.note else []
    return "\n".join([*note, prompt.text])


def actions(run_id: int, words: Words, *, chosen: tuple[str, ...] = ACTIONS) -> "ui.ActionRow[ui.LayoutView]":
    """Return the row of buttons below a prompt."""
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for action in chosen:
        style = discord.ButtonStyle.primary if action == "answer" else discord.ButtonStyle.secondary
        label = words(f"daily_prompts.post.{action}")
        row.add_item(ui.Button(label=label, style=style, custom_id=action_id(run_id, action)))
    return row
