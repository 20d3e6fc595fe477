"""Taking the forms around a session; what somebody typed is never lost, also when it cannot be used."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import discord

from bot.app import Parts
from bot.daily_prompts.sessions.handed import Reader
from bot.daily_prompts.sessions.leading import Closed, SessionGone, Trouble
from bot.daily_prompts.steering.model import NotATherapist
from bot.groups.model import WEEKDAYS, Group, SessionTimes
from bot.groups.session_times import LONGEST, MOST_WEEKS, SHORTEST, time_in
from bot.words import Words
from cogs.daily_prompts import session_forms as forms
from cogs.daily_prompts.forms_for_therapists import day_in
from cogs.daily_prompts.session_panel import again
from cogs.daily_prompts.session_render import moment
from cogs.shared.forms import SentForm, sent_form
from cogs.shared.handed_over import HandedOver
from cogs.shared.interactions import answer_failure, answer_privately
from cogs.shared.member_choices import under_alarm
from cogs.shared.places import is_member_of, words_for
from cogs.shared.writing import as_written, shortened, tidy

Take = Callable[[discord.Interaction, SentForm], Awaitable[None]]
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What cannot be used of the times that somebody typed, in words."""

    said: str


class SessionFormTaker:
    """Reads what comes back from the forms around a session, also from one that was opened before a restart."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._handed_over = HandedOver(parts)
        self._takes: Mapping[str, Take] = {
            forms.CLOSE: self._close,
            forms.BRING: self._bring,
            forms.MOVE: self._move,
            forms.TIMES: self._times,
        }

    async def take(self, interaction: discord.Interaction) -> None:
        """Take a form around a session; any other interaction is left alone. The sender always gets an answer."""
        for name, take in self._takes.items():
            sent = sent_form(interaction, name)
            if sent is None:
                continue
            try:
                await take(interaction, sent)
            except NotATherapist:
                words = self._words(interaction, self._parts.groups.get(sent.about.partition(":")[0]))
                await answer_privately(interaction, words("sessions.panel.not_yours"))
            except Exception as error:  # noqa: BLE001  (the boundary: whatever broke, the sender gets an answer)
                await answer_failure(interaction, error)

    async def _bring(self, interaction: discord.Interaction, sent: SentForm) -> None:
        group = self._parts.groups.get(sent.about)
        words = self._words(interaction, group)
        text, reader = tidy(sent.fields.get(forms.TEXT, "")), forms.reader_in(sent)
        if group is None or not await is_member_of(interaction.client, group, interaction.user.id):
            await answer_privately(interaction, words("sessions.bring.gone"))
            return
        if not text:
            await answer_privately(interaction, words("sessions.bring.empty"))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        raised = await self._handed_over.raised_by(interaction, group, text)
        now = self._parts.clock.now()
        brought = await self._parts.handing.bring(group, interaction.user.id, text, reader, now)
        next_at = await self._parts.sessions.next_session(group, now)
        sent_now = brought.handed_at is not None and reader is not Reader.ONLY_ME
        told = words(
            f"sessions.bring.{'sent' if sent_now else 'kept'}_{reader}",
            group=group.label,
            when=moment(next_at) if next_at else "",
        )
        if raised is not None:
            told = f"{await self._handed_over.told(group, raised)}\n\n{told}"
        await answer_privately(interaction, told, **under_alarm(raised, words))

    async def _close(self, interaction: discord.Interaction, sent: SentForm) -> None:
        group_key, opened = forms.typed_in(sent)
        group = self._parts.groups.get(group_key)
        words = self._words(interaction, group)
        if group is None:
            await answer_privately(interaction, words("sessions.close.not_yours"))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        skills = self._parts.skills.of(group.language)
        try:
            closed = await self._parts.leading.close(
                group, opened, interaction.user.id, skills, self._parts.clock.now()
            )
        except SessionGone:
            await answer_privately(interaction, "\n".join([words("sessions.close.gone"), self._typed(sent, words)]))
            return
        if closed.troubles:
            lines = [self._trouble(each, words) for each in closed.troubles]
            view = again(group, [*lines, words("sessions.close.kept")], words)
            await interaction.followup.send(view=view, ephemeral=True)
            return
        await answer_privately(interaction, "\n".join(self._set(group, closed, words)))

    async def _move(self, interaction: discord.Interaction, sent: SentForm) -> None:
        group = self._parts.groups.get(sent.about)
        words = self._words(interaction, group)
        if group is None:
            await answer_privately(interaction, words("sessions.panel.not_yours"))
            return
        typed = tidy(sent.fields.get(forms.NEXT, ""))
        now = self._parts.clock.now()
        moved_to, troubles = await self._parts.leading.move_next(group, interaction.user.id, typed, now)
        if moved_to is None:
            lines = [*(self._trouble(each, words) for each in troubles), words("sessions.times.nothing")]
            await answer_privately(interaction, "\n".join(lines))
            return
        await answer_privately(interaction, words("sessions.panel.moved", when=moment(moved_to)))

    async def _times(self, interaction: discord.Interaction, sent: SentForm) -> None:
        group = self._parts.groups.get(sent.about)
        words = self._words(interaction, group)
        if group is None:
            await answer_privately(interaction, words("sessions.panel.not_yours"))
            return
        read = _times_in(sent, words)
        if isinstance(read, _Wrong):
            lines = [read.said, words("sessions.times.nothing"), self._typed(sent, words)]
            await answer_privately(interaction, "\n".join(lines))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._parts.leading.set_times(group, interaction.user.id, read, self._parts.clock.now())
        now_set = self._parts.groups.get(group.key) or group
        next_at = await self._parts.sessions.next_session(now_set, self._parts.clock.now())
        told = [words("sessions.panel.times_set")]
        if next_at is not None:
            told.append(words("sessions.close.set_next", when=moment(next_at)))
        await answer_privately(interaction, "\n".join(told))

    def _set(self, group: Group, closed: Closed, words: Words) -> list[str]:
        """Say what was set, so that a slip is seen at once."""
        session = closed.session
        told = [words("sessions.close.done")]
        if session.theme is not None:
            names = self._parts.daily_prompts.library(group.language).vocabulary.themes
            told.append("- " + words("sessions.close.set_theme", theme=names.get(session.theme, session.theme.value)))
        skill = self._parts.skills.of(group.language).get(session.skill or "")
        if skill is not None:
            told.append("- " + words("sessions.close.set_skill", skill=skill.name))
        if session.practice:
            told.append("- " + words("sessions.close.set_practice", practice=as_written(session.practice)))
        if len(told) == 1:
            told.append("- " + words("sessions.close.set_nothing"))
        if closed.next_at is not None:
            told.append("- " + words("sessions.close.set_next", when=moment(closed.next_at)))
        return told

    def _trouble(self, trouble: Trouble, words: Words) -> str:
        places = {key: _as_shown(key, value) for key, value in trouble.places.items()}
        if trouble.text == "unknown_skill":
            likely = trouble.places["near"]
            places["near"] = words("sessions.close.near", name=f"**{likely}**") if likely else ""
        return words(f"sessions.close.{trouble.text}", **places)

    @staticmethod
    def _typed(sent: SentForm, words: Words) -> str:
        """Show what was typed and chosen, so that it can be copied into the form again."""
        days = [words(f"sessions.panel.{day}") for day in sent.choices.get(forms.DAYS, ()) if day in WEEKDAYS]
        fields = [as_written(shortened(tidy(value), _SHOWN)) for value in sent.fields.values() if value]
        return words("sessions.panel.typed", typed=" · ".join([", ".join(days), *fields] if days else fields))

    def _words(self, interaction: discord.Interaction, group: Group | None) -> Words:
        return words_for(interaction, [group] if group else [], self._parts.words)


def _as_shown(key: str, value: str) -> str:
    return f"**{as_written(shortened(value, _SHOWN))}**" if key in ("name", "text") else value


def _times_in(sent: SentForm, words: Words) -> SessionTimes | _Wrong:
    """Read the usual times, or say the first thing that cannot be used."""
    fields = {name: tidy(sent.fields.get(name, "")) for name in (forms.AT, forms.MINUTES, forms.WEEKS, forms.STARTING)}
    shown = {name: f"**{as_written(shortened(value, _SHOWN)) or '…'}**" for name, value in fields.items()}
    days = tuple(day for day in WEEKDAYS if day in sent.choices.get(forms.DAYS, ()))
    at, starting = time_in(fields[forms.AT]), day_in(fields[forms.STARTING])
    minutes = _number(fields[forms.MINUTES], SHORTEST, LONGEST)
    weeks = _number(fields[forms.WEEKS], 1, MOST_WEEKS)
    if not days:
        return _Wrong(words("sessions.times.bad_days"))
    if at is None:
        return _Wrong(words("sessions.times.bad_time", text=shown[forms.AT]))
    if minutes is None:
        return _Wrong(words("sessions.times.bad_minutes", text=shown[forms.MINUTES], least=SHORTEST, most=LONGEST))
    if weeks is None:
        return _Wrong(words("sessions.times.bad_weeks", text=shown[forms.WEEKS], least=1, most=MOST_WEEKS))
    if not isinstance(starting, date):
        return _Wrong(words("sessions.times.bad_starting", text=shown[forms.STARTING]))
    return SessionTimes(days, at, timedelta(minutes=minutes), weeks, starting)


def _number(text: str, least: int, most: int) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and least <= int(text[:6]) <= most else None
