"""The form behind *Answer*: the words, who may see them (most private first), and what one would like."""

import discord
from discord import ui

from bot.daily_prompts.answers.model import LONGEST, Answer, Audience, Need
from bot.daily_prompts.answers.service import Wording
from bot.daily_prompts.model import Prompt
from bot.words import Words
from cogs.daily_prompts.render import prompt_text
from cogs.shared.forms import Form, SentForm
from cogs.shared.writing import tidy

NAME = "prompt-answer"
TEXT, AUDIENCE, NEED = "text", "audience", "need"
_NO_NEED = "none"


def answer_form(run_id: int, prompt: Prompt | None, known: Answer | None, words: Words) -> Form:
    """Make the form for a run's prompt; what the member wrote before is in it."""
    form = Form(NAME, str(run_id), title=words("daily_prompts.form.title"))
    if prompt is not None:
        form.add_item(ui.TextDisplay(prompt_text(prompt, words)))
    text: ui.TextInput[Form] = ui.TextInput(
        style=discord.TextStyle.paragraph,
        custom_id=TEXT,
        default=known.text if known else None,
        max_length=LONGEST,
        required=True,
    )
    hint = words("daily_prompts.form.text_hint")
    form.add_item(ui.Label(text=words("daily_prompts.form.text"), description=hint, component=text))
    form.add_item(ui.Label(text=words("daily_prompts.form.audience"), component=_audiences(known, words)))
    form.add_item(ui.Label(text=words("daily_prompts.form.need"), component=_needs(known, words)))
    return form


def wording_of(sent: SentForm) -> Wording:
    """Read what came back; an audience that is missing or unknown means the author alone."""
    audience = sent.fields.get(AUDIENCE)
    need = sent.fields.get(NEED)
    return Wording(
        tidy(sent.fields.get(TEXT, "")),
        Audience(audience) if audience in list(Audience) else Audience.ONLY_ME,
        Need(need) if need in list(Need) else None,
    )


def _audiences(known: Answer | None, words: Words) -> "ui.RadioGroup[Form]":
    choices: ui.RadioGroup[Form] = ui.RadioGroup(custom_id=AUDIENCE, required=True)
    chosen = known.audience if known else Audience.ONLY_ME
    for audience in Audience:
        choices.add_option(
            label=words(f"daily_prompts.form.{audience}"),
            value=audience.value,
            description=words(f"daily_prompts.form.{audience}_hint"),
            default=audience is chosen,
        )
    return choices


def _needs(known: Answer | None, words: Words) -> "ui.RadioGroup[Form]":
    choices: ui.RadioGroup[Form] = ui.RadioGroup(custom_id=NEED, required=True)
    chosen = known.need if known else None
    choices.add_option(label=words("daily_prompts.form.none"), value=_NO_NEED, default=chosen is None)
    for need in Need:
        choices.add_option(
            label=words(f"daily_prompts.form.{need}"),
            value=need.value,
            description=words("daily_prompts.form.check_hint") if need is Need.CHECK else None,
            default=need is chosen,
        )
    return choices
