"""Taking the forms that people send: answers, suggestions, therapists' own prompts and breaks."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial

import discord

from bot.app import Parts
from bot.daily_prompts.answers.model import Audience, Need
from bot.daily_prompts.answers.service import Wording
from bot.daily_prompts.checks import style_of
from bot.daily_prompts.steering.model import NotATherapist, OwnPrompt
from bot.groups.model import Group
from bot.words import Words
from cogs.daily_prompts import form, pace
from cogs.daily_prompts import forms_for_therapists as forms
from cogs.daily_prompts.tools import Tools
from cogs.shared.forms import SentForm, sent_form
from cogs.shared.handed_over import HandedOver
from cogs.shared.interactions import answer_failure, answer_privately
from cogs.shared.member_choices import under_alarm
from cogs.shared.writing import as_written, tidy

Take = Callable[[discord.Interaction, SentForm], Awaitable[None]]


class FormTaker:
    """Reads what comes back from this feature's forms, also from one that was opened before a restart."""

    def __init__(self, parts: Parts, tools: Tools) -> None:
        self._handed_over = HandedOver(parts)
        self._tools = tools
        self._takes: Mapping[str, Take] = {
            form.NAME: self._answer,
            forms.OWN: self._own,
            forms.BREAK: self._break,
            forms.SUGGEST: self._suggestion,
            pace.FORM: partial(pace.take_hours, tools),
        }

    async def take(self, interaction: discord.Interaction) -> None:
        """Take a form of this feature; any other interaction is left alone. The sender always gets an answer."""
        for name, take in self._takes.items():
            sent = sent_form(interaction, name)
            if sent is None:
                continue
            try:
                await take(interaction, sent)
            except Exception as error:  # noqa: BLE001  (the boundary: whatever broke, the sender gets an answer)
                await answer_failure(interaction, error)

    async def _answer(self, interaction: discord.Interaction, sent: SentForm) -> None:
        wording = form.wording_of(sent)
        found = await self._tools.run_and_group(sent.about)
        if found is None or not wording.text:
            words = self._tools.words_in(interaction)
            await answer_privately(interaction, words(f"daily_prompts.answer.{'empty' if found else 'gone'}"))
            return
        run, group = found
        if not await self._tools.may_answer(interaction, group):
            await answer_privately(interaction, self._tools.words_in(interaction)("daily_prompts.where.no_group"))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        raised = await self._handed_over.raised_by(interaction, group, wording.text)
        if raised is not None and wording.audience.in_circle:
            wording = Wording(wording.text, Audience.ONLY_ME, wording.need)
        await self._tools.answers.save(run.id, group, interaction.user.id, wording, self._tools.clock.now())
        words = self._tools.words_in(interaction, group)
        if raised is None:
            told = [words(f"daily_prompts.answer.{wording.audience}", group=group.label)]
            if wording.need is Need.CHECK:
                told.append(words("daily_prompts.answer.check", group=group.label))
        else:
            kept = "kept_for_now" if wording.audience is Audience.ONLY_ME else wording.audience.value
            told = [
                await self._handed_over.told(group, raised),
                words(f"daily_prompts.answer.{kept}", group=group.label),
            ]
        told += await self._tools.news(interaction, words)
        await answer_privately(interaction, "\n\n".join(told), **under_alarm(raised, words))

    async def _suggestion(self, interaction: discord.Interaction, sent: SentForm) -> None:
        group = self._tools.groups.get(sent.about)
        words = self._tools.words_in(interaction, group)
        text = tidy(sent.fields.get(forms.TEXT, ""))
        if group is None or not text:
            await answer_privately(interaction, words("daily_prompts.suggest.empty"))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        raised = await self._handed_over.raised_by(interaction, group, text)
        if raised is not None:
            told = [await self._handed_over.told(group, raised), words("daily_prompts.suggest.alarm")]
            await answer_privately(interaction, "\n\n".join(told), **under_alarm(raised, words))
            return
        await self._tools.steering.suggest(group, interaction.user.id, text, self._tools.clock.now())
        await answer_privately(interaction, words("daily_prompts.suggest.thanks"))

    async def _own(self, interaction: discord.Interaction, sent: SentForm) -> None:
        group = self._tools.groups.get(sent.about)
        words = self._tools.words_in(interaction, group)
        text, why = tidy(sent.fields.get(forms.TEXT, "")), tidy(sent.fields.get(forms.WHY, ""))
        if group is None or interaction.user.id not in group.therapists:
            await answer_privately(interaction, words("daily_prompts.panel.not_yours"))
            return
        if not text:
            await answer_privately(interaction, words("daily_prompts.answer.empty"))
            return
        now = self._tools.clock.now()
        written = await self._tools.steering.write_own(group, interaction.user.id, text, why or None, now)
        told = [words("daily_prompts.panel.own_queued"), *self._hints(written, group, words)]
        await answer_privately(interaction, "\n".join(told))

    async def _break(self, interaction: discord.Interaction, sent: SentForm) -> None:
        group = self._tools.groups.get(sent.about)
        words = self._tools.words_in(interaction, group)
        if group is None:
            await answer_privately(interaction, words("daily_prompts.panel.not_yours"))
            return
        days: list[date] = []
        for name in (forms.FIRST, forms.LAST):
            written = sent.fields.get(name, "")
            day = forms.day_in(written)
            if day is None:
                said = words("daily_prompts.panel.break_unreadable", text=as_written(tidy(written)) or "…")
                await answer_privately(interaction, said)
                return
            days.append(day)
        await answer_privately(
            interaction, await self._taken_break(group, interaction.user.id, days[0], days[1], words)
        )

    async def _taken_break(self, group: Group, by_id: int, first: date, last: date, words: Words) -> str:
        now = self._tools.clock.now()
        if last < first:
            return words("daily_prompts.panel.break_backwards")
        if last < now.astimezone(group.zone).date():
            return words("daily_prompts.panel.break_over")
        try:
            await self._tools.steering.take_break(group, by_id, first, last)
        except NotATherapist:
            return words("daily_prompts.panel.not_yours")
        return words("daily_prompts.panel.break_taken", first=first.isoformat(), last=last.isoformat())

    def _hints(self, written: OwnPrompt, group: Group, words: Words) -> list[str]:
        """Say what the author of a prompt may want to look at again; it stays queued as it is."""
        library = self._tools.prompts.library(group.language)
        prompt = written.as_prompt(words("daily_prompts.own.why"), frozenset(library.vocabulary.topics))
        found = style_of(prompt, library) if prompt else []
        if not found:
            return []
        hints = [words("daily_prompts.panel.own_hint", message=each.message, remedy=each.remedy) for each in found]
        return [words("daily_prompts.panel.own_hints"), *hints]
