"""A member's own lists, seen by nobody else: their answers, and the prompts that they kept for later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.daily_prompts.answers.model import Answer, AnswerNotFound, Audience, Mark, NotTheAuthor
from bot.daily_prompts.model import Prompt, Run
from bot.words import Words
from cogs.daily_prompts.form import answer_form
from cogs.daily_prompts.render import actions, prompt_text
from cogs.daily_prompts.tools import Tools
from cogs.shared.interactions import SafeButton, SafeLayout, answer_privately
from cogs.shared.writing import quoted, shortened

PAGE = 5
SAVED_SHOWN = 8
_MINE, _SAVED = "prompt-mine", "prompt-saved"
_SHOWN_IN_LIST = 280


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a member's own answers: which page it is (from 0), and how many answers there are."""

    answers: Sequence[Answer]
    number: int
    total: int


async def page_of(tools: Tools, member_id: int, number: int) -> Page:
    """Return a page of a member's own answers; the last one there is, if that page is gone."""
    answers, total = await tools.answers.of_member(member_id, limit=PAGE, skip=number * PAGE)
    if not answers and number > 0:
        return await page_of(tools, member_id, max(0, (total - 1) // PAGE))
    return Page(answers, number, total)


def own_answers(page: Page, words: Words, labels: dict[str, str], told: str | None = None) -> ui.LayoutView:
    """Lay out a page of a member's own answers; `told` says what a press has just done."""
    layout = SafeLayout(timeout=None)
    head = f"### {words('daily_prompts.list.heading')}\n-# {words('daily_prompts.list.only_you')}"
    layout.add_item(ui.TextDisplay(head if told is None else f"{told}\n{head}"))
    if not page.answers:
        layout.add_item(ui.TextDisplay(words("daily_prompts.list.none")))
    for answer in page.answers:
        layout.add_item(ui.TextDisplay(_entry(answer, words, labels)))
        layout.add_item(
            ui.ActionRow(
                _button(words("daily_prompts.list.change"), f"{_MINE}:{answer.key}:change"),
                _button(words("daily_prompts.list.take_back"), f"{_MINE}:{answer.key}.{page.number}:take_back"),
            )
        )
    turns = list(_turns(page, words))
    if turns:
        layout.add_item(ui.ActionRow(*turns))
    return layout


def saved_prompts(entries: Sequence[tuple[Run, Prompt]], words: Words, told: str | None = None) -> ui.LayoutView:
    """Lay out the prompts that a member kept for later, each with its buttons."""
    layout = SafeLayout(timeout=None)
    head = f"### {words('daily_prompts.saved.heading')}\n-# {words('daily_prompts.list.only_you')}"
    layout.add_item(ui.TextDisplay(head if told is None else f"{told}\n{head}"))
    if not entries:
        layout.add_item(ui.TextDisplay(words("daily_prompts.saved.none")))
    for run, prompt in entries:
        layout.add_item(ui.TextDisplay(prompt_text(prompt, words)))
        row = actions(run.id, words, chosen=("answer",))
        row.add_item(_button(words("daily_prompts.saved.remove"), f"{_SAVED}:{run.id}:remove"))
        layout.add_item(row)
    return layout


async def saved_entries(tools: Tools, member_id: int) -> list[tuple[Run, Prompt]]:
    """Return the prompts that a member kept for later, the newest first."""
    entries = []
    for run_id in await tools.answers.marked(member_id, Mark.SAVED, SAVED_SHOWN):
        run = await tools.prompts.run(run_id)
        prompt = await tools.prompts.shown(run) if run else None
        if run is not None and prompt is not None:
            entries.append((run, prompt))
    return entries


def list_buttons(tools: Tools) -> tuple[type[SafeButton], ...]:
    """Make the classes of the lists' buttons, bound to their services."""
    key = "[0-9a-f]{24}"

    class Change(SafeButton, template=rf"{_MINE}:(?P<row>{key}):change"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            answer = await tools.answers.get(self.row_id)
            words = tools.words_in(interaction)
            if answer is None or answer.member_id != interaction.user.id:
                await answer_privately(interaction, words("daily_prompts.list.gone"))
                return
            run = await tools.prompts.run(answer.run_id)
            prompt = await tools.prompts.shown(run) if run else None
            await interaction.response.send_modal(answer_form(answer.run_id, prompt, answer, words))

    class TakeBack(SafeButton, template=rf"{_MINE}:(?P<row>{key}\.[0-9]{{1,4}}):take_back"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            answer_key, _, number = self.row_id.partition(".")
            try:
                await tools.answers.take_back(answer_key, interaction.user.id, tools.clock.now())
                said = "taken_back"
            except (AnswerNotFound, NotTheAuthor):
                said = "gone"
            await _turn_to(tools, interaction, int(number), said)

    class Turn(SafeButton, template=rf"{_MINE}:(?P<row>[0-9]{{1,4}}):page"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            await _turn_to(tools, interaction, int(self.row_id), None)

    class Remove(SafeButton, template=rf"{_SAVED}:(?P<row>[0-9]{{1,18}}):remove"):
        async def pressed(self, interaction: discord.Interaction) -> None:
            member = interaction.user.id
            await tools.answers.unmark(int(self.row_id), member, Mark.SAVED)
            words = tools.words_in(interaction)
            layout = saved_prompts(await saved_entries(tools, member), words, words("daily_prompts.saved.removed"))
            await interaction.response.edit_message(view=layout)

    return (Change, TakeBack, Turn, Remove)


async def _turn_to(tools: Tools, interaction: discord.Interaction, number: int, said: str | None) -> None:
    words = tools.words_in(interaction)
    page = await page_of(tools, interaction.user.id, number)
    told = None if said is None else words(f"daily_prompts.list.{said}")
    await interaction.response.edit_message(view=own_answers(page, words, tools.labels(), told))


def _entry(answer: Answer, words: Words, labels: dict[str, str]) -> str:
    places = {
        "when": f"<t:{int(answer.written_at.timestamp())}:D>",
        "audience": words(f"daily_prompts.list.{_standing(answer)}"),
    }
    if len(labels) > 1:
        group = labels.get(answer.group_key, answer.group_key)
        line = words("daily_prompts.list.line_group", group=group, **places)
    else:
        line = words("daily_prompts.list.line", **places)
    unreadable = words("daily_prompts.list.unreadable")
    return f"{line}\n{unreadable if answer.text is None else quoted(shortened(answer.text, _SHOWN_IN_LIST))}"


def _standing(answer: Answer) -> str:
    if answer.audience is Audience.ONLY_ME:
        return "only_me"
    if answer.unposted:
        return "unposted"
    return answer.audience.value if answer.place else "on_its_way"


def _turns(page: Page, words: Words) -> Iterable["ui.Button[ui.LayoutView]"]:
    if page.number > 0:
        yield _button(words("daily_prompts.list.newer"), f"{_MINE}:{page.number - 1}:page")
    if (page.number + 1) * PAGE < page.total:
        yield _button(words("daily_prompts.list.older"), f"{_MINE}:{page.number + 1}:page")


def _button(label: str, custom_id: str) -> "ui.Button[ui.LayoutView]":
    return ui.Button(label=label, custom_id=custom_id, style=discord.ButtonStyle.secondary)
