"""How sessions look: the posts in the circle, what a member sees of their own, the therapists' digest and panel."""

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import ui

from bot.daily_prompts.model import Library, Theme
from bot.daily_prompts.sessions.chart import Bars
from bot.daily_prompts.sessions.digest import Digest
from bot.daily_prompts.sessions.handed import Brought, Reader, Tried
from bot.daily_prompts.sessions.handing import Own
from bot.daily_prompts.sessions.model import Session, SessionState
from bot.daily_prompts.skills.model import Skill
from bot.words import Words
from cogs.daily_prompts.render import action_id
from cogs.daily_prompts.session_practice import practice_row
from cogs.daily_prompts.skill_render import open_button
from cogs.shared.interactions import SafeLayout
from cogs.shared.writing import as_written, quoted, shortened

BRING = "session-bring"
OWN = "session-own"
_LONGEST_MESSAGE = 2000
_NAMES = 12


def moment(at: datetime, style: str = "F") -> str:
    """Write a moment as Discord shows it to each person in their own time."""
    return f"<t:{int(at.timestamp())}:{style}>"


def bring_id(group_key: str) -> str:
    """Return the custom id of *What I want to bring*; by it a reminder is also found again in the circle."""
    return f"{BRING}:{group_key}:open"


def reminder(session: Session, previous: Session | None, words: Words, *, gentle: bool) -> ui.LayoutView:
    """Lay out the reminder. While an open case weighs on the group it asks for nothing."""
    layout = SafeLayout(timeout=None)
    if session.state is SessionState.LEFT_OUT:
        layout.add_item(ui.TextDisplay(words("sessions.remind.left_out", when=moment(session.slot.starts_at))))
        return layout
    starts = session.slot.starts_at
    when = words("sessions.remind.when", when=moment(starts), relative=moment(starts, "R"))
    asked = words("sessions.remind.gentle" if gentle else "sessions.remind.bring")
    layout.add_item(ui.TextDisplay(f"### {words('sessions.remind.heading')}\n{when}"))
    layout.add_item(ui.TextDisplay(asked))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    label = words("sessions.remind.button")
    row.add_item(ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=bring_id(session.group_key)))
    layout.add_item(row)
    if previous is not None and previous.practice and not gentle:
        layout.add_item(ui.TextDisplay(words("sessions.practice.line", practice=as_written(previous.practice))))
        layout.add_item(practice_row(previous.key, words))
    return layout


def takeaway(
    session: Session,
    run_id: int,
    next_at: datetime | None,
    library: Library,
    skill: Skill | None,
    words: Words,
    *,
    gentle: bool,
) -> ui.LayoutView:
    """Lay out the post after a session: one thing I take away, and the week as soon as the session is closed."""
    layout = SafeLayout(timeout=None)
    asked = words("sessions.takeaway.gentle" if gentle else "sessions.takeaway.question")
    layout.add_item(ui.TextDisplay(f"### {words('sessions.takeaway.heading')}\n{asked}"))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    label = words("sessions.takeaway.button")
    row.add_item(ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=action_id(run_id, "answer")))
    layout.add_item(row)
    if session.closed_at is not None:
        week = week_lines(session, library, skill, words)
        if next_at is not None:
            week.append(words("sessions.week.next", when=moment(next_at)))
        layout.add_item(ui.TextDisplay("\n".join([words("sessions.week.heading"), *week])))
        if session.practice:
            layout.add_item(practice_row(session.key, words))
        if skill is not None:
            layout.add_item(ui.ActionRow(open_button(skill, words)))
    return layout


def week_lines(session: Session, library: Library, skill: Skill | None, words: Words) -> list[str]:
    """Say what was set for the week."""
    lines = []
    if session.theme is not None:
        theme = library.vocabulary.themes.get(session.theme, session.theme.value)
        lines.append(words("sessions.week.theme", theme=theme))
    if skill is not None:
        lines.append(words("sessions.week.skill", skill=skill.name))
    if session.practice:
        lines.append(words("sessions.practice.line", practice=as_written(session.practice)))
    return lines


def own_layout(
    group_key: str,
    last: Session | None,
    next_at: datetime | None,
    own: Own,
    library: Library,
    skill: Skill | None,
    words: Words,
    told: str | None = None,
) -> ui.LayoutView:
    """Lay out the next session and what is the member's own about it, for them alone."""
    layout = SafeLayout(timeout=None)
    if told is not None:
        layout.add_item(ui.TextDisplay(told))
    head = words("sessions.next.unknown")
    if next_at is not None:
        head = words("sessions.next.when", when=moment(next_at), relative=moment(next_at, "R"))
    layout.add_item(ui.TextDisplay(head))
    if own.brought is not None:
        reader = words(f"sessions.next.{own.brought.reader}")
        layout.add_item(ui.TextDisplay(words("sessions.next.yours", reader=reader)))
        layout.add_item(ui.TextDisplay(quoted(own.brought.text or words("sessions.bring.unreadable"))))
    layout.add_item(_own_buttons(group_key, own.brought, words))
    if last is not None and last.closed_at is not None:
        lines = week_lines(last, library, skill, words)
        if own.tried is not None:
            tried = words(f"sessions.practice.{own.tried.tried}")
            lines.append(words("sessions.next.practised", tried=tried))
        if lines:
            layout.add_item(ui.TextDisplay("\n".join([words("sessions.week.heading"), *lines])))
        if last.practice:
            layout.add_item(practice_row(last.key, words))
        if skill is not None:
            layout.add_item(ui.ActionRow(open_button(skill, words)))
    return layout


def brought_card(brought: Brought, words: Words, *, mark: int | None = None) -> ui.LayoutView:
    """Lay out what somebody brings, for the therapists; `mark` is a number by which the card is found again."""
    layout = SafeLayout(timeout=None)
    who = f"<@{brought.member_id}>" if brought.reader is Reader.NAMED else ""
    heading = words(f"sessions.bring.card_{brought.reader}", who=who)
    text = words("sessions.bring.unreadable") if brought.text is None else quoted(brought.text)
    layout.add_item(ui.Container(ui.TextDisplay(heading), ui.TextDisplay(text), id=mark))
    return layout


def digest_heading(session: Session, words: Words) -> str:
    """Return the first line of a digest; by it a digest is also found again."""
    return words("sessions.digest.heading", when=moment(session.slot.starts_at))


def digest_text(digest: Digest, library: Library, words: Words) -> str:
    """Write what the therapists get before a session."""
    lines = [digest_heading(digest.session, words), words("sessions.digest.about")]
    brought = "brought" if digest.brought else "brought_none"
    lines.append("- " + words(f"sessions.digest.{brought}", count=digest.brought))
    if digest.practice:
        counts = {tried.value: digest.tried[tried] for tried in Tried}
        practice = as_written(shortened(digest.practice, 150))
        lines.append("- " + words("sessions.digest.practice", practice=practice, **counts))
    if digest.named:
        names = [
            words(
                "sessions.digest.practice_name", who=f"<@{by.member_id}>", tried=words(f"sessions.practice.{by.tried}")
            )
            for by in digest.named[:_NAMES]
        ]
        lines.append("- " + words("sessions.digest.practice_named", names=", ".join(names)))
    if digest.takeaways:
        lines.append("- " + words("sessions.digest.takeaways", count=digest.takeaways))
    if digest.themes:
        themes = [words("sessions.digest.theme", theme=name, count=count) for name, count in _themes(digest, library)]
        lines.append("- " + words("sessions.digest.themes", themes="; ".join(themes)))
    if digest.is_empty:
        lines.append("- " + words("sessions.digest.nothing"))
    lines.append(words("sessions.digest.close"))
    return shortened("\n".join(lines), _LONGEST_MESSAGE)


def digest_bars(digest: Digest, library: Library, words: Words) -> list[Bars]:
    """Return what the digest's chart shows; empty if there is nothing to draw."""
    parts = []
    if digest.tried:
        counts = [(words(f"sessions.practice.{tried}"), digest.tried[tried]) for tried in Tried]
        parts.append(Bars(words("sessions.digest.chart_practice"), counts))
    if digest.themes:
        parts.append(Bars(words("sessions.digest.chart_themes"), _themes(digest, library)))
    return parts


def chart_alt(parts: Sequence[Bars], words: Words) -> str:
    """Say in words everything that the chart shows."""
    said = []
    for part in parts:
        bars = "; ".join(words("sessions.digest.chart_bar", label=label, count=count) for label, count in part.counts)
        said.append(words("sessions.digest.chart_part", heading=part.heading, bars=bars))
    return shortened(words("sessions.digest.chart_alt", parts=" ".join(said)), 1024)


def _themes(digest: Digest, library: Library) -> list[tuple[str, int]]:
    order = list(Theme)
    ranked = sorted(digest.themes.items(), key=lambda item: (-item[1], order.index(item[0])))
    return [(library.vocabulary.themes.get(theme, theme.value), count) for theme, count in ranked]


def _own_buttons(group_key: str, brought: Brought | None, words: Words) -> "ui.ActionRow[ui.LayoutView]":
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    label = words(f"sessions.next.{'bring' if brought is None else 'change'}")
    row.add_item(ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=bring_id(group_key)))
    if brought is not None:
        row.add_item(ui.Button(label=words("sessions.next.remove"), custom_id=f"{OWN}:{brought.key}:remove"))
    return row
