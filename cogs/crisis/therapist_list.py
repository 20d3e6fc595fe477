"""What /cases shows: open cases by level, then age; below them what was noted without a page; or the figures."""

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import ui

from bot.crisis.cases.figures import Figures
from bot.crisis.cases.model import Case, Verdict
from bot.crisis.member.texts import age, level_in
from bot.crisis.notes.model import Note
from bot.crisis.notes.service import newest_of_each
from bot.groups.model import Group
from bot.words import Words
from cogs.crisis.therapist_buttons import NOTE
from cogs.crisis.therapist_card import PREFIX, moment, state_in_words
from cogs.crisis.where import where
from cogs.shared.interactions import SafeLayout
from cogs.shared.writing import shortened

# Discord takes 40 components in a message: a case is three of them, a note four, and there are headings.
CASES_SHOWN = 6
NOTES_SHOWN = 4
_ENTRIES_SHOWN = 15
_MOST = 3_900


def list_layout(group: Group, cases: Sequence[Case], notes: Sequence[Note], words: Words, now: datetime) -> SafeLayout:
    """Lay out what is open, with a button for each case and two for each note."""
    layout = SafeLayout(timeout=None)
    layout.add_item(ui.TextDisplay(words("cases.list.heading", group=group.label)))
    settled = newest_of_each(notes)
    if not cases and not settled:
        layout.add_item(ui.TextDisplay(words("cases.list.none")))
    for case in cases[:CASES_SHOWN]:
        layout.add_item(ui.Section(_case_line(case, words, now), accessory=_open_button(case, words)))
    if settled:
        layout.add_item(ui.TextDisplay(words("cases.list.notes_heading")))
    for note, count in settled[:NOTES_SHOWN]:
        layout.add_item(ui.TextDisplay(shortened(_note_line(group, note, count, words), 400)))
        layout.add_item(_note_actions(note, words))
    if len(cases) > CASES_SHOWN or len(settled) > NOTES_SHOWN:
        layout.add_item(ui.TextDisplay(words("cases.list.cut")))
    return layout


def figures_text(group: Group, figures: Figures, words: Words) -> str:
    """Write a month's figures."""
    month = figures.since.strftime("%Y-%m")
    lines = [
        words("cases.figures.heading", group=group.label, month=month),
        words("cases.figures.opened", opened=figures.opened, sent=figures.pages_sent, failed=figures.pages_failed),
    ]
    if figures.to_acknowledge is None:
        lines.append(words("cases.figures.nobody"))
    else:
        lines.append(
            words("cases.figures.acknowledge", median=age(figures.since, figures.since + figures.to_acknowledge))
        )
    if figures.false_share is None:
        lines.append(words("cases.figures.none_closed"))
    else:
        share = round(100 * figures.false_share)
        lines.append(words("cases.figures.closed", closed=figures.closed, share=share, **_verdicts(figures.verdicts)))
    if figures.entries:
        lines.append(words("cases.figures.entries"))
        lines += [
            words("cases.figures.entry", entry=entry, **_verdicts(verdicts))
            for entry, verdicts in figures.entries[:_ENTRIES_SHOWN]
        ]
    lines.append(words("cases.figures.erased"))
    return shortened("\n".join(lines), _MOST // 2)


def _verdicts(found: dict[Verdict, int]) -> dict[str, int]:
    return {
        "real": found.get(Verdict.REAL, 0),
        "worrying": found.get(Verdict.WORRYING, 0),
        "false_alarms": found.get(Verdict.FALSE_ALARM, 0),
    }


def _case_line(case: Case, words: Words, now: datetime) -> str:
    level, state = level_in(words, case.level), state_in_words(case, words)
    return words(
        "cases.list.case", code=case.code, level=level, state=state, age=age(case.opened_at, now), member=case.member_id
    )


def _note_line(group: Group, note: Note, count: int, words: Words) -> str:
    key = note.key
    place = where(group, key, note.channel_id, note.message_id, words, in_dm=note.in_dm)
    entries = ", ".join(f"`{entry}`" for entry in note.entries)
    when = moment(note.said_at, "f")
    if note.by_therapist:
        return words("cases.list.note_by_therapist", member=note.member_id, when=when, where=place, entries=entries)
    raised = words("cases.list.raised", rules=", ".join(note.raised_by)) if note.raised_by else ""
    more = words("cases.list.more", count=count - 1) if count > 1 else ""
    line = words(
        "cases.list.note", member=note.member_id, when=when, where=place, entries=entries, raised=raised, more=more
    )
    return line.rstrip()


def _open_button(case: Case, words: Words) -> "ui.Button[SafeLayout]":
    return ui.Button(label=words("cases.button.card"), custom_id=f"{PREFIX}:{case.id}:card")


def _note_actions(note: Note, words: Words) -> "ui.ActionRow[SafeLayout]":
    row: ui.ActionRow[SafeLayout] = ui.ActionRow()
    row.add_item(ui.Button(label=words("cases.button.seen"), custom_id=f"{NOTE}:{note.id}:seen"))
    row.add_item(
        ui.Button(
            label=words("cases.button.open_case"),
            style=discord.ButtonStyle.primary,
            custom_id=f"{NOTE}:{note.id}:case",
        )
    )
    return row
