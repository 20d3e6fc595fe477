"""A case as one therapist sees it: what was found, read live; what became of every page; what happened before."""

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import ui

from bot.crisis.cases.case_file import CaseFile, PageResult
from bot.crisis.cases.closing_model import Closing
from bot.crisis.cases.model import NOBODY, Case, CaseEvent, CaseState, KnownSignal
from bot.crisis.member.texts import age, level_in
from bot.words import Words
from cogs.crisis.live import Live
from cogs.crisis.where import where
from cogs.shared.interactions import SafeLayout
from cogs.shared.writing import as_written, shortened

PREFIX = "case"
SIGNALS_SHOWN = 3
_EVENTS_SHOWN = 10
_SAID_LENGTH = 400
# Shown with the pages, or of no use to somebody who decides what to do next.
_BOOKKEEPING = ("page_sent", "page_failed", "member_status_changed")
_MOST = 3_900  # Discord takes 4,000 characters of text in one message with components


def case_layout(
    file: CaseFile, live: Sequence[tuple[KnownSignal, Live | None]], words: Words, now: datetime
) -> SafeLayout:
    """Lay a case out with the buttons that move it on."""
    sections = [_head(file, words, now), _signals(file, live, words), _pages(file, words)]
    sections += [_before(file, words), _history(file.history, words), _ending(file, words)]
    layout, left = SafeLayout(timeout=None), _MOST
    for section in filter(None, sections):
        text = shortened(section, max(left, 1))
        left -= len(text)
        if left > 0:
            layout.add_item(ui.TextDisplay(text))
    if file.case.state is not CaseState.CLOSED:
        layout.add_item(case_actions(file.case, words))
    return layout


def case_actions(case: Case, words: Words) -> "ui.ActionRow[SafeLayout]":
    """Return the buttons with which a case moves on, as far as they can do something now."""
    row: ui.ActionRow[SafeLayout] = ui.ActionRow()
    if case.state is CaseState.OPEN:
        _add(row, case, "acknowledge", words("crisis.page.button"), discord.ButtonStyle.primary)
    if case.state is not CaseState.CONTACTED:
        _add(row, case, "contacted", words("crisis.contacted.button"), discord.ButtonStyle.primary)
    _add(row, case, "room", words("cases.button.room"))
    _add(row, case, "hand", words("cases.button.hand"))
    _add(row, case, "close", words("cases.button.close"))
    return row


def state_in_words(case: Case, words: Words) -> str:
    """Say who has a case."""
    by = {
        CaseState.ACKNOWLEDGED: case.acknowledged_by,
        CaseState.CONTACTED: case.contacted_by,
        CaseState.CLOSED: case.closed_by,
    }.get(case.state)
    return words(f"cases.state.{case.state.value}", by=by)


def moment(at: datetime, style: str = "R") -> str:
    """Write a moment so that Discord shows it in the reader's own time."""
    return f"<t:{int(at.timestamp())}:{style}>"


def _add(
    row: "ui.ActionRow[SafeLayout]",
    case: Case,
    act: str,
    label: str,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
) -> None:
    row.add_item(ui.Button(label=label, style=style, custom_id=f"{PREFIX}:{case.id}:{act}"))


def _head(file: CaseFile, words: Words, now: datetime) -> str:
    case = file.case
    lines = [words("cases.card.heading", code=case.code, level=level_in(words, case.level))]
    if case.member_id == NOBODY:
        lines.append(words("cases.card.fault"))
    state = state_in_words(case, words)
    if case.member_id != NOBODY:
        lines.append(words("cases.card.about", member=case.member_id, state=state, age=age(case.opened_at, now)))
    if file.has_plan:
        lines.append(words("care.page.plan"))
    return "\n".join(lines)


def _signals(file: CaseFile, live: Sequence[tuple[KnownSignal, Live | None]], words: Words) -> str:
    lines = []
    if len(file.signals) > len(live):
        lines.append(words("cases.card.more_signals", count=len(file.signals) - len(live)))
    for signal, now in live:
        place = where(file.group, signal.key, signal.channel_id, signal.message_id, words, in_dm=signal.in_dm)
        level, source = level_in(words, signal.level), _named(words, "cases.source", signal.source.value)
        lines.append(
            words("cases.card.signal", when=moment(signal.said_at, "f"), level=level, source=source, where=place)
        )
        if signal.entries:
            lines.append(words("cases.card.lit", entries=", ".join(f"`{entry}`" for entry in signal.entries)))
        lines += _live(now, signal, words)
    return "\n".join([*lines, words("cases.card.not_assessment")])


def _live(now: Live | None, signal: KnownSignal, words: Words) -> list[str]:
    if now is None:
        return []
    if now.text is None:
        return [words("cases.card.gone")]
    said = shortened(as_written(now.text), _SAID_LENGTH).replace("\n", "\n> ")
    lines = [words("cases.card.said", text=said)] if said else []
    if now.words:
        lit = ", ".join(f"“{as_written(each)}”" for each in now.words)
        return [*lines, words("cases.card.words", words=shortened(lit, _SAID_LENGTH))]
    nothing_lights_up = signal.entries and now.words is not None
    return [*lines, words("cases.card.now_less")] if nothing_lights_up else lines


def _pages(file: CaseFile, words: Words) -> str:
    lines = [
        words("cases.card.page", target=_target(page, words), state=_page_state(page, words)) for page in file.pages
    ]
    return "\n".join([words("cases.card.pages"), *lines]) if lines else ""


def _target(page: PageResult, words: Words) -> str:
    return words(f"cases.card.target_{page.target}", to=page.to, name=page.name)


def _page_state(page: PageResult, words: Words) -> str:
    told = words(f"cases.card.page_{page.state}", when=moment(page.at))
    return f"{told} ({page.problem})" if page.state == "failed" and page.problem else told


def _before(file: CaseFile, words: Words) -> str:
    lines = [
        words(
            "cases.card.earlier_case",
            code=case.code,
            when=moment(case.closed_at or case.opened_at, "d"),
            verdict=words(f"cases.close.{closing.verdict.value}") if closing else "",
            done=_done(closing, words),
        )
        for case, closing in file.earlier
    ]
    lines += [
        words("cases.card.earlier_note", when=moment(note.said_at, "d"), entries=", ".join(note.entries))
        for note in file.notes
    ]
    return "\n".join([words("cases.card.earlier"), *lines]) if lines else ""


def _history(history: Sequence[CaseEvent], words: Words) -> str:
    told = [event for event in history if event.kind not in _BOOKKEEPING]
    lines = [
        words(
            "cases.card.event_by" if event.by_id else "cases.card.event",
            when=moment(event.at, "f"),
            what=_named(words, "cases.event", event.kind),
            by=event.by_id,
        )
        for event in told[-_EVENTS_SHOWN:]
    ]
    return "\n".join([words("cases.card.history"), *lines])


def _ending(file: CaseFile, words: Words) -> str:
    if file.closing is None:
        return ""
    verdict = words(f"cases.close.{file.closing.verdict.value}")
    lines = [words("cases.card.closing", verdict=verdict, done=_done(file.closing, words))]
    for each in file.follow_ups:
        kind, state = words(f"cases.close.{each.kind.value}"), words(f"cases.follow_up.state_{each.state.value}")
        lines.append(words("cases.card.follow_up", kind=kind, therapist=each.therapist_id, state=state))
    return "\n".join(lines)


def _done(closing: Closing | None, words: Words) -> str:
    if closing is None:
        return ""
    return words("cases.card.unreadable") if closing.done is None else as_written(closing.done)


def _named(words: Words, table: str, kind: str) -> str:
    name = f"{table}.{kind}"
    return words(name) if name in words.names() else words(f"{table}.other", kind=kind)
