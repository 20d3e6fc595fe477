"""How an answer looks where its author chose to show it."""

import discord
from discord import ui

from bot.daily_prompts.answers.model import Answer, Audience, Need
from bot.daily_prompts.model import Prompt
from bot.words import Words
from cogs.shared.interactions import SafeLayout
from cogs.shared.writing import quoted

PREFIX = "prompt-answer"


def who_id(key: str) -> str:
    """Return the custom id of *For therapists* below an answer without a name."""
    return f"{PREFIX}:{key}:who"


def answer_card(answer: Answer, prompt: Prompt | None, words: Words, *, mark: int | None = None) -> ui.LayoutView:
    """Lay out an answer: who (if the author shows it), their words as a block of their own, what they would like.

    `mark` is a number by which the card is found again in its channel.
    """
    layout = SafeLayout(timeout=None)
    heading = words(f"daily_prompts.card.{answer.audience}", who=f"<@{answer.member_id}>")
    if answer.audience is Audience.THERAPISTS and prompt is not None:
        heading += "\n" + words("daily_prompts.card.prompt", text=" ".join(prompt.text.split()))
    parts: list[ui.Item[ui.LayoutView]] = [
        ui.TextDisplay(heading),
        ui.TextDisplay(words("daily_prompts.card.unreadable") if answer.text is None else quoted(answer.text)),
    ]
    small = _small_print(answer, words)
    if small:
        parts.append(ui.TextDisplay(small))
    if answer.audience is Audience.ANONYMOUS:
        label = words("daily_prompts.card.who")
        button: ui.Button[ui.LayoutView] = ui.Button(
            label=label, style=discord.ButtonStyle.secondary, custom_id=who_id(answer.key)
        )
        parts.append(ui.ActionRow(button))
    layout.add_item(ui.Container(*parts, id=mark))
    return layout


def _small_print(answer: Answer, words: Words) -> str:
    lines = []
    # That somebody would like to be checked on is for the therapists; the group is not told.
    if answer.need is not None and (answer.need is not Need.CHECK or not answer.audience.in_circle):
        lines.append(words(f"daily_prompts.card.{answer.need}"))
    if answer.edited_at is not None:
        lines.append(words("daily_prompts.card.edited"))
    return "\n".join(lines)
