"""The form with which a case is closed: a verdict, a line, who looks again and when, and what the member knows."""

from collections.abc import Mapping

import discord
from discord import ui

from bot.crisis.cases.closing_model import LONGEST_DONE, FollowUpKind, Outcome
from bot.crisis.cases.model import Case, Verdict
from bot.words import Words
from cogs.shared.forms import Form, SentForm
from cogs.shared.writing import shortened, tidy

NAME = "case-close"
_VERDICT, _DONE, _AGAIN, _BY, _TOLD = "verdict", "done", "again", "by", "told"
_YES, _NO = "yes", "no"
_NAME_LENGTH = 100
_CHOICES = 25


def close_form(case: Case, people: Mapping[int, str], presser: int, words: Words) -> Form:
    """Make the form; `people` are the group's therapists by id, with the names to show."""
    form = Form(NAME, str(case.id), title=words("cases.close.title", code=case.code))
    verdict: ui.RadioGroup[Form] = ui.RadioGroup(custom_id=_VERDICT, required=True)
    for each in Verdict:
        verdict.add_option(label=words(f"cases.close.{each.value}"), value=each.value)
    form.add_item(ui.Label(text=words("cases.close.verdict"), component=verdict))
    done: ui.TextInput[Form] = ui.TextInput(custom_id=_DONE, max_length=LONGEST_DONE, required=True)
    form.add_item(ui.Label(text=words("cases.close.done"), description=words("cases.close.done_hint"), component=done))
    again: ui.CheckboxGroup[Form] = ui.CheckboxGroup(
        custom_id=_AGAIN, required=False, min_values=0, max_values=len(FollowUpKind)
    )
    for kind in FollowUpKind:
        again.add_option(label=words(f"cases.close.{kind.value}"), value=kind.value, default=True)
    form.add_item(ui.Label(text=words("cases.close.follow_ups"), component=again))
    by: ui.Select[Form] = ui.Select(custom_id=_BY, options=_options(people, presser), required=False, min_values=0)
    form.add_item(ui.Label(text=words("cases.close.by"), component=by))
    told: ui.RadioGroup[Form] = ui.RadioGroup(custom_id=_TOLD, required=True)
    for answer in (_YES, _NO):
        told.add_option(label=words(f"cases.close.{answer}"), value=answer)
    form.add_item(ui.Label(text=words("cases.close.told"), component=told))
    return form


def outcome_of(sent: SentForm) -> Outcome:
    """Read what came back; the service says what is missing."""
    again = sent.choices.get(_AGAIN, ())
    by = sent.choices.get(_BY, ())
    verdict = sent.fields.get(_VERDICT, "")
    return Outcome(
        verdict=Verdict(verdict) if verdict in list(Verdict) else Verdict.WORRYING,
        done=" ".join(tidy(sent.fields.get(_DONE, "")).split()),
        member_told=sent.fields.get(_TOLD) == _YES,
        follow_ups=tuple(kind for kind in FollowUpKind if kind.value in again),
        follow_up_by=int(by[0]) if by and by[0].isdigit() else None,
    )


def _options(people: Mapping[int, str], presser: int) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=shortened(name, _NAME_LENGTH), value=str(person), default=person == presser)
        for person, name in list(people.items())[:_CHOICES]
    ]
